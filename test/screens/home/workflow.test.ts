import { describe, expect, it } from 'vitest';
import type { RowCounts } from '../../../src/domain/dataset/types.ts';
import type { JobRecord, TuningJob } from '../../../src/domain/training/types.ts';
import { nextStep, type WorkflowFacts, workflowSteps } from '../../../src/screens/home/workflow.ts';

const counts = (change: Partial<RowCounts> = {}): RowCounts => ({
  total: 0,
  byStatus: { done: 0, truncated: 0, refused: 0, empty: 0, failed: 0 },
  byRating: { accepted: 0, rejected: 0, unrated: 0 },
  costUsd: 0,
  unpriced: 0,
  ...change,
});

const record = (job: Partial<TuningJob>): JobRecord => ({
  projectId: 'p',
  providerId: 'embedded',
  trainRows: 14,
  validationRows: 2,
  quoteUsd: 0,
  job: {
    id: 'ftjob-8Kq',
    model: 'practice-small',
    status: 'running',
    fineTunedModel: null,
    trainingFile: 'file-1',
    validationFile: null,
    resultFiles: [],
    hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
    trainedTokens: null,
    suffix: null,
    seed: null,
    error: null,
    createdAt: 0,
    finishedAt: null,
    estimatedFinish: null,
    ...job,
  },
});

const facts = (change: Partial<WorkflowFacts> = {}): WorkflowFacts => ({
  findings: [],
  templateUnused: false,
  slots: 4,
  cells: 16n,
  promptTokens: 1900n,
  counts: counts(),
  generating: null,
  job: null,
  step: null,
  turns: 0,
  evaluation: null,
  ...change,
});

const some = counts({ total: 16, byRating: { accepted: 0, rejected: 0, unrated: 16 } });
const rated = counts({ total: 16, byRating: { accepted: 14, rejected: 1, unrated: 1 } });
const broken: WorkflowFacts['findings'] = [
  {
    code: 'unknown-slot',
    severity: 'error',
    message: 'no slot is called rce',
    fix: 'write race',
    place: { kind: 'field', field: 'teacherPrompt', start: 0, end: 5 },
  },
];

describe('nextStep', () => {
  it.each<[string, Partial<WorkflowFacts>, string, string]>([
    [
      'a project with nothing in it yet',
      { templateUnused: true, findings: broken },
      'template',
      'write a template, or import rows (4)',
    ],
    [
      'imported rows, which need no template',
      { templateUnused: true, findings: broken, counts: rated },
      'train',
      'train a model',
    ],
    ['a broken template first of all', { findings: broken, counts: rated }, 'template', 'fix the template'],
    ['rows that are missing', {}, 'generate', 'generate the dataset'],
    ['a run that is on', { generating: { done: 3, total: 16, paused: false } }, 'generate', 'watch the rows arrive'],
    ['rows nobody has looked at', { counts: some }, 'dataset', 'review and check the rows'],
    ['a job to start', { counts: rated }, 'train', 'train a model'],
    ['a job that runs', { counts: rated, job: record({}) }, 'train', 'watch the job'],
    ['a job that failed', { counts: rated, job: record({ status: 'failed' }) }, 'train', 'see why the job failed'],
    ['a job that was cancelled', { counts: rated, job: record({ status: 'cancelled' }) }, 'train', 'train a model'],
    [
      'a model nobody has measured',
      { counts: some, turns: 2, job: record({ status: 'succeeded', fineTunedModel: 'ft:a' }) },
      'evaluate',
      'measure the tuned model against its base',
    ],
    [
      'a model that is measured',
      {
        counts: some,
        turns: 2,
        job: record({ status: 'succeeded', fineTunedModel: 'ft:a' }),
        evaluation: { running: null, models: ['base', 'ft:a'], result: '50.0% → 80.0%', items: 20 },
      },
      'chat',
      'talk to the tuned model',
    ],
    ['a model to talk to', { counts: some, job: record({ status: 'succeeded' }) }, 'chat', 'talk to the tuned model'],
  ])('brings up %s', (_, change, screen, label) => {
    const next = nextStep(facts(change));
    expect(next).toMatchObject({ screen, label });
    expect(next.then).not.toBe('');
  });
});

