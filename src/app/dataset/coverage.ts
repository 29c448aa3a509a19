import type { CooperativeTask } from '../../domain/common/cooperative.ts';
import type { Outcome } from '../../domain/common/outcome.ts';
import { type Coverage, CoverageTally } from '../../domain/dataset/coverage.ts';
import type { Slot } from '../../domain/template/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { CallOptions, CoverageStore } from '../runtime/ports.ts';

export interface CoverageRequest {
  readonly projectId: string;
  /** Of the template: their values are shown where no row has them. */
  readonly slots: readonly Slot[];
  readonly pair: readonly [string, string];
}

export interface CoverageActions {
  /** How often the values of two slots meet in the project's rows; counted a part at a time, so that keys are read in between. */
  map(pair: readonly [string, string]): Promise<Outcome<Coverage>>;
}

/** Counts by SQL, some thousand rows a part. */
export function readCoverage(
  store: CoverageStore,
  { projectId, slots, pair }: CoverageRequest,
  { signal }: CallOptions = {},
): Promise<Coverage> {
  function* parts(): CooperativeTask<Coverage> {
    const tally = new CoverageTally(pair, slots);
    for (let after: ReturnType<CoverageStore['part']>['next'] = null; ; ) {
      const { counts, next } = store.part(projectId, pair, after);
      tally.add(counts);
      if (next === null) return tally.coverage();
      after = next;
      yield;
    }
  }
  return inSlices(parts(), signal);
}

export function createCoverageActions(context: WorkbenchContext): CoverageActions {
  return {
    map: (pair) =>
      context.attempt(ROWS_SAFE, () => {
        const { id: projectId, template } = context.project();
        return readCoverage(context.deps.coverage, { projectId, slots: template.slots, pair });
      }),
  };
}
