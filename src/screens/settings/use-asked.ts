import { useEffect } from 'react';
import { useAsyncRead, useWorkbench } from '../../app/react.tsx';
import type { Outcome } from '../../domain/common/outcome.ts';

/** What a dialog asks first: null until it is there. What goes wrong with that is a problem of the screen, and closes. */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<Outcome<T>>, onDone: () => void): T | null {
  const { navigation } = useWorkbench();
  const { value, problem } = useAsyncRead([], () => ask, [ask]);
  useEffect(() => {
    if (problem === null) return;
    navigation.problem(problem);
    onDone();
  }, [problem, navigation, onDone]);
  return value;
}
