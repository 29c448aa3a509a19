import { describe, expect, it, vi } from 'vitest';
import { Questions } from '../../../src/app/evaluation/questions.ts';
import { gatherDataset, gatherEvaluation } from '../../../src/app/tracking/gather.ts';
import { type PromptPairs, preferenceLine } from '../../../src/domain/dataset/preferences.ts';
import { predictionsProjectId } from '../../../src/domain/evaluation/items.ts';
import type { Evaluation, EvaluationItem } from '../../../src/domain/evaluation/types.ts';
import { newProject } from '../../../src/domain/project/project.ts';
import type { TrackedRun } from '../../../src/domain/tracking/types.ts';
import { PRICES, templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';
import { MemoryRows } from '../fakes/stores.ts';

const project = newProject({ id: 'p', now: 1, name: 'NDA clauses', template: templateOf(1) });
const dpo = { ...project, training: { ...project.training, method: 'dpo' as const } };

const pairsOf = (count: number): readonly PromptPairs[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `r${at}`,
    split: at === 0 ? ('validation' as const) : ('train' as const),
    pairs: [{ prompt: [{ role: 'user', content: `q${at}` }], preferred: 'better', other: 'worse' }],
  }));

function rowsOf(count: number): MemoryRows {
  const rows = new MemoryRows();
  rows.put(Array.from({ length: count }, (_, at) => rowOf(`r${at}`, { rating: 'accepted', updatedAt: at })));
  return rows;
}

const fileOf = (run: TrackedRun, path: string): string => {
  const found = run.artifacts.flatMap(({ files }) => files).find((file) => file.path === path);
  return [...(found?.chunks() ?? [])].join('');
};

/** How often others had their turn while `work` was done. */
async function turnsWhile(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const tick = (): void => {
    turns += 1;
    next = setImmediate(tick);
  };
  let next = setImmediate(tick);
  await work();
  clearImmediate(next);
  return turns;
}

describe('a dataset that is gathered', () => {
  it('is of the lines its jobs would be trained on, and as old as the newest row', async () => {
    const run = await gatherDataset(rowsOf(20), project);
    expect(run.config).toMatchObject({ items: 20 });
    expect(run.startedAt).toBe(19);
    expect(`${fileOf(run, 'train.jsonl')}${fileOf(run, 'validation.jsonl')}`).toContain('Answer r7');
  });

  it('of a project that is trained on preferences is of its pairs', async () => {
    const asked = vi.fn(async () => pairsOf(3));
    const run = await gatherDataset(rowsOf(20), dpo, { pairs: asked });
    expect(asked).toHaveBeenCalledExactlyOnceWith(dpo);
    expect(run.config).toMatchObject({ items: 3, train: 2, validation: 1 });
    expect(run.startedAt).toBe(19);
    const lines = pairsOf(3).flatMap(({ pairs }) => pairs.map(preferenceLine));
    expect(fileOf(run, 'train.jsonl')).toBe(lines.slice(1).join(''));
    expect(fileOf(run, 'validation.jsonl')).toBe(lines[0]);
    expect(run.tables[0]?.columns).toEqual(['role: user', 'preferred_output', 'non_preferred_output']);
    // Its rows are not what it is trained on, and must never pass for it.
    await expect(gatherDataset(rowsOf(20), dpo)).rejects.toThrow('is trained on pairs');
  });

  it('without a line is none', async () => {
    const problem = (what: string) => ({ problem: { what } });
    await expect(gatherDataset(new MemoryRows(), project)).rejects.toMatchObject(
      problem('There is no row to keep a version of.'),
    );
    await expect(gatherDataset(rowsOf(3), dpo, { pairs: () => [] })).rejects.toMatchObject(
      problem('There is no pair to keep a version of.'),
    );
  });

  it('leaves room for keys while it is read, and stops when its signal aborts', async () => {
    const rows = rowsOf(10_000);
    expect(await turnsWhile(() => gatherDataset(rows, project))).toBeGreaterThan(3);
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('Enough.')));
    await expect(gatherDataset(rows, project, { signal: stop.signal })).rejects.toThrow('Enough.');
  });
});

function answered(count: number) {
  const items: readonly EvaluationItem[] = Array.from({ length: count }, (_, at) => ({
    id: `i${at}`,
    rowId: null,
    line: at + 1,
    target: at % 2 === 0 ? 'Yes' : 'No',
    slices: {},
    prompt: [{ role: 'user', content: `q${at}` }],
  }));
  const models = ['a', 'b'].map((model) => ({ providerId: 'embedded', model }));
  const evaluation: Evaluation = {
    id: 'e',
    projectId: 'p',
    name: 'E',
    createdAt: 5,
    items: count,
    plan: {
      source: { kind: 'rows', side: 'validation' },
      models,
      graders: [{ kind: 'exact-ci' }],
      sampling: {},
      concurrency: 'auto',
      capUsd: null,
    },
  };
  const rows = new MemoryRows();
  const asked = [...new Questions(evaluation, items, () => PRICES).all()];
  rows.put(
    asked.map(({ question }, at) =>
      rowOf(question.id, { projectId: predictionsProjectId('p'), completion: 'Yes', updatedAt: 1000 + at }),
    ),
  );
  const wanted = { evaluation, items, projectName: 'P', jobs: new Map() };
  return { rows, wanted, deps: { rows, prices: () => PRICES } };
}

describe('an evaluation that is gathered', () => {
  it('begins when it was made, or with its first answer, and ends with its newest', async () => {
    const { deps, wanted } = answered(10);
    const run = await gatherEvaluation(deps, wanted);
    expect(run).toMatchObject({ startedAt: 5, end: { at: 1019, outcome: 'finished' } });
    expect(run.summary).toMatchObject({ 'eval/a/accuracy': 0.5, 'eval/items': 10 });
    const again = await gatherEvaluation(deps, { ...wanted, begins: 'with-first-answer' });
    expect(again.startedAt).toBe(1000);
    const none = await gatherEvaluation(
      { ...deps, rows: new MemoryRows() },
      { ...wanted, begins: 'with-first-answer' },
    );
    expect(none).toMatchObject({ startedAt: 5, end: { at: 5, outcome: 'failed' } });
  });

  it('reads every answer once', async () => {
    const { deps, wanted, rows } = answered(10);
    const get = vi.spyOn(rows, 'get');
    await gatherEvaluation(deps, wanted);
    expect(get).toHaveBeenCalledTimes(20);
  });

  it('leaves room for keys while it is read, and stops when its signal aborts', async () => {
    const { deps, wanted } = answered(3000);
    expect(await turnsWhile(() => gatherEvaluation(deps, wanted))).toBeGreaterThan(3);
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('Enough.')));
    await expect(gatherEvaluation(deps, wanted, { signal: stop.signal })).rejects.toThrow('Enough.');
  });
});
