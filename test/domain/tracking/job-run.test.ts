import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/domain/common/cooperative.ts';
import { type JobRunInput, jobRun } from '../../../src/domain/tracking/job-run.ts';
import type { JobEvent } from '../../../src/domain/training/types.ts';
import { eventOf, jobOf, recordOf } from '../../app/fakes/jobs.ts';

const LINE = '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}';

const succeeded = jobOf({
  status: 'succeeded',
  fineTunedModel: 'ft:free:o::x',
  trainingFile: 'file-1',
  validationFile: 'file-2',
  resultFiles: ['file-r', 'file-s'],
  trainedTokens: 1200,
  suffix: 'dnd',
  createdAt: 1_700_000_000,
  finishedAt: 1_700_000_090,
  hyperparameters: { nEpochs: 3, batchSize: 1, learningRateMultiplier: 2 },
  rest: { organization_id: 'org-1' },
});

const metricEvents: readonly JobEvent[] = [1, 2, 3].map((step) => ({
  ...eventOf(step, `Step ${step}/3`, step),
  createdAt: 1_700_000_000 + step * 10,
}));

const factsOf = (change: Partial<JobRunInput> = {}): JobRunInput => ({
  job: succeeded,
  record: recordOf(succeeded),
  provider: { id: 'embedded', name: 'Embedded engine' },
  projectName: 'D&D',
  events: metricEvents,
  checkpoints: [],
  results: null,
  log: false,
  training: { id: 'file-1', text: `${LINE}\n${LINE}\n` },
  validation: { id: 'file-2', text: `${LINE}\n` },
  ...change,
});

const runOf = (change: Partial<JobRunInput> = {}) => runToEnd(jobRun(factsOf(change)));

