import { useEffect, useRef, useState } from 'react';
import type { DatasetReport } from '../../../domain/dataset/report.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';

export type CheckState =
  | { readonly status: 'idle' }
  | { readonly status: 'running' }
  | { readonly status: 'failed'; readonly problem: Problem }
  | { readonly status: 'done'; readonly report: DatasetReport; readonly version: number };

export interface Check {
  readonly state: CheckState;
  /** Rows have changed since. */
  readonly stale: boolean;
  run(): void;
}

/** The last check of the rows that Train would use; a newer one takes the place of one that still runs. */
export function useCheck(): Check {
  const { dataset } = useWorkbench();
  const model = useAppState((state) => state.project.training.model);
  const version = useAppState((state) => state.rowsVersion);
  const [state, setState] = useState<CheckState>({ status: 'idle' });
  const newest = useRef(0);
  useEffect(
    () => () => {
      newest.current = Number.POSITIVE_INFINITY;
    },
    [],
  );
  const run = async (): Promise<void> => {
    newest.current += 1;
    const mine = newest.current;
    setState({ status: 'running' });
    const outcome = await dataset.check(model);
    if (mine !== newest.current) return;
    setState(
      outcome.ok ? { status: 'done', report: outcome.value, version } : { status: 'failed', problem: outcome.problem },
    );
  };
  return {
    state,
    stale: state.status === 'done' && state.version !== version,
    run: () => {
      void run();
    },
  };
}
