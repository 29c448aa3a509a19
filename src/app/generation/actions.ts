import type { Outcome } from '../../domain/common/outcome.ts';
import { PROBLEM_STATUSES, type Row } from '../../domain/dataset/types.ts';
import { prepareSelection } from '../../domain/lattice/select.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { LiveRequests } from '../completions/live-requests.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { UndoStack } from '../core/undo.ts';
import type { GenerateProgress } from '../runtime/operation.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { CallOptions } from '../runtime/ports.ts';
import { type GenerationQuote, quoteGeneration } from './quote.ts';
import { type GenerateHandle, retryRows, startGenerate } from './start.ts';

export interface GenerateActions {
  /** Counts what the plan would generate and its price; reads nothing but the local store. */
  quote(plan: GenerationPlan, options?: CallOptions): Promise<Outcome<GenerationQuote>>;
  start(plan: GenerationPlan): void;
  /** Again, for these rows or for every failed, truncated, refused and empty one. */
  retry(rowIds: readonly string[] | 'problems'): void;
  pause(): void;
  resume(): void;
  setCap(usd: number | null): void;
  setConcurrency(setting: number | 'auto'): void;
}

export interface Generation extends GenerateActions {
  /** Generates these answers again, with the old ones on the undo stack. */
  regenerate(ids: readonly string[]): void;
}

export function createGenerateActions(context: WorkbenchContext, undo: UndoStack): Generation {
  const { operations } = context;
  const live = new LiveRequests<GenerateProgress>(() => context.project().id);

  function keep(handle: GenerateHandle): GenerateHandle {
    live.keep(handle.id, handle);
    return handle;
  }

  const request = (plan: GenerationPlan) => {
    const { id, providerId, template } = context.project();
    return { projectId: id, providerId, template, plan };
  };

  /** A retry spends within what the plan allows, like any run. */
  const again = (rowIds: readonly string[]): GenerateHandle =>
    keep(retryRows(operations, { ...request(context.project().plan), rowIds }));

  function troubled(): readonly string[] {
    const projectId = context.project().id;
    return PROBLEM_STATUSES.flatMap((status) =>
      Array.from(operations.rows.scan(projectId, { status }), (row) => row.id),
    );
  }

  return {
    quote: (plan, options) =>
      context.attempt('Nothing was sent.', () => {
        const { id, template } = context.project();
        return quoteGeneration(operations, { projectId: id, template, plan }, options);
      }),
    start(plan) {
      const wanted = request(plan);
      const begin = (): void => {
        if (live.any) {
          context.note('A run is going on. Let it end, or cancel it, before you start another.');
          return;
        }
        context.projectAutosave.change(wanted.projectId, (project) => ({ ...project, plan }));
        keep(startGenerate(operations, wanted));
      };
      const parts = prepareSelection(wanted.template.slots, plan.cells);
      if (parts.next().done === true) begin();
      // Where the quote was not waited for, a cover is still to be built: keys are read meanwhile.
      else void inSlices(parts, undefined).then(begin);
    },
    retry(rowIds) {
      const ids = rowIds === 'problems' ? troubled() : rowIds;
      if (ids.length === 0) context.note('No row has a problem.');
      else again(ids);
    },
    regenerate(ids) {
      const { rows } = operations;
      const before: readonly Row[] = ids.map((id) => rows.get(context.project().id, id)).filter((row) => row !== null);
      if (before.length === 0) return;
      const handle = again(before.map((row) => row.id));
      undo.push('the new answers', () => {
        handle.cancel();
        rows.put(before);
        // An answer that was already on its way to the disk must not have the last word.
        void handle.finished.then(() => context.guard('The new answers are on disk.', () => rows.put(before)));
      });
    },
    pause: () => live.pause(),
    resume: () => live.resume(),
    setCap(usd) {
      // The cap is the project's until it is changed, so the next run begins with it.
      context.projectAutosave.change(context.project().id, (project) => ({
        ...project,
        plan: { ...project.plan, capUsd: usd },
      }));
      live.setCap(usd);
    },
    setConcurrency: (setting) => live.setConcurrency(setting),
  };
}
