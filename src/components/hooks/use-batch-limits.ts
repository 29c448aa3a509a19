import { useAppState } from '../../app/react.tsx';
import { batchLimitsOf } from '../../domain/batches/limits.ts';
import type { BatchLimits } from '../../domain/batches/types.ts';

/** What a batch at the project's provider may hold; null where it has none that Luthier knows. */
export function useBatchLimits(): BatchLimits | null {
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === state.project.providerId));
  return profile === undefined ? null : batchLimitsOf(profile, profile.baseUrl ?? '');
}
