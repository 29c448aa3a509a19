import type { Problem } from '../common/outcome.ts';
import { NO_SUCH_ROUTE, type ProviderError } from '../provider/provider.ts';
import { redactKeys, sanitizeLine } from '../text/sanitize.ts';
import type { JobError } from './types.ts';

type Explanation = Pick<Problem, 'what' | 'next'>;

const NOTHING_LOST = 'Nothing was lost: template, rows and settings are on disk.';

const TRAINING_CLOSED: Explanation = {
  what: 'This provider no longer lets your organisation train models (training_not_available). OpenAI is closing self-serve fine-tuning; your key and your data are fine.',
  next: 'Choose another provider in Settings (8), such as the embedded engine or a compatible server, and train on the same dataset there.',
};
const MODERATED: Explanation = {
  what: 'The provider refused the training data or the tuned model on safety grounds (moderation).',
  next: 'Read the events of the job for the category, reject the rows it points at in Dataset (4), and train again.',
};
const QUOTA: Explanation = {
  what: 'The account has no credit or quota left for this call.',
  next: 'Add credit or raise the limit at the provider, or choose another provider in Settings (8). Then run again: what is done is not paid for twice.',
};

/** Why a job failed and what to do about it, in plain words. The server's own words follow ours. */
export function explainJobError(error: JobError, saved: string = NOTHING_LOST): Problem {
  const { what, next } = explanationOfJob(error);
  return { what: withServerMessage(what, error.message), saved, next };
}

/**
 * Why a call failed and what to do about it, in plain words. The server's own words follow ours; where no server
 * answered (no key, no connection) the cause stands in our words alone.
 */
export function explainProviderError(error: ProviderError, saved: string = NOTHING_LOST): Problem {
  const { what, next } = explanationOfCall(error);
  if (error.detail.status !== undefined) return { what: withServerMessage(what, error.message), saved, next };
  const cause = plainCause(error.message);
  if (error.detail.code === CANNOT_BE_SERVED) return { what: cause, saved, next: '' };
  const ours = error.kind === 'auth' ? 'The call was not made.' : what;
  return { what: cause === '' ? ours : `${ours} ${cause}`, saved, next };
}

/** A tuned model that its provider serves in no way: nothing was asked of it, and nothing can be changed. */
const CANNOT_BE_SERVED = 'cannot_be_served';

function explanationOfJob({ code, message }: JobError): Explanation {
  const known = explanationOfCode(code, message);
  if (known !== null) return known;
  if (/moderation|safety|usage polic/i.test(message)) return MODERATED;
  if (/cancel/i.test(code)) return { what: 'The job was cancelled.', next: 'Start a new job when you are ready.' };
  return {
    what: `The job failed${code === '' ? '' : ` (${sanitizeLine(code)})`}.`,
    next: 'Read its events for the cause. A fault of the server (server_error) is worth one more try with the same files.',
  };
}

function explanationOfCode(code: string, message: string): Explanation | null {
  switch (code) {
    case 'training_not_available':
      return TRAINING_CLOSED;
    case 'invalid_n_examples':
      return {
        what: 'The training file has too few examples: at least 10 are needed.',
        next: 'Generate or accept more rows, or lower the validation share, then train again.',
      };
    case 'invalid_training_file':
    case 'invalid_validation_file':
    case 'invalid_file_format':
      return {
        what: `The ${code === 'invalid_validation_file' ? 'validation' : 'training'} file was refused: ${placeIn(message)} is not in the form the provider wants.`,
        next: 'Open Dataset (4) and run the check: it names each line and its fix. Then train again.',
      };
    case 'moderation_failed':
    case 'content_policy_violation':
    case 'unsafe_content':
    case 'unsafe_model':
      return MODERATED;
    case 'insufficient_quota':
    case 'billing_hard_limit_reached':
    case 'billing_not_active':
      return QUOTA;
    case 'model_not_found':
    case 'model_not_available':
      return {
        what: 'The provider has no such model, or it cannot be tuned, or your key may not use it.',
        next: 'Choose a model from the list; a closed one shows its shutdown date.',
      };
    case 'context_length_exceeded':
      return {
        what: 'The prompt is longer than the model can read.',
        next: 'Shorten the prompt or the conversation, or choose a model with a larger context.',
      };
    default:
      return (Object.hasOwn(OF_REAL_WEIGHTS, code) ? OF_REAL_WEIGHTS[code] : null) ?? null;
  }
}

const LESS_MEMORY =
  'Lower the longest row or the batch size, choose checkpointing, or take a smaller base; what a job will need is said before it starts.';