describe('workflowSteps', () => {
  it('describes an untouched project', () => {
    expect(workflowSteps(facts()).map(({ label, kind, text }) => [label, kind, text])).toEqual([
      ['Template', 'done', '4 slots · 16 combinations · ~1,900 tokens'],
      ['Dataset', 'idle', 'no rows yet of 16 combinations'],
      ['Training', 'idle', 'waits for rows'],
      ['Chat', 'idle', 'waits for a tuned model'],
      ['Evaluate', 'idle', 'waits for a tuned model'],
    ]);
  });

  it('shows how the newest evaluation stands', () => {
    const told = (evaluation: WorkflowFacts['evaluation']) => workflowSteps(facts({ evaluation })).at(-1);
    const measured = { running: null, models: ['base', 'ft:a'], result: '50.0% → 80.0%', items: 20 };
    expect(told(measured)).toMatchObject({
      kind: 'done',
      text: '50.0% → 80.0% right of 20 items · 2 models, base first',
    });
    expect(told({ ...measured, running: { done: 7, total: 40 } })).toMatchObject({
      kind: 'running',
      text: '7 of 40 answers',
    });
  });

  it('asks for no template where rows were imported', () => {
    const [template, dataset] = workflowSteps(facts({ templateUnused: true, findings: broken, counts: some }));
    expect(template).toMatchObject({ kind: 'idle', text: 'not used: the rows were imported' });
    expect(dataset).toMatchObject({ kind: 'done' });
    const [written, rows] = workflowSteps(facts({ templateUnused: true }));
    expect(written).toMatchObject({ kind: 'idle', text: 'nothing written yet' });
    expect(rows).toMatchObject({ kind: 'idle', text: 'no rows yet: import them here' });
  });

  it('counts a lattice no number holds, and one of one', () => {
    const text = (cells: bigint) => workflowSteps(facts({ cells, slots: 1, promptTokens: null }))[0]?.text;
    expect(text(10n ** 20n)).toBe('1 slot · 100,000,000,000,000,000,000 combinations');
    expect(text(1n)).toBe('1 slot · 1 combination');
  });

  it('says what is wrong: with the template, with rows, with a job', () => {
    const failed = record({ status: 'failed', error: { code: 'x', message: 'line 3 has no role', param: null } });
    const bad = counts({ total: 3, byStatus: { done: 1, truncated: 1, refused: 0, empty: 0, failed: 1 } });
    const [template, dataset, training] = workflowSteps(facts({ findings: broken, counts: bad, job: failed }));
    expect(template).toMatchObject({ kind: 'error', text: '1 problem: no slot is called rce' });
    expect(dataset).toMatchObject({ kind: 'warn', text: '3 rows · 0 accepted · 2 problems' });
    expect(training).toMatchObject({ kind: 'error', text: 'ftjob-8Kq failed: line 3 has no role' });
  });

  it('shows how far a job is, and what came of it', () => {
    const step = { step: 42, totalSteps: 64, loss: 0.8123 };
    expect(workflowSteps(facts({ job: record({}), step }))[2]).toMatchObject({
      kind: 'running',
      text: 'ftjob-8Kq running · step 42/64 · loss 0.812',
    });
    const done = record({ status: 'succeeded', fineTunedModel: 'ft:practice-small:luthier:dnd:abcdefgh' });
    expect(workflowSteps(facts({ job: done, turns: 2 }))[3]).toMatchObject({
      kind: 'done',
      text: 'ft:practice-small:luthier:dnd:abcdefgh · 2 exchanges',
    });
  });
});
