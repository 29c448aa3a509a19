import { useMemo } from 'react';
import { useAppState } from '../../app/react.tsx';
import type { JobRecord } from '../../domain/training/types.ts';

/** Jobs of the project, then those that commands started on this machine; each newest first. */
export function useAllJobs(): readonly JobRecord[] {
  const own = useAppState((state) => state.jobs);
  const ofCommands = useAppState((state) => state.commandJobs);
  return useMemo(() => [...own, ...ofCommands], [own, ofCommands]);
}
