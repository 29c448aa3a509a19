import { useEffect, useState } from 'react';
import type { Evaluation } from '../../../domain/evaluation/types.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { resultWords } from './accuracy.ts';

/** How each evaluation ended, in words, by id. Counted one at a time between keys, for each reads all its answers. */
export function useResults(evaluations: readonly Evaluation[]): ReadonlyMap<string, string> {
  const { evaluate } = useWorkbench();
  const version = useAppState((state) => state.evaluationsVersion);
  const [results, setResults] = useState<ReadonlyMap<string, string>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are other answers to count
  useEffect(() => {
    const waiting = [...evaluations];
    const known = new Map<string, string>();
    let timer: NodeJS.Timeout | null = null;
    const next = (): void => {
      const one = waiting.shift();
      if (one === undefined) return;
      known.set(one.id, resultWords(evaluate.items(one.id), one.plan.models.length));
      setResults((before) => new Map([...before, ...known]));
      timer = setTimeout(next, 0);
    };
    timer = setTimeout(next, 0);
    return () => {
      if (timer !== null) clearTimeout(timer);
    };
  }, [evaluate, evaluations, version]);
  return results;
}
