import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/domain/common/cooperative.ts';
import { jobRun } from '../../../src/domain/tracking/job-run.ts';
import { measuredPoints } from '../../../src/domain/training/metrics.ts';
import type { JobEvent } from '../../../src/domain/training/types.ts';
import { eventOf, jobOf } from '../../app/fakes/jobs.ts';

const NOTHING = {
  trainLoss: null,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};
let ids = 0;
/** An event `at` seconds after the job began. */
function told(step: number, at: number, figures: Partial<Record<keyof typeof NOTHING, number>> = {}): JobEvent {
  ids += 1;
  const metrics = { step, totalSteps: null, ...NOTHING, ...figures };
  return { ...eventOf(ids, `Step ${step}`), type: 'metrics', createdAt: 1000 + at, metrics };
}

function runOf(status: 'running' | 'succeeded', events: readonly JobEvent[], results: string | null = null) {
  return runToEnd(
    jobRun({
      job: jobOf({ status, createdAt: 1000 }),
      record: null,
      provider: { id: 'e', name: 'E' },
      events,
      results,
      projectName: null,
      checkpoints: [],
      training: null,
      validation: null,
      log: false,
    }),
  );
}
const rowsOf = (...told: Parameters<typeof runOf>) => runOf(...told).history.map(({ step, values }) => [step, values]);
const pacesOf = (...told: Parameters<typeof runOf>) =>
  runOf(...told).system.map(({ values }) => values.steps_per_second);

describe('what a job measured', () => {
  it('has every figure of a step in one row, however many events report it', () => {
    const events = [told(1, 1, { trainLoss: 0.5 }), told(1, 2, { fullValidLoss: 0.7 }), told(2, 3, { trainLoss: 0.4 })];
    expect(rowsOf('succeeded', events)).toEqual([
      [1, { train_loss: 0.5, full_valid_loss: 0.7 }],
      [2, { train_loss: 0.4 }],
    ]);
  });

  it('has a step that comes late after those that were reported before it', () => {
    const events = [1, 3, 2].map((step, at) => told(step, at, { trainLoss: 1 / step }));
    expect(rowsOf('running', events.slice(0, 2))).toEqual([[1, { train_loss: 1 }]]);
    expect(rowsOf('succeeded', events)).toEqual([
      [1, { train_loss: 1 }],
      [3, { train_loss: 1 / 3 }],
      [2, { train_loss: 1 / 2 }],
    ]);
    expect(runOf('succeeded', events).summary).toMatchObject({ train_loss: 1 / 3, _step: 3 });
  });

  it('has what comes late of a reported step in a row of its own, and nothing twice', () => {
    const [first, second] = [told(1, 1, { trainLoss: 0.5 }), told(2, 2, { trainLoss: 0.4 })];
    const late = told(1, 3, { trainLoss: 0.5, fullValidLoss: 0.7 });
    expect(rowsOf('succeeded', [first, second, late])).toEqual([
      [1, { train_loss: 0.5 }],
      [2, { train_loss: 0.4 }],
      [1, { full_valid_loss: 0.7 }],
    ]);
    expect(rowsOf('succeeded', [first, second, { ...first, id: 'again' }])).toHaveLength(2);
  });

  it('adds by step, after all that was reported, what only the result file has', () => {
    const events = [told(2, 1, { trainLoss: 0.5 }), told(1, 2, { trainLoss: 0.9, trainTokenAccuracy: 0.1 })];
    const results = 'step,train_loss,train_accuracy\n3,0.3,0.3\n2,9,0.2\n1,9,9\n0,1,\n';
    expect(rowsOf('succeeded', events, results)).toEqual([
      [2, { train_loss: 0.5 }],
      [1, { train_loss: 0.9, train_accuracy: 0.1 }],
      [0, { train_loss: 1 }],
      [2, { train_accuracy: 0.2 }],
      [3, { train_loss: 0.3, train_accuracy: 0.3 }],
    ]);
  });

  it('has a pace that holds back what may change, and passes over steps that come late', () => {
    const events = [told(10, 10), told(20, 20), told(15, 30), told(40, 40)];
    expect(pacesOf('running', events.slice(0, 2))).toEqual([]);
    expect(pacesOf('running', events)).toEqual([1]);
    expect(pacesOf('succeeded', events)).toEqual([1, 1]);
  });

  it('only grows while the job goes on, whatever its events report', () => {
    const figure = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });
    const event = fc.record({ step: fc.nat(4), after: fc.nat(2), trainLoss: figure, fullValidLoss: figure });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 12 }),
        fc.option(fc.constant('step,train_loss,x\n1,7,7\n9,9,9\n')),
        (all, results) => {
          let at = 0;
          const events = all.map(({ step, after, trainLoss, fullValidLoss }) => {
            at += after;
            return told(step, at, {
              ...(trainLoss === undefined ? {} : { trainLoss }),
              ...(fullValidLoss === undefined ? {} : { fullValidLoss }),
            });
          });
          const whole = runOf('succeeded', events, results);
          let before = runOf('running', []);
          for (let count = 1; count <= events.length; count += 1) {
            const now = runOf('running', events.slice(0, count));
            expect(now.history.slice(0, before.history.length)).toEqual(before.history);
            expect(now.system.slice(0, before.system.length)).toEqual(before.system);
            before = now;
          }
          expect(whole.history.slice(0, before.history.length)).toEqual(before.history);
          expect(whole.system.slice(0, before.system.length)).toEqual(before.system);
          for (const { step, trainLoss, fullValidLoss } of measuredPoints(events)) {
            const rows = whole.history.filter((row) => row.step === step).map(({ values }) => values);
            const figures = Object.assign({}, ...rows);
            if (trainLoss !== null) expect(figures.train_loss).toBe(trainLoss);
            if (fullValidLoss !== null) expect(figures.full_valid_loss).toBe(fullValidLoss);
          }
        },
      ),
    );
  });
});
