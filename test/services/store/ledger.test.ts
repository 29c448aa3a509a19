import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallEnd, PaidCall, Permission } from '../../../src/domain/pricing/spending.ts';
import { overbillingOf, sumSpending } from '../../../src/domain/pricing/spending.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createJobs } from '../../../src/services/store/jobs.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { createLedger } from '../../../src/services/store/spending/ledger.ts';
import { createTranscripts } from '../../../src/services/store/transcripts.ts';
import { sampleRow, temporaryHome, withoutLedger } from './sample.ts';

const call = (change: Partial<PaidCall> = {}): PaidCall => ({
  projectId: 'p',
  kind: 'generate',
  providerId: 'openai',
  host: 'api.openai.com',
  model: 'gpt-4o-mini',
  operationId: 'op',
  quotedUsd: 0.01,
  row: null,
  ...change,
});
const usage = { promptTokens: 10, completionTokens: 20, cachedTokens: 0 };
const FREE_RULES = { cap: null, isThere: () => false };
const capOf = (usd: number) => ({
  cap: { projectId: 'p', kinds: ['generate'] as const, usd },
  isThere: () => false,
});

function idOf(permission: Permission | undefined): string {
  if (permission?.status !== 'noted') throw new Error(`not noted: ${permission?.status}`);
  return permission.call;
}
const billed = (id: string, usd: number): CallEnd => ({ call: id, outcome: 'billed', usage, usd });
const nothing = () => {};

function openHome(home = temporaryHome()) {
  const time = { now: 1_000_000 };
  function process(token: string, pid = globalThis.process.pid) {
    const database = createDatabase({ home });
    const ledger = createLedger(database, { now: () => time.now, self: { token, pid, machine: 'here' } });
    onTestFinished(() => {
      ledger.close();
      database.close();
    });
    return { database, ledger };
  }
  return { home, time, process };
}

/** No process has this id: Linux gives none above 2^22. */
const DEAD_PID = 2 ** 30;

