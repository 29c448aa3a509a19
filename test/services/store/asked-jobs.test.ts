import { beforeEach, describe, expect, it } from 'vitest';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import type { AskedJob } from '../../../src/domain/training/asked-jobs.ts';
import { type AskedJobs, createAskedJobs } from '../../../src/services/store/asked-jobs.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createJobs } from '../../../src/services/store/jobs.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { createLedger, type Ledger } from '../../../src/services/store/spending/ledger.ts';
import { jobOf } from '../../app/fakes/jobs.ts';
import { temporaryHome } from './sample.ts';

let database: Database;
let asked: AskedJobs;
let ledger: Ledger;

beforeEach((context) => {
  database = createDatabase({ home: temporaryHome() });
  asked = createAskedJobs(database);
  ledger = createLedger(database);
  context.onTestFinished(() => {
    ledger.close();
    database.close();
  });
});

const frame = {
  projectId: 'p',
  providerId: 'openai',
  trainRows: 12,
  validationRows: 3,
  quoteUsd: 0.5,
  data: { training: '0a', validation: null },
  asked: jobOf().hyperparameters,
};
const one: AskedJob = {
  key: 'k1',
  address: 'https://there/v1',
  askedAt: 5,
  model: 'm',
  trainingFile: 'file-1',
  suffix: null,
  frame,
};
const record = { ...frame, job: jobOf({ id: 'ftjob-7' }) };
const call = {
  projectId: 'p',
  kind: 'job',
  providerId: 'openai',
  host: 'there',
  model: 'free',
  operationId: 'k1',
  quotedUsd: 0.5,
  row: null,
} as const;
const begin = (): string => {
  const [permission] = ledger.begin([call], { cap: null, isThere: () => false });
  return permission?.status === 'noted' ? permission.call : '';
};

describe('jobs that were asked for', () => {
  it('are listed by project and by address, oldest first', () => {
    asked.save({ ...one, key: 'k2', askedAt: 9 });
    asked.save(one);
    asked.save({ ...one, key: 'k3', address: 'elsewhere', frame: { ...frame, projectId: 'q' } });
    expect(asked.list({ projectId: 'p' }).map(({ key }) => key)).toEqual(['k1', 'k2']);
    expect(asked.list({ address: 'elsewhere' }).map(({ key }) => key)).toEqual(['k3']);
    expect(asked.list({ projectId: 'p', address: 'elsewhere' })).toEqual([]);
    expect(asked.list({ projectId: 'p' })[0]).toEqual(one);
  });

  it('are gone once they are known to be there, or forgotten, or their project is deleted', () => {
    for (const key of ['k1', 'k2', 'k3']) asked.save({ ...one, key });
    asked.adopt(one, record);
    asked.forget('k2');
    expect(asked.list({}).map(({ key }) => key)).toEqual(['k3']);
    expect([asked.isKnown('ftjob-7'), asked.isKnown('ftjob-8')]).toEqual([true, false]);
    createProjectData(database).clear('p');
    expect(asked.list({})).toEqual([]);
  });

  it('leave nothing of a job that could not be written down, but what was asked for', () => {
    asked.save(one);
    const pages = Number(database.statement('PRAGMA page_count').get()?.page_count);
    database.statement(`PRAGMA max_page_count = ${pages}`).get();
    const filling = { ...record, job: jobOf({ id: 'ftjob-7', model: 'm'.repeat(100_000) }) };
    expect(() => asked.adopt(one, filling)).toThrow('full');
    expect([createJobs(database).list('p'), asked.list({})]).toEqual([[], [one]]);
  });
});

describe('the ledger holds a job that is taken up once', () => {
  it.each([
    ['while its call is under way, as of a process that was killed', () => begin()],
    [
      'when its call was booked as one that may be billed',
      () => ledger.end([{ call: begin(), outcome: 'may-be-billed' }], () => {}),
    ],
  ])('%s', (_, before) => {
    asked.save(one);
    before();
    asked.adopt(one, record);
    asked.adopt(one, record);
    const sum = sumSpending(ledger.totals('p'));
    expect(sum).toMatchObject({ calls: 1, usd: 0.5, unsure: 0, unsureUsd: 0, underWay: 0 });
  });
});
