import { ContextTooLong, type Generated, type GenerateOptions, ModelUnavailable } from '../types.ts';
import { faultText } from './lines.ts';
import type { AnswerLine, Mailbox } from './mailbox.ts';

export interface Asked {
  readonly box: Mailbox;
  /** Takes back one answer of several, or all. */
  cancel(index?: number): void;
  /** Nothing more of it is read. */
  forget(): void;
}

export interface Reading {
  readonly options: GenerateOptions;
  /** What is said beside an answer that found no memory: who has it. */
  readonly memoryHolder: () => string | null;
}

/** The answers to what was asked, until all have ended. Throws the signal's reason when it aborts; whatever ends it, nothing more is made. */
export async function* answersTo(
  asked: Asked,
  { options, memoryHolder }: Reading,
  signal: AbortSignal,
): AsyncGenerator<Generated, void, undefined> {
  const abort = (): void => asked.box.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    yield* read(asked, options, memoryHolder);
  } finally {
    signal.removeEventListener('abort', abort);
    asked.forget();
    asked.cancel();
  }
}

/** What the answers are made of, until all have ended. One that is not wanted any more is taken back, and its end is told. */
async function* read(
  asked: Asked,
  { seeds, wanted }: GenerateOptions,
  memoryHolder: () => string | null,
): AsyncGenerator<Generated, void, undefined> {
  const open = new Set(seeds.keys());
  const unwanted = new Set<number>();
  while (open.size > 0) {
    const line = await asked.box.take();
    if (line.kind === 'error') throw errorOf(line, memoryHolder);
    if (line.kind === 'prompt') yield { kind: 'prompt', tokens: line.tokens };
    if (line.kind === 'end') {
      open.delete(line.index);
      yield { kind: 'end', index: line.index, reason: line.reason === 'length' ? 'length' : 'stop' };
    }
    if (line.kind !== 'token' || unwanted.has(line.index)) continue;
    yield { kind: 'token', index: line.index, token: tokenOf(line) };
    if (wanted(line.index)) continue;
    unwanted.add(line.index);
    asked.cancel(line.index);
  }
}

function errorOf(line: Extract<AnswerLine, { kind: 'error' }>, memoryHolder: () => string | null): Error {
  if (line.code === 'too_long') {
    const { tokens, context_length: limit } = line.details ?? {};
    return new ContextTooLong(Number(limit ?? 0), Number(tokens ?? 0), null);
  }
  const holder = line.code === 'out_of_memory' ? memoryHolder() : null;
  return new ModelUnavailable(line.code, holder === null ? faultText(line) : `${faultText(line)} ${holder}`);
}

/** A log probability that was no number is of something impossible. */
const odds = ({ text, logprob, bytes }: { text: string; logprob: number | null; bytes: number[] }) => ({
  text,
  bytes,
  logprob: logprob ?? IMPOSSIBLE,
});

/** As OpenAI writes it, since JSON has no infinity. */
const IMPOSSIBLE = -9999;

const tokenOf = (line: Extract<AnswerLine, { kind: 'token' }>) => ({ ...odds(line), top: line.top.map(odds) });
