import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobLayout } from '../../../../src/screens/train/job/job-view.tsx';
import { elapsedMs, etaMs, timelineOf } from '../../../../src/screens/train/job/timeline.ts';
import { chatDisabledReason, pauseDisabledReason } from '../../../../src/screens/train/job/use-job-keys.ts';
import { chartSeries, jobSummary } from '../../../../src/screens/train/use-job-history.ts';
import { BEGINNING, jobEvent, measured, practiceJob, steps } from '../render-train.tsx';

const t0 = practiceJob().createdAt;
const words = (job: Parameters<typeof timelineOf>[0], events: Parameters<typeof timelineOf>[1]) =>
  timelineOf(job, events).map(({ word, kind, at }) => `${word} ${kind} ${at === null ? '-' : at - t0}`);

describe('timelineOf', () => {
  it('shows what is over, what is on and what is to come', () => {
    expect(words(practiceJob({ status: 'validating_files' }), [])).toEqual([
      'files running 0',
      'queued idle -',
      'running idle -',
      'succeeded idle -',
    ]);
    expect(words(practiceJob({ status: 'running' }), BEGINNING)).toEqual([
      'files ok 1',
      'queued ok 3',
      'running running 4',
      'succeeded idle -',
    ]);
    expect(words(practiceJob({ status: 'paused' }), BEGINNING)[2]).toBe('paused paused 4');
    expect(words(practiceJob({ status: 'succeeded', finishedAt: t0 + 60 }), BEGINNING)).toEqual([
      'files ok 1',
      'queued ok 3',
      'running ok 4',
      'succeeded ok 60',
    ]);
  });

  it('shows where a job stopped, and nothing it never reached', () => {
    expect(words(practiceJob({ status: 'failed', finishedAt: t0 + 2 }), BEGINNING.slice(0, 2))).toEqual([
      'files error 1',
      'failed error 2',
    ]);
    expect(words(practiceJob({ status: 'cancelled', finishedAt: t0 + 9 }), BEGINNING)).toEqual([
      'files ok 1',
      'queued ok 3',
      'running cancelled 4',
      'cancelled cancelled 9',
    ]);
  });

  it('does without the events of a server that words them otherwise', () => {
    const events = [jobEvent(5, 'Run has begun'), measured(2)];
    expect(words(practiceJob({ status: 'running' }), events)).toEqual([
      'files ok 0',
      'queued ok -',
      'running running 12',
      'succeeded idle -',
    ]);
  });
});

describe('time left', () => {
  const running = practiceJob({ status: 'running' });
  const at = (second: number): number => (t0 + second) * 1000;

  it('goes by the pace of the steps, and counts down between them', () => {
    const events = [...BEGINNING, ...steps(20)];
    // 20 steps from second 4 to second 30: 1.3 s each, 20 to go.
    expect(etaMs(running, events, at(30))).toBeCloseTo(26_000);
    expect(etaMs(running, events, at(40))).toBeCloseTo(16_000);
    expect(etaMs(running, events, at(400))).toBe(0);
  });

  it("takes the provider's own estimate first, and shows none where there is none", () => {
    expect(etaMs({ ...running, estimatedFinish: t0 + 50 }, [], at(30))).toBe(20_000);
    expect(etaMs(running, BEGINNING, at(30))).toBeNull();
    expect(etaMs(practiceJob({ status: 'paused' }), [...BEGINNING, ...steps(20)], at(30))).toBeNull();
  });

  it('stops counting when the job has ended', () => {
    expect(elapsedMs(running, at(30))).toBe(30_000);
    expect(elapsedMs(practiceJob({ status: 'succeeded', finishedAt: t0 + 12 }), at(300))).toBe(12_000);
  });
});

describe('jobLayout', () => {
  it('gives chart and events their places within the body, at any size', () => {
    const sizes = fc.record({ columns: fc.integer({ min: 60, max: 300 }), rows: fc.integer({ min: 11, max: 120 }) });
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.boolean(), (size, problem, measuredYet) => {
        const layout = jobLayout(size, { problem, measured: measuredYet });
        const { chart, lower, sideBySide } = layout;
        const below = sideBySide ? Math.max(chart.rows, lower.rows) : chart.rows + lower.rows;
        expect(layout.header + layout.problem + below).toBe(size.rows);
        expect(lower.rows).toBeGreaterThanOrEqual(3);
        if (!problem) expect(chart.rows).toBeGreaterThanOrEqual(6);
        if (problem) expect(layout.problem).toBeGreaterThanOrEqual(3);
        expect(sideBySide ? chart.columns + lower.columns : lower.columns).toBe(size.columns);
      }),
    );
  });
});

describe('figures', () => {
  it('are the newest of each, with the rows they were measured on: the whole validation set where it ever was', () => {
    const heldOut = { on: 'full', value: 0.8 };
    expect(jobSummary([...BEGINNING, ...steps(20)])).toMatchObject({ step: 20, totalSteps: 40, heldOut });
    const summary = jobSummary(steps(21));
    expect(summary.heldOut).toEqual(heldOut);
    expect(jobSummary(steps(5)).heldOut).toEqual({ on: 'batch', value: expect.closeTo(4 / 5 + 0.5) });
    expect(summary.accuracy).toEqual({ on: 'batch', value: expect.closeTo(21 / 60) });
    expect(jobSummary(BEGINNING)).toEqual({
      step: null,
      totalSteps: null,
      trainLoss: null,
      heldOut: null,
      accuracy: null,
      machine: null,
    });
  });

  it('make three curves, each of what was measured', () => {
    const points = steps(20).flatMap(({ metrics }) => (metrics === null ? [] : [metrics]));
    expect(chartSeries(points, 'loss').map(({ name, points: drawn }) => [name, drawn.length])).toEqual([
      ['train', 20],
      ['batch valid', 20],
      ['full valid', 2],
    ]);
    expect(chartSeries(points, 'accuracy').map(({ points: drawn }) => drawn.length)).toEqual([20, 20, 0]);
  });
});

describe('reasons', () => {
  it('say why a job cannot be paused or talked to', () => {
    expect(pauseDisabledReason(practiceJob({ status: 'paused' }))).toBeNull();
    expect(pauseDisabledReason(practiceJob({ status: 'cancelled' }))).toBe('the job has ended: it was cancelled');
    const job = practiceJob({ status: 'running' });
    expect(chatDisabledReason({ model: null, job, elsewhere: null, undeployed: null })).toContain(
      'before the job is done',
    );
    expect(
      chatDisabledReason({ model: null, job: { ...job, status: 'failed' }, elsewhere: null, undeployed: null }),
    ).toContain('the job failed');
    expect(chatDisabledReason({ model: 'ft:x', job, elsewhere: 'OpenAI', undeployed: null })).toContain('at OpenAI');
    expect(chatDisabledReason({ model: 'ft:x', job, elsewhere: null, undeployed: null })).toBeNull();
  });
});
