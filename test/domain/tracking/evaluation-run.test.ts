import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/domain/common/cooperative.ts';
import type { EvaluatedItem, Evaluation, Prediction } from '../../../src/domain/evaluation/types.ts';
import { evaluationRun } from '../../../src/domain/tracking/evaluation-run.ts';
import { predictionsTable } from '../../../src/domain/tracking/evaluation-tables.ts';
import { jobRun } from '../../../src/domain/tracking/job-run.ts';
import type { TrackedArtifact } from '../../../src/domain/tracking/types.ts';
import { artifactDigest, contentDigest } from '../../../src/domain/wandb/run-log.ts';
import { jobOf } from '../../app/fakes/jobs.ts';

const BASE = { providerId: 'embedded', model: 'base' };
const TUNED = { providerId: 'embedded', model: 'ft:gpt-4.1:o::x' };
const job = jobOf({ status: 'succeeded', fineTunedModel: TUNED.model, createdAt: 1, finishedAt: 2 });

const predictionOf = (itemId: string, model: typeof BASE, text: string | null, right: boolean): Prediction => ({
  itemId,
  model,
  status: text === null ? 'failed' : 'done',
  text: text ?? '',
  finishReason: 'stop',
  promptTokens: 3,
  completionTokens: 1,
  costUsd: 0,
  error: text === null ? 'too long' : null,
  scores: text === null ? [] : [{ value: right ? 1 : 0, passed: right, note: null }],
});

/** Ten items, Yes and No in turn; the base says Yes to all and fails one, the tuned is right but once. */
const items: readonly EvaluatedItem[] = Array.from({ length: 10 }, (_, index) => {
  const target = index % 2 === 0 ? 'Yes' : 'No';
  const said = index === 9 ? 'Yes' : target;
  const id = `i${index}`;
  return {
    item: {
      id,
      rowId: null,
      line: index + 1,
      target,
      slices: {},
      prompt: [{ role: 'user', content: `q${index}` }],
    },
    predictions: [
      predictionOf(id, BASE, index === 1 ? null : 'Yes', target === 'Yes'),
      predictionOf(id, TUNED, said, said === target),
    ],
  };
});

const evaluation: Evaluation = {
  id: 'e-1',
  projectId: 'p',
  name: 'validation rows · 2 models',
  createdAt: 1_700_000_000_000,
  items: 10,
  plan: {
    source: { kind: 'rows', side: 'validation' },
    models: [BASE, TUNED],
    graders: [{ kind: 'exact-ci' }],
    sampling: { temperature: 0 },
    concurrency: 'auto',
    capUsd: null,
  },
};

const run = runToEnd(
  evaluationRun({
    evaluation,
    items,
    projectName: 'NDA clauses',
    endedAt: 1_700_000_060_000,
    jobs: new Map([[TUNED.model, job]]),
  }),
);

const digestOf = (artifact: TrackedArtifact | undefined): string =>
  artifactDigest(
    (artifact?.files ?? []).map(({ path, chunks }) => {
      const digest = contentDigest();
      for (const chunk of chunks()) digest.update(chunk);
      return { path, digest: digest.digest() };
    }),
  );

