import { ContextTooLong, type Generated, type GenerateOptions, ModelUnavailable, type Prompt } from '../types.ts';
import { faultText } from './lines.ts';
import type { AnswerLine } from './mailbox.ts';
import type { RunnerPython } from './python.ts';
import { type Asked, type Serving, startServing } from './serving.ts';

/** A base, and what was trained on top of it: null for nothing. */
export interface ServedModel {
  readonly base: { readonly path: string; readonly id: string; readonly revision: string | null };
  readonly adapter: string | null;
}

/** The one process that answers: one base in memory, and any number of adapters on it. Started when it is needed. */
export interface Answerer {
  generate(
    model: ServedModel,
    prompt: Prompt,
    options: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Generated, void, undefined>;
  /** Frees an adapter, once its answers are finished. */
  unload(adapter: string): void;
  /** Frees everything, once the answers under way are finished; the next one loads again. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export interface AnswererSetup {
  /** Throws what a person must do to have one. */
  python(): RunnerPython;
  readonly log: string;
  /** What is said beside an answer that found no memory: who has it. */
  memoryHolder(): string | null;
}

export function createAnswerer(setup: AnswererSetup): Answerer {
  let serving: Promise<Serving> | null = null;

  /** Whatever is asked from now on is asked of a new process. */
  const end = async (): Promise<void> => {
    const ending = await serving?.catch(() => null);
    serving = null;
    await ending?.close();
  };

  const start = (): Promise<Serving> => {
    const starting = startServing(setup.python(), setup.log, () => void end());
    const gone = (): void => {
      if (serving === starting) serving = null;
    };
    starting.then((state) => state.ended.then(gone), gone);
    return starting;
  };

  const unload = async (adapter: string | null): Promise<void> => {
    const asked = (await serving?.catch(() => null))?.ask({ kind: 'unload', adapter });
    await asked?.box.take().catch(() => {});
    asked?.forget();
  };

  return {
    async *generate(model, prompt, options, signal) {
      serving ??= start();
      const asked = (await serving).ask(requestOf(model, prompt, options));
      const abort = (): void => asked.box.fail(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        signal.throwIfAborted();
        yield* read(asked, options, setup.memoryHolder);
      } finally {
        signal.removeEventListener('abort', abort);
        asked.forget();
        asked.cancel();
      }
    },
    unload: (adapter) => void unload(adapter),
    async release() {
      const state = await serving?.catch(() => null);
      await (state?.busy() ? unload(null) : end());
    },
    close: end,
  };
}

const requestOf = ({ base, adapter }: ServedModel, prompt: Prompt, options: GenerateOptions) => ({
  kind: 'generate',
  base,
  adapter,
  messages: typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt,
  max_tokens: options.maxTokens,
  temperature: options.temperature ?? 1,
  top_p: options.topP ?? 1,
  seed: options.seeds[0],
  n: options.seeds.length,
  top_logprobs: options.topLogprobs,
  presence_penalty: options.presencePenalty,
  frequency_penalty: options.frequencyPenalty,
});

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
