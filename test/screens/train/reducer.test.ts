import { describe, expect, it } from 'vitest';
import {
  COMPARED_CURVES,
  type InitialViewFacts,
  initialTrainState,
  initialView,
  MAX_COMPARED,
  trainReducer,
} from '../../../src/screens/train/reducer.ts';
import { jobOf, recordOf } from '../../app/fakes/jobs.ts';
import { fakeOperation } from './fake-operation.ts';

const job = (id: string, status: Parameters<typeof jobOf>[0]) => recordOf(jobOf({ id, ...status }));
const opening = (change: Partial<InitialViewFacts>) =>
  initialView({ jobs: [], upload: null, operationIds: [], rows: 16, ...change });

describe('openingView', () => {
  it('shows what runs, else what failed, else the jobs', () => {
    const done = job('a', { status: 'succeeded' });
    const failed = job('b', { status: 'failed' });
    const running = job('c', { status: 'running' });
    expect(opening({ jobs: [done, failed, running] })).toEqual({ kind: 'job', jobId: 'c' });
    expect(opening({ jobs: [failed, done] })).toEqual({ kind: 'job', jobId: 'b' });
    expect(opening({ jobs: [done, failed] })).toEqual({ kind: 'jobs' });
  });

  it('shows the form where there are rows and no job, and says so where there are none', () => {
    expect(opening({})).toEqual({ kind: 'new' });
    expect(opening({ rows: 0 })).toEqual({ kind: 'jobs' });
  });

  it('shows an upload that is on, and not one that has ended', () => {
    const jobs = [job('a', { status: 'succeeded' })];
    const upload = fakeOperation({ id: 'op-2' });
    expect(opening({ jobs, upload, operationIds: ['op-2', 'op-1'] })).toEqual({
      kind: 'upload',
      before: { jobIds: ['a'], operationIds: ['op-1'], noticeId: null },
    });
    expect(opening({ jobs, upload: { ...upload, endedAt: 5 } })).toEqual({ kind: 'jobs' });
  });
});

describe('trainReducer', () => {
  const start = initialTrainState({ kind: 'jobs' });

  it('marks and unmarks in order, and no more than can be compared', () => {
    const ids = Array.from({ length: MAX_COMPARED + 1 }, (_, index) => `j${index}`);
    const full = ids.reduce((state, jobId) => trainReducer(state, { type: 'mark', jobId }), start);
    expect(full.marked).toEqual(ids.slice(0, MAX_COMPARED));
    const less = trainReducer(full, { type: 'mark', jobId: 'j1' });
    expect(less.marked).toEqual(['j0', 'j2', 'j3', 'j4']);
    expect(less.selected).toBe('j1');
  });

  it('goes round the figures and back', () => {
    const seen = new Set<string>();
    let state = start;
    for (let n = 0; n < COMPARED_CURVES.length; n++) {
      seen.add(state.compared);
      state = trainReducer(state, { type: 'compared' });
    }
    expect([...seen].toSorted()).toEqual([...COMPARED_CURVES].toSorted());
    expect(state.compared).toBe(start.compared);
  });

  it('opens a job at its events and keeps how its chart is drawn', () => {
    const odd = [{ type: 'metric' }, { type: 'log' }, { type: 'lower' }] as const;
    const changed = odd.reduce(trainReducer, start);
    expect(changed).toMatchObject({ metric: 'accuracy', log: true, lower: 'checkpoints' });
    expect(trainReducer(changed, { type: 'open', jobId: 'x' })).toMatchObject({
      view: { kind: 'job', jobId: 'x' },
      selected: 'x',
      metric: 'accuracy',
      log: true,
      lower: 'events',
    });
  });
});
