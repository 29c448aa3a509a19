import { describe, expect, it } from 'vitest';
import { readTargets, targetLine, tunedOf, withDeployments } from '../../../src/app/bakeoff/states.ts';
import { plainTarget, targetId } from '../../../src/domain/bakeoff/target.ts';
import type { Bakeoff } from '../../../src/domain/bakeoff/types.ts';
import { type DeploymentRecord, NO_CHOICES } from '../../../src/domain/deployment/types.ts';
import type { JobRecord, JobStatus } from '../../../src/domain/training/types.ts';
import { MemoryAskedJobs, MemoryJobs } from '../fakes/stores.ts';

const targets = [
  plainTarget('embedded', 'small'),
  plainTarget('together', 'Qwen/Qwen3-8B'),
  plainTarget('fireworks', 'm'),
];
const [first = plainTarget('', ''), second = first] = targets;
const bakeoff: Bakeoff = {
  ...{
    id: 'bakeoff-1',
    projectId: 'p',
    name: 'rows',
    createdAt: 1,
    targets,
    path: null,
    validationPath: null,
    seed: 1,
  },
  ...{
    margin: null,
    capUsd: null,
    stopBehind: false,
    graders: [{ kind: 'exact' }],
    sampling: {},
    stopped: {},
    deployed: {},
  },
};
const termsOf = (id: string) =>
  id === 'together'
    ? ({ kind: 'together', jobDialect: 'together' } as const)
    : ({ kind: 'embedded', jobDialect: 'method' } as const);

const job = (id: string, target: typeof first, status: JobStatus, bakeoffId = 'bakeoff-1'): JobRecord => ({
  ...{ projectId: 'p', providerId: target.providerId, trainRows: 9, validationRows: 3, quoteUsd: 2 },
  place: { bakeoffId, targetId: targetId(target) },
  job: {
    ...{
      id,
      model: target.model,
      status,
      fineTunedModel: status === 'succeeded' ? `ft:${id}` : null,
      trainingFile: 'f',
    },
    ...{ validationFile: null, resultFiles: [], trainedTokens: null, suffix: null, seed: null, createdAt: 1 },
    hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' },
    error: status === 'failed' ? { code: '', message: 'row 3 is too long', param: null } : null,
    finishedAt: null,
    estimatedFinish: null,
  },
});

const deployment = (change: Partial<DeploymentRecord>, answers: string | null = 'acme/endpoint'): DeploymentRecord => ({
  ...{ key: 'k', projectId: 'p', providerId: 'together', address: 'a', jobId: 'ft-1', askedAt: 1, seenAt: 1 },
  ...{ billedMs: 0, billedSince: 1, usdPerHour: 4, answered: true, leaving: false, closed: false },
  order: { name: 'n', source: 's', tunedModel: 'ft:other', setup: {}, choices: NO_CHOICES },
  view: { stage: 'ready', word: '', message: '', model: answers, parts: {} },
  ...change,
});

function store(...records: readonly JobRecord[]) {
  const jobs = new MemoryJobs();
  for (const record of records) jobs.save(record);
  return { jobs, askedJobs: new MemoryAskedJobs(jobs) };
}

describe('the targets of a bake-off', () => {
  it('are read from the jobs that carry its place, and no others', () => {
    const states = readTargets(store(job('a', first, 'running'), job('b', second, 'succeeded', 'bakeoff-2')), bakeoff);
    expect(states.map(({ number, record }) => [number, record?.job.id ?? null])).toEqual([
      [1, 'a'],
      [2, null],
      [3, null],
    ]);
  });

  it('say why they failed, and how to measure one that must be deployed first', () => {
    const deps = store(job('a', first, 'failed'), job('ft-1', second, 'succeeded'));
    const [failed, tuned] = readTargets(deps, bakeoff).map((state) => targetLine(bakeoff, state, null, termsOf));
    expect(failed).toMatchObject({ status: 'failed', note: expect.stringContaining('row 3 is too long') });
    expect(tuned?.note).toMatch(
      /luthier deploy.*ft-1 at together.*luthier bakeoff resume bakeoff-1.*--deployed 2=NAME/,
    );
  });
});

describe('a tuned model that must be deployed', () => {
  const states = readTargets(store(job('ft-1', second, 'succeeded')), bakeoff);
  const nameWith = (record: DeploymentRecord, kept: Bakeoff = bakeoff): string | null => {
    const [, state] = states;
    if (state === undefined) throw new Error('there are three targets');
    return tunedOf(withDeployments(kept, states, [record]), state, termsOf).model;
  };

  it('is asked by the name of its deployment, once that answers', () => {
    expect(nameWith(deployment({}))).toBe('acme/endpoint');
    expect(nameWith(deployment({ jobId: null, order: { ...deployment({}).order, tunedModel: 'ft:ft-1' } }))).toBe(
      'acme/endpoint',
    );
    expect(nameWith(deployment({ answered: false }))).toBeNull();
    expect(nameWith(deployment({ jobId: 'another' }))).toBeNull();
    expect(nameWith(deployment({ providerId: 'fireworks' }))).toBeNull();
    expect(nameWith(deployment({}, null))).toBeNull();
  });

  it('keeps the name that a person gave', () => {
    expect(nameWith(deployment({}), { ...bakeoff, deployed: { [targetId(second)]: 'mine' } })).toBe('mine');
  });
});
