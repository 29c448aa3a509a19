import { expect, it } from 'vitest';
import { createProgressMeter } from '../../../src/app/completions/progress-meter.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { rowOf } from '../fakes/rows.ts';

const gauges = {
  running: 0,
  concurrency: 1,
  costUsd: 0,
  capUsd: null,
  capLeftUsd: null,
  projectUsd: 0,
  wait: null,
  batches: [],
};

it('shows the newest twelve rows, newest first, and every problem up to two hundred', () => {
  const meter = createProgressMeter(new VirtualClock(0), () => 300);
  const ids = (from: number, to: number): string[] =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, step) => `r${from > to ? from - step : from + step}`);
  const finish = (id: string): void =>
    meter.finished(rowOf(id, { status: 'failed', error: `no answer for ${id}` }), null);
  for (const id of ids(1, 3)) finish(id);
  expect(meter.read(gauges).latest.map(({ rowId }) => rowId)).toEqual(ids(3, 1));
  for (const id of ids(4, 250)) finish(id);
  const { latest, problems, failed, done, waiting } = meter.read(gauges);
  expect(latest.map(({ rowId }) => rowId)).toEqual(ids(250, 239));
  expect(problems.map(({ rowId }) => rowId)).toEqual(ids(250, 51));
  expect({ failed, done, waiting }).toEqual({ failed: 250, done: 250, waiting: 50 });
});
