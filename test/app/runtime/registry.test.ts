import { describe, expect, test } from 'vitest';
import { OperationError } from '../../../src/app/runtime/errors.ts';
import type { OperationContext, OperationRegistry, TestCallProgress } from '../../../src/app/runtime/operation.ts';
import { coalesce } from '../../../src/app/runtime/pacing.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';

type Run = (context: OperationContext<TestCallProgress>) => Promise<{ summary: string; costUsd: number | null }>;

const receipt = { summary: 'done', costUsd: null };
const textOf = (text: string): TestCallProgress => ({ kind: 'test-call', text });
const start = (registry: OperationRegistry, run: Run) =>
  registry.start<TestCallProgress>({ projectId: 'p', title: 't', detail: textOf(''), run });

describe('the channel', () => {
  test('a flood of progress is reported at most every 200 ms, the last of it too', async () => {
    const { registry, clock } = fakeDeps({});
    const told: [number, string][] = [];
    registry.subscribe(() => {
      const detail = registry.list()[0]?.detail;
      if (detail?.kind === 'test-call') told.push([clock.now(), detail.text]);
    });
    start(registry, async ({ report, signal }) => {
      for (let n = 0; n < 500; n += 1) {
        report(textOf(String(n)), null);
        await clock.sleep(1, signal);
      }
      await clock.sleep(1000);
      return receipt;
    });
    await clock.advance(1000);
    const gaps = told.slice(2).map(([at], index) => at - (told[index + 1]?.[0] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
    expect(told.length).toBeLessThan(6);
    expect(told.at(-1)?.[1]).toBe('499');
  });

  test('a text grows before the eyes: it is reported every 50 ms', async () => {
    const { registry, clock } = fakeDeps({});
    const told = new Set<number>();
    registry.subscribe(() => told.add(clock.now()));
    const run: Run = async ({ report, signal }) => {
      for (let n = 0; n < 500; n += 1) {
        report(textOf(String(n)), null);
        await clock.sleep(1, signal);
      }
      return receipt;
    };
    registry.start<TestCallProgress>({ projectId: 'p', title: 't', detail: textOf(''), isText: true, run });
    await clock.advance(1000);
    expect(told.size).toBeGreaterThan(9);
    expect(told.size).toBeLessThan(15);
  });

  test('an end is reported at once and resolves with the same snapshot', async () => {
    const { registry, clock } = fakeDeps({});
    const statuses: string[] = [];
    registry.subscribe(() => statuses.push(registry.list()[0]?.status ?? 'none'));
    const handle = start(registry, async ({ report }) => {
      report(textOf('a'), 0.5);
      return receipt;
    });
    const end = await handle.finished;
    expect(statuses.at(-1)).toBe('succeeded');
    expect(end).toMatchObject({ status: 'succeeded', fraction: 1, receipt, endedAt: clock.now() });
    expect(registry.list()[0]).toBe(end);
  });

  test('errors become problems of three parts; what ends early keeps its own words', async () => {
    const { registry } = fakeDeps({});
    const plain = await start(registry, async () => {
      throw new Error('boom');
    }).finished;
    expect(plain).toMatchObject({ status: 'failed', problem: { what: 'boom' } });
    expect(plain.problem?.saved).not.toBe('');
    expect(plain.problem?.next).not.toBe('');
    const problem = { what: 'w', saved: 's', next: 'n' };
    const early = await start(registry, async () => {
      throw new OperationError('failed', problem, receipt);
    }).finished;
    expect(early).toMatchObject({ status: 'failed', problem, receipt });
  });

  test('a key in an error never reaches the screen', async () => {
    const { registry } = fakeDeps({});
    const key = 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789';
    const end = await start(registry, async () => {
      throw new Error(`refused ${key}`);
    }).finished;
    expect(JSON.stringify(end)).not.toContain(key);
  });

  test('cancel aborts the signal; close cancels everything, waits, and starts nothing more', async () => {
    const { registry, clock } = fakeDeps({});
    const waits: Run = async ({ signal }) => {
      await clock.sleep(1e9, signal);
      return receipt;
    };
    const first = start(registry, waits);
    const second = start(registry, waits);
    await clock.advance(10);
    registry.cancel(first.id);
    expect((await first.finished).status).toBe('cancelled');
    expect(second.snapshot().status).toBe('running');
    await registry.close();
    expect(second.snapshot().status).toBe('cancelled');
    expect((await start(registry, waits).finished).status).toBe('cancelled');
  });

  test('pausing and warnings show while it runs and are gone at a good end', async () => {
    const { registry, clock } = fakeDeps({});
    const problem = { what: 'w', saved: 's', next: 'n' };
    const handle = start(registry, async ({ setPaused, warn, signal }) => {
      setPaused(true);
      warn(problem);
      await clock.sleep(100, signal);
      setPaused(false);
      return receipt;
    });
    await clock.advance(50);
    expect(registry.list()[0]).toMatchObject({ status: 'paused', problem });
    expect(await clock.run(handle.finished)).toMatchObject({ status: 'succeeded', problem: null });
  });
});

describe('coalescing', () => {
  test('runs at once, then once a window, and not after it is closed', async () => {
    const clock = new VirtualClock(0);
    const runs: number[] = [];
    const quiet = coalesce(clock, 100, () => runs.push(clock.now()));
    quiet.touch();
    quiet.touch();
    quiet.touch();
    await clock.advance(250);
    quiet.touch();
    quiet.touch();
    quiet.flush();
    expect(runs).toEqual([0, 100, 250, 250]);
    quiet.touch();
    quiet.close();
    await clock.advance(1000);
    expect(runs.length).toBe(4);
  });

  test('what waits runs sooner where it is asked to, what does not wait is left alone', async () => {
    const clock = new VirtualClock(0);
    const runs: number[] = [];
    const quiet = coalesce(clock, 100, () => runs.push(clock.now()));
    quiet.settle();
    quiet.touch();
    quiet.settle();
    expect(runs).toEqual([0]);
    quiet.touch();
    await clock.advance(30);
    quiet.settle();
    quiet.touch();
    await clock.advance(99);
    expect(runs).toEqual([0, 30]);
    await clock.advance(1);
    expect(runs).toEqual([0, 30, 130]);
    quiet.touch();
    quiet.close();
    quiet.settle();
    expect(runs.length).toBe(3);
  });
});
