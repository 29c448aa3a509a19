import { describe, expect, test } from 'vitest';
import { trainingFiles } from '../../../src/app/dataset/training-files.ts';
import type { JobService } from '../../../src/app/runtime/ports.ts';
import { startTraining, type TrainRequest } from '../../../src/app/training/start.ts';
import type { Problem } from '../../../src/domain/common/outcome.ts';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import { MALFORMED_ANSWER, ProviderError } from '../../../src/domain/provider/provider.ts';
import { JOB_KEY } from '../../../src/domain/training/asked-jobs.ts';
import type { JobRequest, TuningJob } from '../../../src/domain/training/types.ts';
import { type FakeDeps, fakeDeps } from '../fakes/fake-deps.ts';
import { JobServer, jobOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf, remoteFile } from '../fakes/provider.ts';

const lines = Array.from({ length: 12 }, (_, index) => `{"line":${index}}\n`);
const asking: Problem[] = [];
const base: TrainRequest = {
  projectId: 'p',
  providerId: 'embedded',
  dialect: { kind: 'embedded', jobDialect: 'method' },
  quoteUsd: 0.5,
  job: { model: 'free', suffix: 'dnd', seed: 1, hyperparameters: jobOf().hyperparameters },
  files: () => trainingFiles({ training: lines, validation: [] }, 'p'),
  another: {
    how: 'Say so.',
    agreed: async (found) => {
      asking.push(found);
      return false;
    },
  },
};

/** A provider that takes every job, and loses the answers to those that `fault` gives one for. */
class LosingProvider {
  readonly taken: TuningJob[] = [];
  lists = 0;
  fault: (nth: number) => Error | null = () => null;
  /** Whether jobs keep what they were given besides, and from which look on they are listed. */
  keepsKeys = true;
  takes = true;
  listedFrom = 1;
  listFault: Error | null = null;
  readonly deps: FakeDeps;

  constructor() {
    const server = new JobServer([{ events: 1, status: 'succeeded' }]);
    const create: JobService['create'] = async (asked) => this.create(asked);
    const list: JobService['list'] = async () => {
      this.lists += 1;
      if (this.listFault !== null) throw this.listFault;
      return this.lists >= this.listedFrom ? this.taken : [];
    };
    const upload = async ({ filename, bytes }: { filename: string; bytes: number }) =>
      remoteFile('file-1', filename, bytes);
    const standing = async () => 'there' as const;
    const provider = fakeProvider({ files: { upload, standing }, jobs: { ...server.service(), create, list } });
    this.deps = fakeDeps({ providers: providersOf(provider) });
  }

  private create({ model, suffix, trainingFile, key }: JobRequest): TuningJob {
    const fault = this.fault(this.taken.length + 1);
    const rest = this.keepsKeys && key !== undefined ? { rest: { metadata: { [JOB_KEY]: key } } } : {};
    const createdAt = Math.floor(this.deps.clock.now() / 1000);
    const made = jobOf({ id: `ftjob-${this.taken.length + 1}`, model, suffix, trainingFile, createdAt, ...rest });
    if (this.takes) this.taken.push(made);
    if (fault !== null) throw fault;
    return made;
  }

  async start(change: Partial<TrainRequest> = {}) {
    const handle = startTraining(this.deps, { ...base, detach: true, ...change });
    const { status, problem } = await this.deps.clock.run(handle.finished);
    return { status, problem, job: handle.record()?.job.id ?? null };
  }

  spent() {
    return sumSpending(this.deps.ledger.totals('p'));
  }
}

const LOST = [
  ['reset', new ProviderError('network', 'broke off', { code: 'ECONNRESET' })],
  ['504', new ProviderError('server', 'gateway', { status: 504 })],
  ['502', new ProviderError('server', 'gateway', { status: 502 })],
  ['cut JSON', new ProviderError('network', 'broke off', { code: 'ERR_STREAM_PREMATURE_CLOSE' })],
  ['a page', new ProviderError('invalid-request', 'a page', { status: 400, code: MALFORMED_ANSWER })],
  ['timeout', new ProviderError('timeout', 'late')],
  ['something else', new Error('what is this?')],
] as const;

describe.each(LOST)('a job whose answer was lost by %s', (_, fault) => {
  test.each([true, false])('is found and taken up as if nothing had happened; keys kept: %s', async (keepsKeys) => {
    const there = new LosingProvider();
    there.keepsKeys = keepsKeys;
    there.fault = () => fault;
    there.listedFrom = 3;
    expect(await there.start()).toEqual({ status: 'succeeded', problem: null, job: 'ftjob-1' });
    expect([there.taken.length, there.lists, there.deps.askedJobs.kept.size]).toEqual([1, 3, 0]);
    expect(there.deps.jobs.list('p')[0]).toMatchObject({ trainRows: 12, quoteUsd: 0.5, job: { id: 'ftjob-1' } });
    expect(there.spent()).toMatchObject({ unsure: 0, underWay: 0 });
  });
});

