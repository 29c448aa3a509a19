import { useEffect, useRef, useState } from 'react';
import type { Outcome, Problem } from '../../domain/common/outcome.ts';

/** The value once it has stood still for `ms`; at once when that is 0. For a search that reads every row. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (ms === 0) {
      setSettled(value);
      return;
    }
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return ms === 0 ? value : settled;
}

/** The value, following at most once in `ms`; at once when that is 0. For a version that goes up all the time. */
export function useThrottled<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  newest.current = value;
  const behind = shown !== value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: by the time it has followed it may be behind again, as before
  useEffect(() => {
    if (!behind) return;
    const timer = setTimeout(() => setShown(newest.current), ms);
    return () => clearTimeout(timer);
  }, [behind, ms, shown]);
  return ms === 0 ? value : shown;
}

/** A number that takes a while: the one before stays in sight until the next is there. */
export interface AsyncValue<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly pending: boolean;
}

/**
 * Asks once nothing has changed for `delayMs`, again whenever `ask` is another function, not at all while it is null.
 * What was asked before and comes late is dropped.
 */
export function useAsyncValue<T>(ask: (() => Promise<Outcome<T>>) | null, delayMs: number): AsyncValue<T> {
  const [answer, setAnswer] = useState<{ readonly to: unknown; readonly outcome: Outcome<T> } | null>(null);
  useEffect(() => {
    if (ask === null) return;
    let wanted = true;
    const timer = setTimeout(() => {
      void ask().then((outcome) => {
        if (wanted) setAnswer({ to: ask, outcome });
      });
    }, delayMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [ask, delayMs]);
  if (ask === null) return { value: null, problem: null, pending: false };
  const outcome = answer?.outcome;
  return {
    value: outcome?.ok === true ? outcome.value : null,
    problem: outcome?.ok === false ? outcome.problem : null,
    pending: answer?.to !== ask,
  };
}
