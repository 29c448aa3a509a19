import { useCallback, useEffect, useRef, useState } from 'react';
import type { RemoteFile } from '../../../domain/provider/types.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';

export interface RemoteFiles {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Newest first; those known before while they are read again. */
  readonly files: readonly RemoteFile[];
  readonly problem: Problem | null;
  refresh(): void;
}

interface State extends Omit<RemoteFiles, 'refresh'> {}

/** The files at the project's provider, read when they are looked at and when asked again. */
export function useFiles(): RemoteFiles {
  const { files: actions } = useWorkbench();
  const providerId = useAppState((state) => state.project.providerId);
  const [state, setState] = useState<State>({ status: 'loading', files: [], problem: null });
  const newest = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another provider has other files
  const refresh = useCallback((): void => {
    newest.current += 1;
    const mine = newest.current;
    setState(({ files }) => ({ status: 'loading', files, problem: null }));
    void actions.list().then((outcome) => {
      if (mine !== newest.current) return;
      if (!outcome.ok) setState({ status: 'failed', files: [], problem: outcome.problem });
      else {
        const files = outcome.value.toSorted((a, b) => b.createdAt - a.createdAt);
        setState({ status: 'ready', files, problem: null });
      }
    });
  }, [actions, providerId]);
  useEffect(() => {
    refresh();
    return () => {
      newest.current += 1;
    };
  }, [refresh]);
  return { ...state, refresh };
}
