import { describe, expect, test } from 'vitest';
import { type BatchHandle, LiveBatches } from '../../../src/app/completions/live-batches.ts';
import type { OperationResult, OperationSnapshot, TestCallProgress } from '../../../src/app/runtime/operation.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';

/** A run that never ends of itself, and what was done to it. */
function openBatch(projectId: string) {
  const deps = fakeDeps({ clock: new VirtualClock() });
  const done: string[] = [];
  const ended = Promise.withResolvers<OperationResult>();
  const handle = deps.registry.start<TestCallProgress>({
    projectId,
    title: 'a run',
    detail: { kind: 'test-call', text: '' },
    run: () => ended.promise,
  });
  const batch: BatchHandle<TestCallProgress> = {
    ...handle,
    cancel: () => done.push('cancel'),
    pause: () => done.push('pause'),
    resume: () => done.push('resume'),
    finish: () => done.push('finish'),
    setCap: (usd) => done.push(`cap ${usd}`),
    setConcurrency: (setting) => done.push(`concurrency ${setting}`),
  };
  const finish = (): Promise<OperationSnapshot<TestCallProgress>> => {
    ended.resolve({ summary: 'ended', costUsd: 0 });
    return handle.finished;
  };
  return { batch, done, finish };
}

function steer(batches: LiveBatches<TestCallProgress>): void {
  batches.pause();
  batches.resume();
  batches.setCap(2);
  batches.setConcurrency('auto');
}

const STEERED = ['pause', 'resume', 'cap 2', 'concurrency auto'];

describe('runs that go on', () => {
  test('are steered together, those of the current project alone', () => {
    let project = 'here';
    const batches = new LiveBatches<TestCallProgress>(() => project);
    const [first, second, other] = [openBatch('here'), openBatch('here'), openBatch('there')];
    batches.keep('first', first.batch);
    batches.keep('second', second.batch);
    batches.keep('other', other.batch);
    steer(batches);
    expect([first.done, second.done, other.done]).toEqual([STEERED, STEERED, []]);
    project = 'elsewhere';
    expect(batches.any).toBe(false);
  });

  test('are let go when they end, and one under the same key that began meanwhile is not', async () => {
    const batches = new LiveBatches<TestCallProgress>(() => 'here');
    const [old, next] = [openBatch('here'), openBatch('here')];
    batches.keep('evaluation', old.batch);
    batches.keep('evaluation', next.batch);
    await old.finish();
    expect(batches.any).toBe(true);
    batches.cancel('evaluation');
    expect([old.done, next.done]).toEqual([[], ['cancel']]);
    await next.finish();
    expect(batches.any).toBe(false);
    batches.cancel('evaluation');
    expect(next.done).toEqual(['cancel']);
  });
});
