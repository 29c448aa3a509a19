import { describe, expect, it } from 'vitest';
import { differencesBetween } from '../../../src/domain/training/difference.ts';
import type { JobRecord, TuningJob } from '../../../src/domain/training/types.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';

const run = (job: Partial<TuningJob> = {}, record: Partial<JobRecord> = {}): JobRecord => ({
  ...recordOf(jobOf(job)),
  ...record,
});
const hyperparameters = { nEpochs: 7, batchSize: 'auto', learningRateMultiplier: 'auto' } as const;

describe('what differs between two runs', () => {
  it('is nothing for the same settings and data, whatever came of them', () => {
    const first = run({ id: 'a', status: 'succeeded', createdAt: 1, fineTunedModel: 'ft:a' });
    expect(differencesBetween(first, run({ id: 'b', status: 'failed', createdAt: 9 }))).toEqual([]);
  });

  it('goes by what the files held where both records know it, and by the files where one does not', () => {
    const data = { training: 'aaaa1111', validation: null };
    const first = run({ trainingFile: 'file-1' }, { data });
    expect(differencesBetween(first, run({ trainingFile: 'file-2' }, { data }))).toEqual([]);
    const other = { training: 'bbbb2222', validation: 'cccc3333' };
    expect(differencesBetween(first, run({ trainingFile: 'file-2' }, { data: other, validationRows: 3 }))).toEqual([
      { what: 'Training data', first: 'aaaa1111', second: 'bbbb2222' },
      { what: 'Held-out data', first: 'none', second: 'cccc3333' },
      { what: 'Rows held out', first: '0', second: '3' },
    ]);
    expect(differencesBetween(first, run({ trainingFile: 'file-2' }))).toEqual([
      { what: 'Training data', first: 'file-1', second: 'file-2' },
    ]);
  });

  it('lists settings, and says where the provider chose', () => {
    const first = run({ hyperparameters, suffix: 'one' }, { asked: { ...hyperparameters, nEpochs: 'auto' } });
    const second = run(
      { model: 'other', seed: 3, hyperparameters: { ...hyperparameters, nEpochs: 2, batchSize: 8 } },
      { providerId: 'openai' },
    );
    expect(differencesBetween(first, second)).toEqual([
      { what: 'Provider', first: 'embedded', second: 'openai' },
      { what: 'Base model', first: 'free', second: 'other' },
      { what: 'Suffix', first: 'one', second: 'none' },
      { what: 'Seed', first: 'any', second: '3' },
      { what: 'Epochs', first: 'auto: 7', second: '2' },
      { what: 'Batch size', first: 'auto', second: '8' },
    ]);
    expect(differencesBetween(first, run({ hyperparameters, suffix: 'one' }, { asked: hyperparameters }))).toEqual([]);
  });
});
