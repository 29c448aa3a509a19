import { VLLM_RANK } from '../../../../domain/deployment/elsewhere.ts';
import type { Server } from '../../../../domain/weights/servers.ts';
import { type Generated, type GenerateOptions, ModelUnavailable, type Prompt } from '../../types.ts';
import type { Answerer, ServedModel } from '../answerer.ts';
import { answersTo } from '../answers.ts';
import type { RunnerPython } from '../python.ts';
import { AdapterRefused, type Adapters, createAdapters, rankForBoth } from './adapters.ts';
import { askVllm } from './ask.ts';
import { type VllmFacts, vllmFacts } from './papers.ts';
import { NoVllm, startVllm, type VllmServer } from './server.ts';

export interface VllmSetup {
  /** Throws what a person must do to have one. */
  python(): RunnerPython;
  readonly log: string;
  /** Answers where vLLM does not. */
  readonly transformers: Answerer;
  /** Who is to answer; where that is vLLM, a model that it does not serve is refused, but for the time of a training. */
  serve(): Server;
  /** Whether a job trains, which leaves vLLM no room: it takes most of a device's memory. */
  training(): boolean;
  /** Says something to the person who runs the engine. */
  tell(words: string): void;
  readonly idleMs: number;
}

export interface VllmAnswerer extends Answerer {
  /** Whether vLLM runs, and so holds memory. */
  running(): boolean;
}

interface Running {
  readonly server: VllmServer;
  readonly base: string;
  readonly adapters: Adapters;
  users: number;
  /** Called when the last answer has ended. */
  whenFree: (() => void) | null;
}

/** A start that was broken off, because a job needs the device; or none, because the one before it failed. */
class GaveWay extends Error {}

/** What failed once is tried again after so long. */
const RETRY_MS = 10 * 60_000;

/**
 * Answers by vLLM where the runner's Python has it, one base at a time, and by transformers where it has not, where vLLM does not
 * start or does not take an adapter, and while a job trains. Started anew for another base, and for a rank larger than it was started with.
 */
