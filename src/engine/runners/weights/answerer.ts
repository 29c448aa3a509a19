import type { Generated, GenerateOptions, Prompt } from '../types.ts';
import { answersTo } from './answers.ts';
import type { RunnerPython } from './python.ts';
import { type Serving, startServing } from './serving.ts';

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
      yield* answersTo(asked, { options, memoryHolder: setup.memoryHolder }, signal);
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