describe('the ledger of spending', () => {
  it('counts what was billed, what may be, and what is under way', () => {
    const { ledger } = openHome().process('a');
    const ids = ledger.begin([call(), call(), call(), call()], FREE_RULES).map(idOf);
    ledger.end([billed(ids[0] ?? '', 0.004)], nothing);
    ledger.end([{ call: ids[1] ?? '', outcome: 'may-be-billed' }], nothing);
    ledger.end([{ call: ids[2] ?? '', outcome: 'unbilled' }], nothing);
    expect(ledger.totals('p')).toMatchObject([
      { calls: 2, usd: 0.014, unsure: 1, unsureUsd: 0.01, underWay: 1, underWayUsd: 0.01, promptTokens: 10 },
    ]);
    expect(ledger.totals('another')).toEqual([]);
  });

  it('counts a call without a known price as unknown, and one whose usage nobody told at its most', () => {
    const { ledger } = openHome().process('a');
    const [unknown, untold] = ledger.begin([call({ quotedUsd: null }), call()], FREE_RULES).map(idOf);
    ledger.end([{ call: unknown ?? '', outcome: 'billed', usage, usd: null }], nothing);
    ledger.end([{ call: untold ?? '', outcome: 'billed', usage: null, usd: null }], nothing);
    expect(sumSpending(ledger.totals('p'))).toMatchObject({ calls: 2, unpriced: 1, usd: 0.01 });
  });

  it('is only ever added to', () => {
    const { ledger, database } = openHome().process('a');
    const [id] = ledger.begin([call()], FREE_RULES).map(idOf);
    ledger.end([billed(id ?? '', 0.004)], nothing);
    expect(() => database.statement('UPDATE spending SET usd = 0').run()).toThrow(/only ever added to/);
    expect(() => database.statement('DELETE FROM spending').run()).toThrow(/only ever added to/);
  });

  it('books nothing when what came of a call cannot be kept', () => {
    const { ledger } = openHome().process('a');
    const [id] = ledger.begin([call()], FREE_RULES).map(idOf);
    const full = () => {
      throw new Error('disk full');
    };
    expect(() => ledger.end([billed(id ?? '', 0.004)], full)).toThrow('disk full');
    expect(ledger.totals('p')).toMatchObject([{ calls: 0, usd: 0, underWay: 1, underWayUsd: 0.01 }]);
  });

  it('lets no more begin than the cap allows, all processes and all starts together', () => {
    const home = openHome();
    const a = home.process('a');
    const b = home.process('b');
    const begun = a.ledger.begin([call(), call()], capOf(0.035));
    expect(begun.map(({ status }) => status)).toEqual(['noted', 'noted']);
    expect(b.ledger.begin([call(), call()], capOf(0.035)).map(({ status }) => status)).toEqual(['noted', 'capped']);
    a.ledger.end([billed(idOf(begun[0]), 0.001)], nothing);
    expect(
      home
        .process('c')
        .ledger.begin([call(), call()], capOf(0.035))
        .map(({ status }) => status),
    ).toEqual(['noted', 'capped']);
    const other = { ...call(), kind: 'chat' as const };
    expect(b.ledger.begin([other], capOf(0.035)).map(({ status }) => status)).toEqual(['capped']);
    expect(
      b.ledger.begin([{ ...call(), projectId: 'q' }], {
        ...FREE_RULES,
        cap: { projectId: 'q', kinds: ['generate'], usd: 0.01 },
      }),
    ).toMatchObject([{ status: 'noted' }]);
  });

  it('gives a row to one call at a time, and none where it is there', () => {
    const home = openHome();
    const a = home.process('a');
    const b = home.process('b');
    const one = call({ row: { projectId: 'p', id: 'r1' } });
    const two = call({ row: { projectId: 'p', id: 'r2' } });
    const [first] = a.ledger.begin([one], FREE_RULES);
    expect(b.ledger.begin([one, two], FREE_RULES).map(({ status }) => status)).toEqual(['held', 'noted']);
    expect(b.ledger.heldElsewhere('p')).toBe(1);
    expect(b.ledger.begin([one], capOf(0)).map(({ status }) => status)).toEqual(['held']);
    a.ledger.end([billed(idOf(first), 0.001)], nothing);
    expect(b.ledger.begin([one], { cap: null, isThere: () => true })).toEqual([{ status: 'there' }]);
    expect(b.ledger.begin([one], FREE_RULES)).toMatchObject([{ status: 'noted' }]);
  });

  it.each([
    ['whose process is gone', DEAD_PID, 0],
    ['whose process has long been silent', process.pid, 20_000],
  ])('a call %s may be billed, and its row is free', (_, pid, silentMs) => {
    const home = openHome();
    const dead = home.process('dead', pid);
    const row = { projectId: 'p', id: 'r1' };
    dead.ledger.begin([call({ row }), call({ kind: 'judge' })], FREE_RULES);
    home.time.now += silentMs;
    const { ledger } = home.process('next');
    expect(ledger.begin([call({ row })], capOf(0.02))).toMatchObject([{ status: 'noted' }]);
    expect(sumSpending(ledger.totals('p'))).toMatchObject({ calls: 2, unsure: 2, unsureUsd: 0.02, underWay: 1 });
    expect(ledger.begin([call()], capOf(0.02))).toEqual([{ status: 'capped' }]);
  });

  it.each([
    [{ outcome: 'billed', usage, usd: 0.004 } as const, { calls: 1, usd: 0.004, unsure: 0, promptTokens: 10 }],
    [{ outcome: 'unbilled' } as const, { calls: 0, usd: 0, unsure: 0, promptTokens: 0 }],
    [{ outcome: 'may-be-billed' } as const, { calls: 1, usd: 0.01, unsure: 1, promptTokens: 0 }],
  ])('a call given up for lost that ends after all as $outcome is counted once', (end, sum) => {
    const home = openHome();
    const slept = home.process('slept');
    const [id] = slept.ledger.begin([call()], FREE_RULES).map(idOf);
    home.time.now += 20_000;
    home.process('next').ledger.begin([call({ projectId: 'q' })], FREE_RULES);
    let kept = false;
    slept.ledger.end([{ ...end, call: id ?? '' }], () => {
      kept = true;
    });
    expect(kept).toBe(true);
    expect(sumSpending(slept.ledger.totals('p'))).toMatchObject({ ...sum, underWay: 0 });
  });

  it('knows how much more than agreed a server bills, after a restart too', () => {
    const home = openHome();
    const { ledger } = home.process('a');
    const [id] = ledger.begin([call()], FREE_RULES).map(idOf);
    ledger.end([billed(id ?? '', 0.05)], nothing);
    const next = home.process('b').ledger;
    expect(overbillingOf({ host: 'api.openai.com', model: 'gpt-4o-mini' }, next.totals())).toBe(5);
    expect(overbillingOf({ host: 'other', model: 'gpt-4o-mini' }, next.totals())).toBe(1);
  });

  it('notes nothing where there is no room for what would come of it', () => {
    const { database } = openHome().process('a');
    const full = () => {
      throw new Error('no room');
    };
    const ledger = createLedger(database, { checkRoom: full });
    expect(() => ledger.begin([call()], FREE_RULES)).toThrow('no room');
    expect(ledger.totals('p')).toEqual([]);
  });

  it('calls projects by their names', () => {
    const { ledger } = openHome().process('a');
    ledger.begin([call(), call({ projectId: 'q' })], FREE_RULES);
    ledger.name('p', 'Dragons');
    ledger.name('p', 'Elves');
    expect(ledger.totals().map(({ projectName }) => projectName)).toEqual(['Elves', 'q']);
  });
});

