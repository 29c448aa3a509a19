import type { AppState, AppStore } from './state.ts';

/**
 * What can be read and may read differently later. A screen names the topics of what it reads; whoever changes
 * something invalidates its topic. Another project invalidates all of them.
 */
export type Topic =
  /** Rows of the current project. */
  | 'rows'
  /** Jobs of the current project, their events and checkpoints. */
  | 'jobs'
  /** Evaluations, their answers and their votes. */
  | 'evaluations'
  /** Runs that were written or sent, and the choices about tracking. */
  | 'tracking'
  /** Turns of the current project's conversation, as they grow. */
  | 'conversation'
  /** Prices, which are read again with the models of the provider. */
  | 'prices'
  /** Keys of the providers. */
  | 'keys'
  | StateTopic;

/** What of the state the workbench reads by itself, so that a read depends on it without being given it. */
const STATE_TOPICS = {
  provider: ({ project }) => project.providerId,
  template: ({ project }) => project.template,
  plan: ({ project }) => project.plan,
  /** Which rows are trained on. */
  'training-rows': ({ project }) => project.training.rows,
  /** The settings of a job that decide how many rows it takes and what it costs. */
  'training-cost': ({ project: { training } }) => {
    const { model, method, rows, validationShare, splitSeed, hyperparameters } = training;
    return JSON.stringify([model, method, rows, validationShare, splitSeed, hyperparameters.nEpochs]);
  },
} satisfies Record<string, (state: AppState) => unknown>;

type StateTopic = keyof typeof STATE_TOPICS;

const isStateTopic = (name: string): name is StateTopic => Object.hasOwn(STATE_TOPICS, name);

/** Which topics may read differently now. */
export interface Reads {
  /** What was read of these topics may be out of date. */
  invalidate(...topics: readonly Topic[]): void;
  /** The same after something that a person did: a read that is throttled does not wait either. */
  invalidateAtOnce(...topics: readonly Topic[]): void;
  /** Goes up whenever one of the topics is invalidated. */
  version(topics: readonly Topic[]): number;
  /** Calls the listener once for each invalidation that names one of the topics; gives back how to end that. */
  subscribe(topics: readonly Topic[], listener: (atOnce: boolean) => void): () => void;
}

export function createReads(): Reads {
  const versions = new Map<Topic, number>();
  const listeners = new Map<(atOnce: boolean) => void, ReadonlySet<Topic>>();
  const announce = (topics: readonly Topic[], atOnce: boolean): void => {
    for (const topic of topics) versions.set(topic, (versions.get(topic) ?? 0) + 1);
    for (const [call, wanted] of [...listeners]) if (topics.some((topic) => wanted.has(topic))) call(atOnce);
  };
  return {
    invalidate: (...topics) => announce(topics, false),
    invalidateAtOnce: (...topics) => announce(topics, true),
    version: (topics) => topics.reduce((sum, topic) => sum + (versions.get(topic) ?? 0), 0),
    subscribe(topics, listener) {
      const call = (atOnce: boolean): void => listener(atOnce);
      listeners.set(call, new Set(topics));
      return () => {
        listeners.delete(call);
      };
    },
  };
}

/** Invalidates the topics that stand for a part of the state when that part changes. */
export function followState(store: AppStore, reads: Reads): void {
  const names = Object.keys(STATE_TOPICS).filter(isStateTopic);
  store.subscribe((state, before) => {
    if (state.project === before.project) return;
    const changed = names.filter((name) => STATE_TOPICS[name](state) !== STATE_TOPICS[name](before));
    if (changed.length > 0) reads.invalidate(...changed);
  });
}

/** The version of some topics as one reader sees it. It stands still while nobody subscribes. */
export interface ReadFollower {
  version(): number;
  subscribe(listener: () => void): () => void;
}

/**
 * Follows topics at most once in `everyMs`: at once when the last time is long enough ago or a person changed something,
 * and never misses the last.
 */
export function followTopics(reads: Reads, topics: readonly Topic[], everyMs: number): ReadFollower {
  let seen = reads.version(topics);
  return {
    version: () => seen,
    subscribe(listener) {
      let timer: NodeJS.Timeout | null = null;
      const catchUp = (): void => {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        const newest = reads.version(topics);
        if (newest === seen) return;
        seen = newest;
        if (everyMs > 0) timer = setTimeout(catchUp, everyMs);
        listener();
      };
      const stop = reads.subscribe(topics, (atOnce) => {
        if (atOnce || timer === null) catchUp();
      });
      catchUp();
      return () => {
        stop();
        if (timer !== null) clearTimeout(timer);
      };
    },
  };
}

/** Reads each thing once. `nameOf` tells two things apart. */
export function readOnce<Key, Value>(read: (key: Key) => Value, nameOf: (key: Key) => string): (key: Key) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (key) => {
    const name = nameOf(key);
    const found = known.get(name) ?? { value: read(key) };
    known.set(name, found);
    return found.value;
  };
}

/** Keeps the last value that was made, until a part of its key is another. */
export function createLastValue<T>(): (key: readonly unknown[], make: () => T) => T {
  let last: { readonly key: readonly unknown[]; readonly value: T } | null = null;
  return (key, make) => {
    const known = last;
    const same = known?.key.length === key.length && key.every((part, at) => Object.is(part, known.key[at]));
    if (known !== null && same) return known.value;
    const value = make();
    last = { key, value };
    return value;
  };
}