/** Codes of the engine's runner: docs/runner-protocol.md. */
const OF_REAL_WEIGHTS: Readonly<Record<string, Explanation>> = {
  nan_loss: {
    what: 'The training ran away: its loss or gradient is no number any more.',
    next: 'Start a new job with a lower learning rate, or with the precision fp32. Checkpoints of epochs before it stay.',
  },
  out_of_memory: { what: 'There was not enough memory for this training.', next: LESS_MEMORY },
  runner_died: {
    what: 'The process that trains was ended again and again before it got further. Mostly the memory of the machine is full then.',
    next: LESS_MEMORY,
  },
  disk_full: { what: 'The disk is full.', next: 'Free some space, then start a new job.' },
  template: {
    what: 'The chat template of the base does not take these rows.',
    next: 'Change what it names, or take another base; p on a new job shows the rows as the base reads them.',
  },
  no_rows: {
    what: 'No row is left to train on.',
    next: 'Raise the longest row, or take a base with a longer context.',
  },
  bad_base: { what: 'The base cannot be loaded.', next: 'Download it again, or take another base.' },
  device: { what: 'The device has not what was asked for.', next: 'Leave the precision at auto.' },
};

const NO_ROUTE: Explanation = {
  what: 'The provider has no such call at this address.',
  next: 'Check the base URL in Settings (8); it usually ends in /v1. Where chat works with it, the server lacks this call.',
};

/** What answers for real weights fails by the same codes as what trains them. */
const OF_ANSWERS: Readonly<Record<string, Explanation>> = {
  out_of_memory: {
    what: 'There was not enough memory for this answer.',
    next: 'Wait until a job that trains has ended, or pause it; else take a smaller base.',
  },
  runner_died: {
    what: 'The process that answers for real weights ended.',
    next: 'Ask again: it is started anew. Where it ends each time the memory of the machine is full.',
  },
};

function explanationOfCall(error: ProviderError): Explanation {
  if (error.detail.code === NO_SUCH_ROUTE) return NO_ROUTE;
  const ofAnswer = OF_ANSWERS[error.detail.code ?? ''];
  if (ofAnswer !== undefined) return ofAnswer;
  const known = explanationOfCode(error.detail.code ?? '', error.message);
  if (known !== null) return known;
  switch (error.kind) {
    case 'training-not-available':
      return TRAINING_CLOSED;
    case 'invalid-training-file':
      return explanationOfCode('invalid_training_file', error.message) ?? MODERATED;
    case 'moderation':
      return MODERATED;
    case 'quota':
      return QUOTA;
    case 'rate-limit':
      return {
        what: 'The provider accepts no more requests for now (rate limit).',
        next: `${waitText(error.detail.retryAfterMs)}, or lower the concurrency, and run again: what is done is not paid for twice.`,
      };
    case 'auth':
      return {
        what: 'The provider did not accept the API key.',
        next: 'Check the key that this provider has, in its variable or in Settings (8), and test it there with t.',
      };
    case 'forbidden':
      return {
        what: 'The key is valid but may not do this.',
        next: "Check the key's permissions and project at the provider, or use another key or provider in Settings (8).",
      };
    case 'not-found':
      return {
        what: 'The provider has no such thing: a model, file or job that was deleted, or a wrong base URL.',
        next: 'Choose from the lists, and check the base URL in Settings (8); it usually ends in /v1.',
      };
    case 'invalid-request':
      return {
        what: `The provider refused the request${error.detail.param ? ` because of ${sanitizeLine(error.detail.param)}` : ''}.`,
        next: 'Change what it names and try again. A compatible server may lack this feature: see its profile in Settings (8).',
      };
    case 'network':
      return {
        what: 'The provider cannot be reached.',
        next: 'Check the network and the base URL in Settings (8), or use the embedded engine, which needs neither.',
      };
    case 'timeout':
      return {
        what: 'The provider did not answer in time.',
        next: 'A chat that ended so may be billed. Limits are in Settings (8, then l); a lower concurrency helps where it happens often.',
      };
    case 'server':
      return {
        what: 'The provider has a fault of its own.',
        next: 'Try again in a minute; see its status page if it stays.',
      };
    case 'cancelled':
      return { what: 'Cancelled.', next: 'Run again to go on: what is done is not paid for twice.' };
  }
}

function placeIn(message: string): string {
  const place = /\b(?:example|line)\s+\d+(?:,?\s*message\s+\d+)?/i.exec(message);
  return place === null ? 'it' : place[0];
}

function waitText(retryAfterMs: number | null | undefined): string {
  if (retryAfterMs === null || retryAfterMs === undefined) return 'Wait a little';
  return `Wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s`;
}

const plainCause = (message: string): string => sanitizeLine(redactKeys(message)).trim().slice(0, 300);

function withServerMessage(what: string, message: string): string {
  const said = plainCause(message);
  return said === '' ? what : `${what} The server said: ${said}`;
}