describe('what was spent before there was a ledger', () => {
  it('is carried over: rows once however often copied, evaluations, conversations, jobs', () => {
    const { home, process } = openHome();
    const older = createDatabase({ home });
    const rows = createRows(older);
    rows.put([
      sampleRow('p', 'a', { costUsd: 0.5 }),
      sampleRow('p', 'b', { costUsd: null, status: 'failed', usage: null }),
      sampleRow('copy', 'a', { costUsd: 0.5 }),
      sampleRow('p', 'c', { source: 'imported', costUsd: 0 }),
      sampleRow('eval:p', 'd', { costUsd: 0.25 }),
      sampleRow('p', 'e', { source: 'chat', completion: 'kept', costUsd: 0.125 }),
    ]);
    const reply = { model: 'm', status: 'done' as const, answer: null, error: null };
    createTranscripts(older).save('p', {
      id: 't',
      system: '',
      user: 'hello',
      replies: [
        { ...reply, text: 'kept', costUsd: 0.125 },
        { ...reply, text: 'not kept', costUsd: 0.0625 },
      ],
    });
    createJobs(older).save(jobRecord('succeeded'));
    withoutLedger(older);
    older.close();
    const { ledger } = process('a');
    const usd = Object.fromEntries(ledger.totals('p').map(({ kind, model, usd }) => [`${kind} ${model}`, usd]));
    expect(usd).toEqual({ 'generate m': 0.5, 'evaluate m': 0.25, 'chat m': 0.1875, 'job base': 2 });
    expect(sumSpending(ledger.totals())).toMatchObject({ usd: 2.9375, unpriced: 1, calls: 6 });
  });
});

describe('jobs in the ledger', () => {
  it('are billed as quoted when they are made, once, and not when they fail', () => {
    const { database, ledger } = openHome().process('a');
    const jobs = createJobs(database);
    jobs.save(jobRecord('running'));
    jobs.save(jobRecord('running'));
    expect(ledger.totals('p')).toMatchObject([{ kind: 'job', calls: 1, usd: 2, providerId: 'openai' }]);
    jobs.save(jobRecord('failed'));
    jobs.save(jobRecord('failed'));
    expect(ledger.totals('p')).toMatchObject([{ calls: 0, usd: 0 }]);
  });

  it('are billed at what their provider says they cost, in place of what was quoted', () => {
    const { database, ledger } = openHome().process('a');
    const jobs = createJobs(database);
    const { job, ...frame } = jobRecord('running');
    jobs.save({ ...frame, quoteUsd: null, job });
    expect(ledger.totals('p')).toMatchObject([{ calls: 1, usd: 0, unpriced: 1 }]);
    jobs.save({ ...frame, quoteUsd: null, job: { ...job, status: 'succeeded', costUsd: 4 } });
    expect(ledger.totals('p')).toMatchObject([{ calls: 1, usd: 4, unpriced: 0 }]);
  });
});

const jobRecord = (status: 'running' | 'failed' | 'succeeded') => ({
  projectId: 'p',
  providerId: 'openai',
  job: {
    id: 'ftjob-1',
    model: 'base',
    status,
    fineTunedModel: null,
    trainingFile: 'file-1',
    validationFile: null,
    resultFiles: [],
    hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const,
    trainedTokens: null,
    suffix: null,
    seed: null,
    error: null,
    createdAt: 1,
    finishedAt: null,
    estimatedFinish: null,
  },
  trainRows: 10,
  validationRows: 0,
  quoteUsd: 2,
});