describe('a job that is not found', () => {
  const lost = () => {
    const there = new LosingProvider();
    there.fault = () => new ProviderError('server', 'gateway', { status: 504 });
    there.listedFrom = 99;
    return there;
  };

  test('may exist: said with what was searched, and how to look; it may be billed', async () => {
    const there = lost();
    const { status, problem } = await there.start();
    expect(status).toBe('failed');
    expect(problem?.what).toMatch(/^A job may exist at .*: it was asked for at .*gateway.*read 5 times: 0 jobs since/);
    expect(problem?.what).toContain('or file file-1 with suffix dnd.');
    expect(problem?.next).toContain('`luthier jobs`');
    expect(problem?.next).not.toMatch(/try again/i);
    expect([there.lists, there.deps.askedJobs.kept.size]).toEqual([5, 1]);
    expect(there.spent()).toMatchObject({ unsure: 1, unsureUsd: 0.5 });
  });

  test('may exist where the list cannot be read', async () => {
    const there = lost();
    there.listFault = new ProviderError('server', 'no list today', { status: 500 });
    expect((await there.start()).problem?.what).toMatch(/asked for 5 times and cannot be read: no list today$/);
  });

  test('is looked for by the next start, which creates none unasked', async () => {
    const there = lost();
    await there.start();
    asking.length = 0;
    const second = await there.start();
    expect([second.status, second.problem]).toEqual(['failed', asking[0]]);
    expect(second.problem?.next).toMatch(/Say so\.$/);
    expect([there.taken.length, asking.length]).toEqual([1, 1]);
  });

  test('is taken up by the next start when it is there by then', async () => {
    const there = lost();
    await there.start();
    there.listedFrom = 0;
    const said: string[] = [];
    const second = await there.start({ onFound: (text) => said.push(text) });
    expect([second.status, second.job, there.taken.length]).toEqual(['succeeded', 'ftjob-1', 1]);
    expect(said[0]).toMatch(/^Job ftjob-1 was asked for at .* no other created\.$/);
  });

  test('is created anew where a person agrees, who is not asked again', async () => {
    const there = lost();
    await there.start();
    there.fault = () => null;
    const again = await there.start({ another: { ...base.another, agreed: async () => true } });
    expect([again.status, again.job]).toEqual(['succeeded', 'ftjob-2']);
    expect((await there.start()).status).toBe('succeeded');
  });

  test('does not keep another training from starting, and is taken up beside it', async () => {
    const there = lost();
    await there.start();
    there.fault = () => null;
    there.listedFrom = 0;
    const other = await there.start({ job: { ...base.job, suffix: 'other' } });
    expect([other.job, there.deps.jobs.list('p').length]).toEqual(['ftjob-2', 2]);
  });
});

describe('a job that was certainly not created', () => {
  test.each([
    ['refused', new ProviderError('invalid-request', 'no', { status: 400 })],
    ['too many', new ProviderError('rate-limit', 'slow down', { status: 429 })],
    ['no such call', new ProviderError('not-found', 'no', { status: 404 })],
    ['never reached', new ProviderError('network', 'refused', { code: 'ECONNREFUSED' })],
  ])('is not looked for: %s', async (_, fault) => {
    const there = new LosingProvider();
    there.takes = false;
    there.fault = () => fault;
    const { status, problem } = await there.start();
    expect([status, there.lists, there.deps.askedJobs.kept.size]).toEqual(['failed', 0, 0]);
    expect(problem?.what).not.toContain('may exist');
    expect(there.spent()).toMatchObject({ unsure: 0, usd: 0 });
  });

  test('is not asked for where that cannot be written down', async () => {
    const there = new LosingProvider();
    there.deps.askedJobs.fault = new Error('disk full');
    expect((await there.start()).problem?.what).toBe('disk full');
    expect(there.taken).toEqual([]);
  });
});

test('a job that cannot be written down is named, and taken up by the next start', async () => {
  const there = new LosingProvider();
  there.fault = () => {
    there.deps.askedJobs.fault = new Error('database or disk is full');
    return null;
  };
  const { status, problem } = await there.start();
  expect([status, there.lists]).toEqual(['failed', 0]);
  expect(problem?.what).toMatch(/^Job ftjob-1 is there at .* could not be written down: database or disk is full/);
  expect(problem?.next).toContain('takes it up instead of creating another');
  there.deps.askedJobs.fault = null;
  expect(await there.start()).toEqual({ status: 'succeeded', problem: null, job: 'ftjob-1' });
  expect(there.taken).toHaveLength(1);
});