export function createVllmAnswerer(setup: VllmSetup): VllmAnswerer {
  const closing = new AbortController();
  const refused = createRefusals(setup);
  let running: Running | null = null;
  let starting: AbortController | null = null;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** One start or end after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => {});
    return next;
  };

  /** Once its answers are finished. */
  const end = async (): Promise<void> => {
    const ending = running;
    if (ending === null) return;
    if (ending.users > 0) await new Promise<void>((resolve) => Object.assign(ending, { whenFree: resolve }));
    if (running === ending) running = null;
    await ending.server.close();
  };

  const start = async (base: string, maxRank: number): Promise<Running> => {
    closing.signal.throwIfAborted();
    await setup.transformers.release();
    const wish = { python: setup.python(), base, maxRank, log: setup.log };
    starting = new AbortController();
    const server = await startVllm(wish, AbortSignal.any([closing.signal, starting.signal])).finally(() => {
      starting = null;
    });
    const started: Running = { server, base, adapters: createAdapters(server), users: 0, whenFree: null };
    void server.ended.then(() => {
      if (running === started) running = null;
    });
    running = started;
    return started;
  };

  /** The server for a model, which stays until it is left. */
  const enter = async ({ base }: ServedModel, { rank, takesAdapters }: VllmFacts): Promise<Running> => {
    const other = running !== null && running.base !== base.path;
    const before = other ? 0 : (running?.server.maxRank ?? 0);
    if (other || (running !== null && rank > before)) await end();
    const wanted = takesAdapters ? rankForBoth(Math.max(rank, VLLM_RANK), before) : 0;
    const entered = running ?? (await start(base.path, wanted));
    clearTimeout(idle);
    entered.users += 1;
    return entered;
  };

  /** What one question found to be no way is known to the next before its turn: each would else end what answers meanwhile. */
  const enterInTurn = (model: ServedModel, facts: VllmFacts): Promise<Running> =>
    inTurn(async () => {
      if (refused.has(model)) throw new GaveWay();
      try {
        return await enter(model, facts);
      } catch (error) {
        if (error instanceof NoVllm) refused.note(model, error);
        throw error;
      }
    });

  const leave = (left: Running): void => {
    left.users -= 1;
    if (left.users > 0) return;
    left.whenFree?.();
    clearTimeout(idle);
    idle = setTimeout(
      () => void inTurn(async () => (left.users === 0 && running === left ? end() : undefined)),
      setup.idleMs,
    );
    idle.unref();
  };

  async function* byVllm(
    model: ServedModel,
    facts: VllmFacts,
    prompt: Prompt,
    options: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Generated, void, undefined> {
    const entered = await untilAborted(enterInTurn(model, facts), signal, leave);
    try {
      const { name, free } = await entered.adapters.hold(model.adapter);
      try {
        const question = { model: name, prompt, options, templateOptions: facts.templateOptions };
        signal.throwIfAborted();
        yield* answersTo(askVllm(entered.server, question), { options, memoryHolder: () => null }, signal);
      } finally {
        free();
      }
    } finally {
      leave(entered);
    }
  }

  /** Whether vLLM is to be tried; where transformers were chosen it makes room for them. */
  const mayAsk = async (model: ServedModel, { obstacle }: VllmFacts): Promise<boolean> => {
    if (setup.serve() === 'transformers') {
      await inTurn(end);
      return false;
    }
    if (obstacle !== null) refused.note(model, obstacle);
    return !setup.training() && !refused.has(model);
  };

  return {
    async *generate(model, prompt, options, signal) {
      const facts = vllmFacts(model);
      if (await mayAsk(model, facts)) {
        try {
          yield* byVllm(model, facts, prompt, options, signal);
          return;
        } catch (error) {
          if (error instanceof AdapterRefused) refused.note(model, error);
          else if (!(error instanceof GaveWay || error instanceof NoVllm)) throw error;
        }
      }
      yield* setup.transformers.generate(model, prompt, options, signal);
    },
    unload(adapter) {
      running?.adapters.unload(adapter);
      setup.transformers.unload(adapter);
    },
    async release() {
      starting?.abort(new GaveWay());
      await inTurn(end);
      await setup.transformers.release();
    },
    async close() {
      closing.abort(new Error('The engine ends.'));
      clearTimeout(idle);
      await turn.catch(() => {});
      await Promise.all([running?.server.close(), setup.transformers.close()]);
    },
    running: () => running !== null,
  };
}

/** Gives what comes, unless the signal aborts before: then what comes too late is handed to `late`. */
async function untilAborted<T>(coming: Promise<T>, signal: AbortSignal, late: (value: T) => void): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([coming, aborted.promise]);
  } catch (error) {
    if (signal.aborted) coming.then(late, () => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What vLLM did not do, each told once and passed over for a while. Throws in the place of that where vLLM is required. */
function createRefusals({ serve, tell }: Pick<VllmSetup, 'serve' | 'tell'>) {
  const until = new Map<string, number>();
  const told = new Set<string>();
  const keyOf = (error: unknown, { base, adapter }: ServedModel): string =>
    error instanceof NoVllm ? (error.missing ? '' : base.path) : `${base.path} ${adapter}`;
  return {
    has: (model: ServedModel): boolean =>
      ['', model.base.path, `${model.base.path} ${model.adapter}`].some((key) => (until.get(key) ?? 0) > Date.now()),
    note(model: ServedModel, cause: Error | string): void {
      const why = cause instanceof Error ? cause.message : cause;
      if (serve() === 'vllm')
        throw new ModelUnavailable(
          'no_vllm',
          `vLLM does not answer for ${model.base.id}: ${why} --serve auto leaves it to transformers.`,
        );
      until.set(keyOf(cause, model), Date.now() + RETRY_MS);
      if (cause instanceof NoVllm && cause.missing) return;
      const words = `vLLM does not answer for ${model.base.id}, transformers do: ${why}`;
      if (!told.has(words)) tell(words);
      told.add(words);
    },
  };
}
