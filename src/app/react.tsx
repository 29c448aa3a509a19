import {
  createContext,
  type Dispatch,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useState,
  useSyncExternalStore,
} from 'react';
import { useStore } from 'zustand';
import type { Outcome, Problem } from '../domain/common/outcome.ts';
import { createLastValue, followTopics, type ReadFollower, type Topic } from './core/reads.ts';
import { type ScreenStateKind, subjectKind } from './core/screen-states.ts';
import type { AppState, AppStore } from './core/state.ts';
import type { Workbench } from './workbench.ts';

interface AppContextValue {
  readonly store: AppStore;
  readonly workbench: Workbench;
}

const AppContext = createContext<AppContextValue | null>(null);

export interface WorkbenchProviderProps extends AppContextValue {
  readonly children: ReactNode;
}

/** Puts the store and the workbench in reach of every component below. */
export function WorkbenchProvider({ store, workbench, children }: WorkbenchProviderProps): ReactNode {
  return <AppContext.Provider value={{ store, workbench }}>{children}</AppContext.Provider>;
}

function useAppContext(): AppContextValue {
  const context = useContext(AppContext);
  if (context === null) throw new Error('There is no WorkbenchProvider above this component.');
  return context;
}

/** The part of the state a component looks at. A selector must give the same value for the same state. */
export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useAppContext().store, selector);
}

export function useWorkbench(): Workbench {
  return useAppContext().workbench;
}

export interface ReadOptions {
  /** Reads again at most once in this many milliseconds; as often as something changes by default. */
  readonly everyMs?: number;
  /** While true, what was read stays, whatever changes. */
  readonly held?: boolean;
}

const neverChanges = () => () => {};

/** `useRead` for the hooks below, which are given their dependencies by others. */
function useReadBy<T>(
  topics: readonly Topic[],
  read: () => T,
  dependencies: readonly unknown[],
  { everyMs = 0, held = false }: ReadOptions,
): T {
  const { reads } = useWorkbench();
  const [followerOf] = useState(createLastValue<ReadFollower>);
  const [lastValue] = useState(createLastValue<T>);
  const follower = followerOf([reads, everyMs, ...topics], () => followTopics(reads, topics, everyMs));
  const version = useSyncExternalStore(held ? neverChanges : follower.subscribe, follower.version);
  return lastValue([follower, version, ...dependencies], read);
}

/**
 * What `read` gives, read again when one of the topics is invalidated or a dependency changes, and else the same value.
 * Dependencies are those of `useMemo`, and the linter checks them as such (see `hooks` in biome.json). What the
 * workbench reads by itself (the rows, the template of the current project) is named by topic.
 */
export function useRead<T>(
  topics: readonly Topic[],
  read: () => T,
  dependencies: readonly unknown[],
  options: ReadOptions = {},
): T {
  return useReadBy(topics, read, dependencies, options);
}

/** A state as it was left in this project, or the fresh one. Restored once: give the component the project's id as key. */
export function useRestoredState<State>(kind: ScreenStateKind<State>, fresh: () => State): State {
  const projectId = useAppState((state) => state.project.id);
  const { screenStates } = useWorkbench();
  const [restored] = useState(() => screenStates.restore(projectId, kind, fresh()));
  return restored;
}

/** Keeps a state for the next `useRestoredState`, after this visit to the screen or after a restart. */
export function useKeptState<State>(kind: ScreenStateKind<State>, state: State): void {
  const projectId = useAppState((app) => app.project.id);
  const { screenStates } = useWorkbench();
  useLayoutEffect(() => screenStates.keep(projectId, kind, state), [screenStates, projectId, kind, state]);
}

/** `useReducer` whose state is found again as it was left, see `useRestoredState`. */
export function useScreenState<State, Action>(
  kind: ScreenStateKind<State>,
  reducer: (state: State, action: Action) => State,
  fresh: () => State,
): readonly [State, Dispatch<Action>] {
  const [state, dispatch] = useReducer(reducer, useRestoredState(kind, fresh));
  useKeptState(kind, state);
  return [state, dispatch];
}

const replace = <State,>(_: State, next: State): State => next;

/** `useState` whose value is found again as it was left, see `useRestoredState`. */
export function useScreenValue<State>(
  kind: ScreenStateKind<State>,
  fresh: () => State,
): readonly [State, Dispatch<State>] {
  return useScreenState<State, State>(kind, replace, fresh);
}

/** `useScreenValue` of one subject. It is restored once: give the component the subject as key. */
export function useSubjectValue<State>(
  subject: string,
  kind: ScreenStateKind<State>,
  fresh: () => State,
): readonly [State, Dispatch<State>] {
  const ofSubject = useMemo(() => subjectKind(subject, kind), [subject, kind]);
  return useScreenValue(ofSubject, fresh);
}

const merge = <State extends object>(state: State, change: Partial<State>): State => ({ ...state, ...change });

/** `useSubjectValue` of which some fields change at a time. */
export function useSubjectFields<State extends object>(
  subject: string,
  kind: ScreenStateKind<State>,
  fresh: () => State,
): readonly [State, Dispatch<Partial<State>>] {
  const ofSubject = useMemo(() => subjectKind(subject, kind), [subject, kind]);
  return useScreenState<State, Partial<State>>(ofSubject, merge, fresh);
}

/** What takes a while to read: the value before stays in sight until the next is there. */
export interface AsyncValue<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  /** The value is not, or no longer, the answer to the current question. */
  readonly pending: boolean;
}

export interface AsyncRead<T> extends AsyncValue<T> {
  /** Asks again, though nothing has changed. */
  again(): void;
}

export interface AsyncReadOptions extends ReadOptions {
  /** How long everything must have stood still before the question is sent; 0 sends it at once, and is the default. */
  readonly delayMs?: number;
}

/** Asks once; its signal is aborted when the answer is no longer wanted. */
type Ask<T> = (signal: AbortSignal) => Promise<Outcome<T>>;

/**
 * `useRead` for what is answered later. `question` gives the function that asks, or null when there is nothing to ask.
 * An answer to a question that has changed since is dropped, as is one after the component is gone.
 */
export function useAsyncRead<T>(
  topics: readonly Topic[],
  question: () => Ask<T> | null,
  dependencies: readonly unknown[],
  { delayMs = 0, ...options }: AsyncReadOptions = {},
): AsyncRead<T> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{ readonly to: unknown; readonly outcome: Outcome<T> } | null>(null);
  const newQuestion = (): Ask<T> | null => {
    const ask = question();
    return ask === null ? null : (signal) => ask(signal);
  };
  const ask = useReadBy(topics, newQuestion, [...dependencies, round], options);
  useEffect(() => {
    if (ask === null) return;
    const wanted = new AbortController();
    const start = (): void => {
      void ask(wanted.signal).then((outcome) => {
        if (!wanted.signal.aborted) setAnswer({ to: ask, outcome });
      });
    };
    const timer = delayMs === 0 ? null : setTimeout(start, delayMs);
    if (timer === null) start();
    return () => {
      wanted.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [ask, delayMs]);
  const again = (): void => setRound((before) => before + 1);
  if (ask === null) return { value: null, problem: null, pending: false, again };
  const outcome = answer?.outcome;
  return {
    value: outcome?.ok === true ? outcome.value : null,
    problem: outcome?.ok === false ? outcome.problem : null,
    pending: answer?.to !== ask,
    again,
  };
}
