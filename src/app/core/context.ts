import type { Usage } from '../../domain/chat/types.ts';
import { failed, type Outcome, ok, type Problem } from '../../domain/common/outcome.ts';
import { chatCost } from '../../domain/pricing/cost.ts';
import { isOfCommands } from '../../domain/project/command-projects.ts';
import type { Project } from '../../domain/project/types.ts';
import { problemOf } from '../runtime/errors.ts';
import type { OperationSnapshot } from '../runtime/operation.ts';
import type { PackedRowStore, RowStore } from '../runtime/ports.ts';
import type { SpendingLedger } from '../runtime/spending-ports.ts';
import type { BatchParts, OperationDeps, WorkbenchDeps } from './deps.ts';
import { createProjectAutosave, type ProjectAutosave } from './project-autosave.ts';
import type { Reads } from './reads.ts';
import { createScreenStates, type ScreenStates } from './screen-states.ts';
import type { AppState, AppStore } from './state.ts';

/** The same rows, with word of every project whose rows change, whoever changes them. */
export function observeRows(rows: RowStore, changed: (projectId: string) => void): RowStore {
  return {
    put(put, which) {
      const written = rows.put(put, which);
      for (const projectId of new Set(put.map((row) => row.projectId))) changed(projectId);
      return written;
    },
    remove(projectId, ids) {
      rows.remove(projectId, ids);
      changed(projectId);
    },
    get: (projectId, id) => rows.get(projectId, id),
    query: (projectId, query) => rows.query(projectId, query),
    counts: (projectId, filter) => rows.counts(projectId, filter),
    scan: (projectId, filter) => rows.scan(projectId, filter),
  };
}

/** The same, with word of the project whose rows came. */
export const observePackedRows = (rows: PackedRowStore, changed: (projectId: string) => void): PackedRowStore => ({
  put(like, packed) {
    const written = rows.put(like, packed);
    changed(like.projectId);
    return written;
  },
});

/** The same ledger, with word of every change of what was spent. */
export function observeLedger(ledger: SpendingLedger, changed: () => void): SpendingLedger {
  return {
    ...ledger,
    end(ends, keep) {
      ledger.end(ends, keep);
      changed();
    },
  };
}

/** The same batches, with word of what they hold back and of what they cost. */
export const observeBatches = (batches: BatchParts, changed: () => void): BatchParts => ({
  ...batches,
  rows: {
    ...batches.rows,
    claim(record, claims, rules) {
      const permissions = batches.rows.claim(record, claims, rules);
      changed();
      return permissions;
    },
    settle(record, ends, counts, keep) {
      const settled = batches.rows.settle(record, ends, counts, keep);
      changed();
      return settled;
    },
  },
});

/** What the parts of the workbench share. */
export interface WorkbenchContext {
  readonly deps: WorkbenchDeps;
  /** The same, as operations want it: with rows that are watched for changes. */
  readonly operations: OperationDeps;
  readonly store: AppStore;
  readonly reads: Reads;
  readonly projectAutosave: ProjectAutosave;
  readonly screenStates: ScreenStates;
  project(): Project;
  set(part: Partial<AppState>): void;
  note(text: string): void;
  /** Said with the next note: of what happened while that came about. */
  remark(text: string): void;
  problem(problem: Problem): void;
  /** Reads the jobs of the current project again, when it is this one; those of commands, when it is one of theirs. */
  jobsChanged(projectId: string): void;
  costOf(providerId: string): (usage: Usage, model: string) => number | null;
  /** Runs something that may throw, as an Outcome. */
  attempt<T>(saved: string, run: () => Promise<T> | T): Promise<Outcome<T>>;
  /** Runs something that may throw; what goes wrong is a problem in the notice. */
  guard(saved: string, run: () => void): void;
}

export const ROWS_SAFE = 'The rows are on disk as they were.';

export function createWorkbenchContext(
  deps: WorkbenchDeps,
  operations: OperationDeps,
  store: AppStore,
  reads: Reads,
): WorkbenchContext {
  let notices = 0;
  let remarks: readonly string[] = [];
  const set = (part: Partial<AppState>): void => store.setState(part);
  const nextId = (): number => {
    notices += 1;
    return notices;
  };
  const problem = (found: Problem): void => set({ notice: { id: nextId(), kind: 'problem', problem: found } });

  return {
    deps,
    operations,
    store,
    reads,
    projectAutosave: createProjectAutosave(deps, store, problem),
    screenStates: createScreenStates(deps, problem),
    project: () => store.getState().project,
    set,
    problem,
    note(text) {
      set({ notice: { id: nextId(), kind: 'note', text: [text, ...remarks].join(' ') } });
      remarks = [];
    },
    remark(text) {
      remarks = [...remarks, text];
    },
    jobsChanged(projectId) {
      if (isOfCommands(projectId)) {
        set({ commandJobs: deps.commandJobs.ofCommands() });
        reads.invalidate('jobs');
      }
      if (store.getState().project.id !== projectId) return;
      set({ jobs: deps.jobs.list(projectId), spending: deps.ledger.totals(projectId) });
      reads.invalidate('jobs');
    },
    costOf: (providerId) => (usage, model) => chatCost(usage, model, deps.settings.prices(providerId)),
    async attempt(saved, run) {
      try {
        return ok(await run());
      } catch (error) {
        return failed(problemOf(error, saved));
      }
    },
    guard(saved, run) {
      try {
        run();
      } catch (error) {
        problem(problemOf(error, saved));
      }
    },
  };
}

/** Why an operation did not end well. */
export function problemOfEnd(end: OperationSnapshot, saved: string): Problem {
  return end.problem ?? { what: 'It was cancelled.', saved, next: 'Start it again when you want to.' };
}
