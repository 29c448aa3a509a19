import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Outcome } from '../../domain/common/outcome.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { type GraderProposal, proposeGraders } from '../../domain/evaluation/graders/propose.ts';
import type {
  EvaluatedItem,
  Evaluation,
  EvaluationItem,
  EvaluationPlan,
  EvaluationSource,
} from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { createKeyRedaction } from '../../domain/text/key-mask.ts';
import { LiveRequests } from '../completions/live-requests.ts';
import type { WorkbenchContext } from '../core/context.ts';
import { OperationError } from '../runtime/errors.ts';
import type { EvaluateProgress } from '../runtime/operation.ts';
import { coalesce } from '../runtime/pacing.ts';
import type { CallOptions, ExportPath, RowStore } from '../runtime/ports.ts';
import { EXPORT_FORMATS, type ExportFormat } from './exports.ts';
import { type FileItems, itemsOfFile, itemsOfRows } from './items.ts';
import { planProblem, prepareEvaluation } from './prepare.ts';
import { type EvaluationQuote, quoteEvaluation } from './quote.ts';
import type { EvaluationReaders } from './results.ts';
import { isToTrack, startEvaluate } from './start.ts';

export interface EvaluateActions {
  /** Newest first, of the current project. */
  list(): readonly Evaluation[];
  quote(plan: EvaluationPlan, options?: CallOptions): Promise<Outcome<EvaluationQuote>>;
  /** Graders that fit the targets of a source. */
  propose(source: EvaluationSource): Promise<Outcome<GraderProposal>>;
  /** Starts it as an operation of kind `evaluate`. Answers already there are reused. */
  start(plan: EvaluationPlan): Promise<Outcome<Evaluation>>;
  /** Every item with what is answered so far, in the order of its source. */
  items(evaluationId: string): readonly EvaluatedItem[];
  /** Items of held-out rows that are trained on since: what was scored on them is not comparable any more. */
  learnedSince(evaluationId: string): number;
  remove(evaluationId: string): void;
  /** Says where it was written. */
  export(evaluationId: string, format: ExportFormat, to: ExportPath): Promise<Outcome<string>>;
}

export interface EvaluateRun {
  pause(): void;
  resume(): void;
  setCap(usd: number | null): void;
  /** Asks again for every failed prediction. */
  retryFailed(evaluationId: string): void;
}

export interface EvaluationParts {
  readonly actions: EvaluateActions;
  readonly run: EvaluateRun;
  /** Lets the screens read again, soon. */
  changed(): void;
  close(): void;
}

/** Answers that land are read again at most this often. */
const READ_MS = 100;
/** Rows read before keys are read again. */
const ROWS_AT_ONCE = 500;
const NOTHING = 'Nothing was sent.';

/** `ended` is called with an evaluation that is to be tracked as it has ended. */
export function createEvaluation(
  context: WorkbenchContext,
  readers: EvaluationReaders,
  ended: (evaluation: Evaluation) => void,
): EvaluationParts {
  const { operations } = context;
  const { evaluations, votes, documents, clock, newId, keysInUse } = context.deps;
  const live = new LiveRequests<EvaluateProgress>(() => context.project().id);
  const announcement = coalesce(clock, READ_MS, () => {
    context.reads.invalidate('evaluations');
  });
  const changed = () => announcement.touch();

  const rows: RowStore = {
    ...operations.rows,
    put(put, which) {
      const written = operations.rows.put(put, which);
      if (readers.rowsChanged(put)) changed();
      return written;
    },
  };

  async function itemsOf(source: EvaluationSource, project: Project): Promise<FileItems> {
    if (source.kind === 'file') return itemsOfFile(documents.readJsonValues(source.path), source.path);
    const { id, template, training } = project;
    const all: Row[] = [];
    for (const row of operations.rows.scan(id, {})) {
      all.push(row);
      if (all.length % ROWS_AT_ONCE === 0) await nextTurn();
    }
    return { items: itemsOfRows(all, template, training, source.side), notes: [] };
  }

  async function prepare(plan: EvaluationPlan, id: string) {
    const project = context.project();
    const { items, notes } = await itemsOf(plan.source, project);
    const problem = planProblem(plan, items);
    if (problem !== null) throw new OperationError('failed', problem);
    const evaluation = prepareEvaluation(plan, { id, projectId: project.id, createdAt: clock.now(), items });
    return { evaluation, items, notes };
  }

  function begin(evaluation: Evaluation, items: readonly EvaluationItem[]): void {
    const handle = startEvaluate({ ...operations, rows }, { evaluation, items });
    live.keep(evaluation.id, handle);
    void handle.finished.then(({ status }) => {
      changed();
      if (isToTrack(status, readers.items(evaluation.id))) ended(evaluation);
    });
    changed();
  }

  function refuseSecond(): void {
    if (!live.any) return;
    throw new OperationError('failed', {
      what: 'An evaluation is going on.',
      saved: NOTHING,
      next: 'Let it end, or cancel it, before you start another.',
    });
  }

  const actions: EvaluateActions = {
    list: () => evaluations.list(context.project().id),
    quote: (plan, options) =>
      context.attempt(NOTHING, async () => {
        const { evaluation, items, notes } = await prepare(plan, '');
        return { ...(await quoteEvaluation(operations, evaluation, items, options)), notes };
      }),
    propose: (source) =>
      context.attempt(NOTHING, async () => proposeGraders((await itemsOf(source, context.project())).items)),
    start: (plan) =>
      context.attempt(NOTHING, async () => {
        const { evaluation, items } = await prepare(plan, newId());
        refuseSecond();
        evaluations.save(evaluation, items);
        begin(evaluation, items);
        return evaluation;
      }),
    items: (id) => readers.items(id),
    learnedSince(id) {
      const projectId = context.project().id;
      const source = evaluations.list(projectId).find((one) => one.id === id)?.plan.source;
      if (source?.kind !== 'rows' || source.side !== 'validation') return 0;
      const learned = new Set(Array.from(operations.rows.scan(projectId, { split: 'train' }), (row) => row.id));
      return evaluations.items(id).filter(({ rowId }) => rowId !== null && learned.has(rowId)).length;
    },
    remove: (id) =>
      context.guard('The evaluation is as it was.', () => {
        live.cancel(id);
        readers.forget(id);
        evaluations.remove(id);
        changed();
      }),
    export: (id, format, { path, replace }) =>
      context.attempt('The answers are on disk as they were.', async () => {
        const evaluation = evaluations.get(id);
        if (evaluation === null) throw new Error('The evaluation is gone.');
        const { id: projectId, name: project } = context.project();
        const jobs = [...context.deps.jobs.list(projectId), ...context.deps.commandJobs.ofCommands()];
        const answered = { evaluation, items: actions.items(id), votes: votes.list(id) };
        const { profiles } = context.store.getState();
        const exported = { ...answered, project, jobs, profiles, writtenAt: clock.now() };
        const { mask, told } = createKeyRedaction(keysInUse());
        const text = EXPORT_FORMATS[format].text({ ...exported, mask });
        const where = await documents.writeText(path, text, { work: 'evaluation', replace });
        return `Written to ${where}.${told()}`;
      }),
  };

  return {
    actions,
    changed,
    close: () => announcement.close(),
    run: {
      pause: () => live.pause(),
      resume: () => live.resume(),
      setCap: (usd) => live.setCap(usd),
      retryFailed: (id) =>
        context.guard(NOTHING, () => {
          const evaluation = evaluations.get(id);
          if (evaluation === null) return;
          refuseSecond();
          begin(evaluation, evaluations.items(id));
        }),
    },
  };
}
