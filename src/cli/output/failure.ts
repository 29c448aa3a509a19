import { ProviderError, type ProviderErrorKind } from '../../domain/provider/errors.ts';
import { redactKeys } from '../../domain/text/redact.ts';
import { TrackingError } from '../../domain/tracking/errors.ts';
import { CommandFailure, EXIT, type ExitCode, UsageError } from '../exit.ts';
import type { Output } from './types.ts';

/** What to type next, by what the provider answered. */
const ADVICE: Readonly<Record<ProviderErrorKind, string>> = {
  'rate-limit': 'Try again in a minute, or with a lower --concurrency.',
  auth: 'Set OPENAI_API_KEY to a key this server accepts.',
  forbidden: 'Ask for access at the provider, or name another --provider or --model.',
  'training-not-available':
    'This organisation may no longer train there. The file stays good: train it with another --provider or --base-url, or with the embedded engine by naming neither.',
  'not-found': 'See what there is with `luthier jobs`, `luthier files`, or at the provider.',
  'invalid-request': 'Change what the message names and try again.',
  'invalid-training-file': 'Run `luthier check` on the file and fix the lines it names.',
  moderation: 'Remove or reword the rows the provider’s policy refuses, then train again.',
  quota: 'Raise the limit or add credit on the provider’s billing page.',
  network: 'Check the address and that something listens there.',
  timeout: 'Try again; if it stays slow, use a lower --concurrency or --max-tokens.',
  server: 'The fault is at the provider; try again in a while.',
  cancelled: '',
};

/** Says what was thrown, without a key in it, and gives the exit code that fits. */
export function reportFailure(error: unknown, output: Output, env: NodeJS.ProcessEnv): ExitCode {
  const { code, what, saved, next } = explain(error);
  const secrets = [env.OPENAI_API_KEY, env.WANDB_API_KEY].filter((key) => key !== undefined);
  const clean = (text: string): string => redactKeys(text, secrets);
  output.progress(null);
  output.record('error', {
    what: clean(what),
    ...(saved && { saved: clean(saved) }),
    ...(next && { next: clean(next) }),
  });
  output.note(clean(`✗ ${what}`));
  for (const line of [saved, next]) if (line !== '') output.note(clean(`  ${line}`));
  return code;
}

interface Explained {
  readonly code: ExitCode;
  readonly what: string;
  readonly saved: string;
  readonly next: string;
}

function explain(error: unknown): Explained {
  if (error instanceof UsageError) return { code: EXIT.usage, what: error.message, saved: '', next: '' };
  if (error instanceof CommandFailure) {
    return { code: EXIT.failure, what: error.message, saved: error.saved, next: error.next };
  }
  if (error instanceof TrackingError) return { code: EXIT.failure, what: error.message, saved: '', next: error.next };
  if (error instanceof ProviderError) {
    return { code: EXIT.failure, what: error.message, saved: '', next: ADVICE[error.kind] };
  }
  return { code: EXIT.failure, what: error instanceof Error ? error.message : String(error), saved: '', next: '' };
}
