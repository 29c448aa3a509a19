import { useEffect, useState } from 'react';
import type { Outcome, Problem } from '../../../domain/text/problem.ts';

/** A number that takes a while: the one before stays in sight until the next is there. */
export interface Figure<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly pending: boolean;
}

/**
 * Asks once nothing has changed for `delayMs`, again whenever `ask` is another function, not at all while it is null.
 * What was asked before and comes late is dropped.
 */
export function useFigure<T>(ask: (() => Promise<Outcome<T>>) | null, delayMs: number): Figure<T> {
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
