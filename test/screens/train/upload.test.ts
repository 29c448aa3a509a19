import { describe, expect, it } from 'vitest';
import type { OperationSnapshot } from '../../../src/app/runtime/operation.ts';
import { type UploadFacts, uploadPhase } from '../../../src/screens/train/upload.tsx';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { fakeOperation } from './fake-operation.ts';

const old = recordOf(jobOf({ id: 'old' }));
const facts = (change: Partial<UploadFacts>): UploadFacts => ({
  before: { jobIds: ['old'], operationIds: ['before'], noticeId: 3 },
  projectId: 'p',
  jobs: [old],
  operations: [fakeOperation({ id: 'before', endedAt: 5 })],
  problemId: 3,
  ...change,
});

describe('uploadPhase', () => {
  it('distinguishes the new from what was there before', () => {
    expect(uploadPhase(facts({}))).toEqual({ kind: 'preparing' });
    const operation = fakeOperation({ id: 'new' });
    expect(uploadPhase(facts({ operations: [operation, fakeOperation({ id: 'before' })] }))).toMatchObject({
      kind: 'sending',
      operation: { id: 'new' },
    });
    expect(uploadPhase(facts({ operations: [fakeOperation({ id: 'new', projectId: 'other' })] })).kind).toBe(
      'preparing',
    );
  });

  it('finds the job as soon as there is one, whatever else is reported', () => {
    const jobs = [recordOf(jobOf({ id: 'fresh' })), old];
    expect(uploadPhase(facts({ jobs, problemId: 9 }))).toEqual({ kind: 'job', jobId: 'fresh' });
  });

  it('distinguishes its own job from that of a start before it, which is still under way', () => {
    const theirs = fakeOperation({ id: 'before' });
    const mine = fakeOperation({ id: 'new' });
    const watching = { kind: 'watch', jobStatus: 'queued', step: null, totalSteps: null, latest: null } as const;
    const jobs = [recordOf(jobOf({ id: 'theirs' })), old];
    expect(uploadPhase(facts({ jobs, operations: [mine, theirs] }))).toMatchObject({ kind: 'sending' });
    const watched: OperationSnapshot = { ...theirs, detail: { ...watching, jobId: 'theirs' } };
    expect(uploadPhase(facts({ jobs, operations: [mine, watched] }))).toMatchObject({ kind: 'sending' });
    const both = [recordOf(jobOf({ id: 'mine' })), ...jobs];
    expect(uploadPhase(facts({ jobs: both, operations: [mine, watched] }))).toEqual({ kind: 'job', jobId: 'mine' });
    const own: OperationSnapshot = { ...mine, detail: { ...watching, jobId: 'mine' } };
    expect(uploadPhase(facts({ jobs: both, operations: [own, theirs] }))).toEqual({ kind: 'job', jobId: 'mine' });
  });

  it('ends with the operation, or with the word that it never began', () => {
    const operation = fakeOperation({ id: 'new', endedAt: 9, status: 'failed' });
    expect(uploadPhase(facts({ operations: [operation], problemId: 9 }))).toEqual({ kind: 'ended', operation });
    expect(uploadPhase(facts({ problemId: 4 }))).toEqual({ kind: 'refused' });
  });
});