describe('an evaluation as a run', () => {
  it('has the accuracy of the measured model with its interval, and of each model', () => {
    expect(run).toMatchObject({ id: 'e-1', jobType: 'eval', end: { at: 1_700_000_060_000, outcome: 'finished' } });
    expect(run.summary).toMatchObject({
      status: 'succeeded',
      'eval/items': 10,
      'eval/accuracy': 0.9,
      'eval/failed': 0,
      'eval/graded': 10,
      'eval/base/accuracy': 5 / 9,
      'eval/cut': 0,
      'eval/too_few_items': false,
      'eval/base/failed': 1,
      'eval/ft_gpt-4_1_o__x/accuracy': 0.9,
      'eval/baseline_accuracy': 5 / 9,
    });
    expect(run.summary).toMatchObject({
      'eval/majority_accuracy': expect.any(Number),
      'eval/chance_accuracy': 0.5,
      'eval/in_format': 1,
      'eval/best': 'ft:gpt-4.1:o::x',
    });
    // Wilson's interval of 9 of 10 (Brown, Cai, DasGupta 2001): 0.596 to 0.982.
    expect(run.summary['eval/accuracy_low']).toBeCloseTo(0.596, 3);
    expect(run.summary['eval/accuracy_high']).toBeCloseTo(0.982, 3);
    expect(run.history).toHaveLength(1);
    expect(run.history[0]?.values['eval/accuracy']).toBe(0.9);
    expect(Object.values(run.history[0]?.values ?? {}).every((value) => typeof value === 'number')).toBe(true);
  });

  it('has every answer in a table, with columns for each model', () => {
    const table = run.tables.find(({ key }) => key === 'predictions');
    expect(table?.columns).toEqual([
      ...['line', 'messages', 'target'],
      ...['completion · base', 'correct · base', 'score: exact-ci · base', 'error · base'],
      ...['completion · ft:gpt-4.1:o::x', 'correct · ft:gpt-4.1:o::x', 'score: exact-ci · ft:gpt-4.1:o::x'],
    ]);
    const rows = [...(table?.rows() ?? [])];
    expect(rows[0]).toEqual([1, 'user: q0', 'Yes', 'Yes', true, 1, null, 'Yes', true, 1]);
    expect(rows[1]).toEqual([2, 'user: q1', 'No', null, null, null, 'too long', 'No', true, 1]);
  });

  it('leaves a slice empty where an item has none, whatever the column is called', () => {
    const sliced = items.map(({ item, ...rest }, index) => ({
      ...rest,
      item: { ...item, slices: (index === 0 ? { constructor: 'mud' } : {}) as Readonly<Record<string, string>> },
    }));
    const { columns, rows } = predictionsTable(sliced, evaluation.plan);
    const place = columns.indexOf('slice: constructor');
    expect([...rows()].map((row) => row[place])).toEqual(['mud', ...Array.from({ length: 9 }, () => null)]);
  });

  it('has a confusion matrix for each model', () => {
    const table = run.tables.find(({ key }) => key === 'confusion_matrix_ft_gpt-4_1_o__x');
    expect(table?.chart).toEqual({ kind: 'confusion-matrix', title: 'Confusion matrix of ft:gpt-4.1:o::x' });
    expect([...(table?.rows() ?? [])]).toEqual([
      ['No', 'No', 4],
      ['No', 'Yes', 1],
      ['Yes', 'No', 0],
      ['Yes', 'Yes', 5],
    ]);
  });

  it('takes in the test data and the very version of the model that its job put out', () => {
    expect(run.artifacts.map(({ name, type, role }) => ({ name, type, role }))).toEqual([
      { name: 'test-nda-clauses', type: 'test_files', role: 'input' },
      { name: 'model-metadata', type: 'model', role: 'input' },
    ]);
    const facts = {
      job,
      record: null,
      provider: { id: 'e', name: 'E' },
      projectName: null,
      events: [],
      checkpoints: [],
    };
    const made = runToEnd(jobRun({ ...facts, results: null, training: null, validation: null, log: false })).artifacts;
    expect(digestOf(run.artifacts[1])).toBe(digestOf(made.find(({ name }) => name === 'model-metadata')));
    // An old model that is measured must not become the latest.
    expect(run.artifacts[1]?.aliases).toEqual(['ftjob-1']);
    const [first] = [...(run.artifacts[0]?.files[0]?.chunks() ?? [])];
    expect(JSON.parse(first ?? '')).toEqual({
      messages: [
        { role: 'user', content: 'q0' },
        { role: 'assistant', content: 'Yes' },
      ],
    });
  });

  it('keeps two models of one name apart, and two whose names make one key', () => {
    const twins = [
      { providerId: 'a', model: 'gpt-4.1' },
      { providerId: 'b', model: 'gpt-4.1' },
      { providerId: 'a', model: 'gpt-4_1-x' },
      { providerId: 'a', model: 'gpt-4.1-x' },
    ];
    const answered = items.map(({ item }, index) => ({
      item,
      predictions: twins.map((model, at) => predictionOf(item.id, model, 'Yes', at === index % 4)),
    }));
    const plan = { ...evaluation.plan, models: twins };
    const one = runToEnd(
      evaluationRun({
        evaluation: { ...evaluation, plan },
        items: answered,
        projectName: 'x',
        endedAt: 1,
        jobs: new Map(),
      }),
    );
    const keys = ['a_gpt-4_1', 'b_gpt-4_1', 'gpt-4_1-x', 'gpt-4_1-x_2'];
    expect(keys.map((key) => one.summary[`eval/${key}/accuracy`])).toEqual([0.3, 0.3, 0.2, 0.2]);
    const [predictions, ...matrices] = one.tables;
    expect(matrices.map(({ key }) => key)).toEqual(keys.map((key) => `confusion_matrix_${key}`));
    expect(new Set(predictions?.columns).size).toBe(predictions?.columns.length);
    expect(predictions?.columns).toContain('completion · b/gpt-4.1');
    expect(one.config.baseline).toBe('a/gpt-4.1');
  });

  it('is a failed run when every item failed', () => {
    const failed = items.map(({ item }) => ({ item, predictions: [predictionOf(item.id, BASE, null, false)] }));
    const none = runToEnd(evaluationRun({ evaluation, items: failed, projectName: 'x', endedAt: 1, jobs: new Map() }));
    expect(none.end).toEqual({ at: 1, outcome: 'failed' });
    expect(none.summary).toMatchObject({ status: 'failed' });
  });

  it('is incomplete while answers are missing', () => {
    const [first, ...rest] = items;
    if (first === undefined) throw new Error('There are items.');
    const open = [{ ...first, predictions: [null, null] }, ...rest];
    const half = runToEnd(evaluationRun({ evaluation, items: open, projectName: 'x', endedAt: 1, jobs: new Map() }));
    expect(half.summary.status).toBe('incomplete');
    expect(half.end?.outcome).toBe('failed');
    expect(half.artifacts).toHaveLength(1);
  });
});