describe('a job as a run', () => {
  it('has the names of the official integration', () => {
    const run = runOf();
    expect(run).toMatchObject({ id: 'ftjob-1', name: 'ftjob-1', jobType: 'fine-tune', startedAt: 1_700_000_000_000 });
    expect(run.end).toEqual({ at: 1_700_000_090_000, outcome: 'finished' });
    expect(run.config).toMatchObject({
      id: 'ftjob-1',
      model: 'free',
      status: 'succeeded',
      training_file: 'file-1',
      validation_file: 'file-2',
      result_files: 'file-r',
      created_at: '2023-11-14 22:13:20',
      finished_at: '2023-11-14 22:14:50',
      hyperparameters: { n_epochs: 3, batch_size: 1, learning_rate_multiplier: 2 },
      n_train: 2,
      n_valid: 1,
      organization_id: 'org-1',
      user_provided_suffix: 'dnd',
      trained_tokens: 1200,
    });
    expect(run.summary).toEqual({
      status: 'succeeded',
      fine_tuned_model: 'ft:free:o::x',
      trained_tokens: 1200,
      train_loss: 1 / 3,
      _step: 4,
    });
    expect(run.artifacts.map(({ name, type, aliases, role }) => ({ name, type, aliases, role }))).toEqual([
      { name: 'train-file-1', type: 'training_files', aliases: ['latest', 'file-1'], role: 'input' },
      { name: 'valid-file-2', type: 'validation_files', aliases: ['latest', 'file-2'], role: 'input' },
      { name: 'model-metadata', type: 'model', aliases: ['latest', 'ftjob-1'], role: 'output' },
    ]);
    expect(run.artifacts[0]?.metadata).toEqual({ items: 2 });
    expect(run.artifacts[0]?.files.map(({ path }) => path)).toEqual(['file-1', 'file-1.table.json']);
    expect([...(run.artifacts[0]?.files[0]?.chunks() ?? [])].join('')).toBe(`${LINE}\n${LINE}\n`);
    expect(run.tables.map(({ key, step }) => ({ key, step }))).toEqual([
      { key: 'train_data', step: 4 },
      { key: 'valid_data', step: 4 },
    ]);
    expect(run.tables[0]?.columns).toEqual(['role: user', 'role: assistant']);
  });

  it('measures by step, under the names of the result file, empty figures left out', () => {
    const { history, system } = runOf();
    expect(history.map(({ step, at, values }) => ({ step, at, values }))).toEqual([
      { step: 1, at: 1_700_000_010_000, values: { train_loss: 1 } },
      { step: 2, at: 1_700_000_020_000, values: { train_loss: 0.5 } },
      { step: 3, at: 1_700_000_030_000, values: { train_loss: 1 / 3 } },
    ]);
    expect(system.map(({ values }) => values.steps_per_second)).toEqual([0.1, 0.1]);
  });

  it('takes from the result file the steps that no event reported, after those that may be sent already', () => {
    const results = 'step,train_loss,train_accuracy,valid_loss,odd\n1,9,0.5,,x\n4,0.2,0.9,0.7,3\n,1,1,1,1\n';
    const { history } = runOf({ results });
    expect(history.map(({ step, values }) => [step, values])).toEqual([
      [1, { train_loss: 1 }],
      [2, { train_loss: 0.5 }],
      [3, { train_loss: 1 / 3 }],
      // What the events had of a step stands; what they had not is in a row of its own.
      [1, { train_accuracy: 0.5 }],
      [4, { train_loss: 0.2, train_accuracy: 0.9, valid_loss: 0.7, odd: 3 }],
    ]);
  });

  it('has its tables after the highest step, and in its summary the values of the highest steps', () => {
    const results = 'step,train_loss,train_accuracy\n1,1,0.1\n2,0.5,0.2\n';
    const run = runOf({ results });
    expect(run.history.at(-1)?.step).toBe(2);
    expect(run.tables.map(({ step }) => step)).toEqual([4, 4]);
    expect(run.summary).toMatchObject({ train_loss: 1 / 3, train_accuracy: 0.2, _step: 4 });
    const bare = runOf({ training: null, validation: null, results });
    expect(bare.summary._step).toBe(3);
    expect(runOf({ training: null, validation: null, events: [] }).summary).not.toHaveProperty('_step');
  });

  it('hands out the text of a file in pieces that end where lines do', () => {
    const text = `${`${LINE}\n`.repeat(5000)}${LINE}`;
    const [artifact] = runOf({ training: { id: 'file-1', text } }).artifacts;
    const pieces = [...(artifact?.files[0]?.chunks() ?? [])];
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces.slice(0, -1)) {
      expect(piece.endsWith('\n')).toBe(true);
      expect(piece.length).toBeLessThan(70_000);
    }
    expect(artifact?.metadata).toEqual({ items: 5001 });
  });

  it('while it runs has only what cannot change any more, in the same places', () => {
    const running = { ...succeeded, status: 'running' as const, finishedAt: null, fineTunedModel: null };
    const live = runOf({ job: running, events: metricEvents.slice(0, 2) });
    const whole = runOf();
    expect(live.end).toBeNull();
    expect(live.artifacts).toEqual([]);
    expect(live.tables).toEqual([]);
    expect(live.history).toEqual(whole.history.slice(0, 1));
  });

  it('of a job that failed has its error and no model', () => {
    const error = { code: 'server_error', message: 'It broke.', param: null };
    const run = runOf({ job: { ...succeeded, status: 'failed', fineTunedModel: null, error } });
    expect(run.end?.outcome).toBe('failed');
    expect(runOf({ job: { ...succeeded, status: 'cancelled' } }).end?.outcome).toBe('killed');
    expect(run.summary.status).toBe('failed');
    expect(run.config.error).toEqual(error);
    expect(run.artifacts.map(({ type }) => type)).toEqual(['training_files', 'validation_files']);
  });

  it('has the text of the events only on request', () => {
    expect(runOf().output).toEqual([]);
    expect(runOf({ log: true }).output[0]).toEqual({ at: 1_700_000_010_000, text: 'Step 1/3' });
  });

  it('without the files of the provider is still a run', () => {
    const run = runOf({ training: null, validation: null, record: null, events: [] });
    expect(run.history).toEqual([]);
    expect(run.artifacts.map(({ name }) => name)).toEqual(['model-metadata']);
    expect(run.config).not.toHaveProperty('n_train');
  });
});
