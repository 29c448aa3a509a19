import { describe, expect, test } from 'vitest';
import { LiveRequests, type RunHandle } from '../../../src/app/completions/live-requests.ts';
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
  const run: RunHandle<TestCallProgress> = {
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
  return { run, done, finish };
}

function steer(live: LiveRequests<TestCallProgress>): void {
  live.pause();
  live.resume();
  live.setCap(2);
  live.setConcurrency('auto');
}

const STEERED = ['pause', 'resume', 'cap 2', 'concurrency auto'];

describe('runs that go on', () => {
  test('are steered together, those of the current project alone', () => {
    let project = 'here';
    const live = new LiveRequests<TestCallProgress>(() => project);
    const [first, second, other] = [openBatch('here'), openBatch('here'), openBatch('there')];
    live.keep('first', first.run);
    live.keep('second', second.run);
    live.keep('other', other.run);
    steer(live);
    expect([first.done, second.done, other.done]).toEqual([STEERED, STEERED, []]);
    project = 'elsewhere';
    expect(live.any).toBe(false);
  });

  test('are let go when they end, and one under the same key that began meanwhile is not', async () => {
    const live = new LiveRequests<TestCallProgress>(() => 'here');
    const [old, next] = [openBatch('here'), openBatch('here')];
    live.keep('evaluation', old.run);
    live.keep('evaluation', next.run);
    await old.finish();
    expect(live.any).toBe(true);
    live.cancel('evaluation');
    expect([old.done, next.done]).toEqual([[], ['cancel']]);
    await next.finish();
    expect(live.any).toBe(false);
    live.cancel('evaluation');
    expect(next.done).toEqual(['cancel']);
  });
});
