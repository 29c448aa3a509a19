import { basename } from 'node:path';
import type { Row } from '../../domain/dataset/types.ts';
import { predictionsOf } from '../../domain/evaluation/identity.ts';
import type { Evaluation, EvaluationItem, EvaluationPlan } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { coalesce } from '../../operations/channel/coalesce.ts';
import { EndedEarly } from '../../operations/channel/ends.ts';
import { exportText } from '../../operations/evaluate/export.ts';
import { compileGraders } from '../../operations/evaluate/grading.ts';
import { itemsOfLines, itemsOfRows } from '../../operations/evaluate/items.ts';
import { quoteEvaluation } from '../../operations/evaluate/quote.ts';
import { type EvaluationReader, readEvaluation } from '../../operations/evaluate/read.ts';
import { type EvaluateHandle, startEvaluate } from '../../operations/evaluate/start.ts';
import type { RowStore } from '../../operations/ports.ts';
import type { Core } from './core.ts';
import type { EvaluateActions, EvaluateRun } from './evaluateTypes.ts';

export interface Evaluating {
  readonly actions: EvaluateActions;
  readonly run: EvaluateRun;
  /** Lets the screens read again, soon. */
  changed(): void;
  close(): void;
}

/** Answers that land are read again at most this often. */
const READ_MS = 100;
/** Rows read before keys are heard again. */
const ROWS_AT_ONCE = 500;
const NOTHING = 'Nothing was asked.';

/** `ended` hears of an evaluation whose every answer is there. */
export function createEvaluating(core: Core, ended: (evaluation: Evaluation) => void): Evaluating {
  const { operations } = core;
  const { evaluations, votes, documents, clock, newId } = core.deps;
  const readers = new Map<string, EvaluationReader>();
  const handles = new Map<string, EvaluateHandle>();
  const telling = coalesce(clock, READ_MS, () =>
    core.set({
      evaluationsVersion: core.store.getState().evaluationsVersion + 1,
      evaluationCosts: operations.rows.counts(predictionsOf(core.project().id), {}),
    }),
  );
  const changed = () => telling.touch();

  function heard(rows: readonly Row[]): void {
    for (const reader of readers.values()) if (reader.heard(rows)) changed();
  }

  const rows: RowStore = {
    ...operations.rows,
    put(put) {
      operations.rows.put(put);
      heard(put);
    },
  };

  const live = (): readonly EvaluateHandle[] =>
    [...handles.values()].filter((handle) => {
      const { endedAt, projectId } = handle.snapshot();
      return endedAt === null && projectId === core.project().id;
    });

  async function itemsOf({ source }: EvaluationPlan, project: Project): Promise<readonly EvaluationItem[]> {
    if (source.kind === 'file') return itemsOfLines(documents.readLines(source.path));
    const { id, template, training } = project;
    const all: Row[] = [];
    for (const row of operations.rows.scan(id, {})) {
      all.push(row);
      if (all.length % ROWS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return itemsOfRows(all, template, training, source.side);
  }

  async function prepare(plan: EvaluationPlan, id: string) {
    refuseIncomplete(plan);
    const project = core.project();
    const items = await itemsOf(plan, project);
    const evaluation: Evaluation = {
      id,
      projectId: project.id,
      plan,
      name: nameOf(plan),
      createdAt: clock.now(),
      items: items.length,
    };
    return { evaluation, items };
  }

  function begin(evaluation: Evaluation, items: readonly EvaluationItem[]): void {
    const handle = startEvaluate({ ...operations, rows }, { evaluation, items });
    handles.set(evaluation.id, handle);
    void handle.finished.then(({ status }) => {
      handles.delete(evaluation.id);
      changed();
      if (status === 'succeeded') ended(evaluation);
    });
    changed();
  }

  function refuseSecond(): void {
    if (live().length === 0) return;
    throw new EndedEarly('failed', {
      what: 'An evaluation is going on.',
      saved: NOTHING,
      next: 'Let it end, or cancel it, before you start another.',
    });
  }

  function readerOf(id: string): EvaluationReader | null {
    const known = readers.get(id);
    if (known !== undefined) return known;
    const evaluation = evaluations.get(id);
    if (evaluation === null) return null;
    const reader = readEvaluation(operations, evaluation, evaluations.items(id));
    readers.set(id, reader);
    return reader;
  }

  const actions: EvaluateActions = {
    list: () => evaluations.list(core.project().id),
    quote: (plan) =>
      core.attempt(NOTHING, async () => {
        const { evaluation, items } = await prepare(plan, '');
        return quoteEvaluation(operations, evaluation, items);
      }),
    start: (plan) =>
      core.attempt(NOTHING, async () => {
        const { evaluation, items } = await prepare(plan, newId());
        refuseSecond();
        evaluations.save(evaluation, items);
        begin(evaluation, items);
        return evaluation;
      }),
    items: (id) => readerOf(id)?.items() ?? [],
    remove: (id) =>
      core.guard('The evaluation is as it was.', () => {
        handles.get(id)?.cancel();
        readers.delete(id);
        evaluations.remove(id);
        changed();
      }),
    export: (id, format, path) =>
      core.attempt('The answers are on disk as they were.', () => {
        const evaluation = evaluations.get(id);
        if (evaluation === null) throw new Error('The evaluation is gone.');
        const exported = { evaluation, items: actions.items(id), votes: votes.list(id), writtenAt: clock.now() };
        return documents.writeText(path, exportText({ ...exported, secrets: [] }, format));
      }),
  };

  return {
    actions,
    changed,
    close: () => telling.close(),
    run: {
      pause: () => {
        for (const handle of live()) handle.pause();
      },
      resume: () => {
        for (const handle of live()) handle.resume();
      },
      setCap: (usd) => {
        for (const handle of live()) handle.setCap(usd);
      },
      retryFailed: (id) =>
        core.guard(NOTHING, () => {
          const evaluation = evaluations.get(id);
          if (evaluation === null) return;
          refuseSecond();
          begin(evaluation, evaluations.items(id));
        }),
    },
  };
}

function refuseIncomplete({ models, graders }: EvaluationPlan): void {
  const refuse = (what: string, next: string) => new EndedEarly('failed', { what, saved: NOTHING, next });
  if (models.length === 0) throw refuse('No model is chosen.', 'Choose at least one.');
  const names = models.map(({ providerId, model }) => `${providerId} ${model}`);
  if (new Set(names).size < names.length) throw refuse('A model is chosen twice.', 'Take one of them away.');
  if (graders.length === 0) throw refuse('No grader is chosen.', 'Choose what decides right or wrong.');
  const compiled = compileGraders(graders);
  if (!compiled.ok) throw new EndedEarly('failed', compiled.problem);
}

/** `validation rows · 2 models`. */
function nameOf({ source, models }: EvaluationPlan): string {
  const where = source.kind === 'file' ? basename(source.path) : `${source.side} rows`;
  return `${where} · ${models.length === 1 ? (models[0]?.model ?? '') : `${models.length} models`}`;
}
