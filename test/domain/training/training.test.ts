import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultEpochs, resolvedEpochs } from '../../../src/domain/training/epochs.ts';
import { findBoundsProblems, suggestSuffix } from '../../../src/domain/training/job-settings.ts';
import {
  curvesOf,
  decodeResultFile,
  formatResultFile,
  measuredPoints,
  parseStepMetrics,
} from '../../../src/domain/training/metrics.ts';

describe('defaultEpochs', () => {
  it.each([
    [0, 25],
    [1, 25],
    [4, 25],
    [10, 10],
    [16, 6],
    [33, 3],
    [34, 3],
    [1296, 3],
    [8333, 3],
    [8334, 2],
    [25_001, 1],
  ])('gives %i examples %i epochs', (examples, epochs) => {
    expect(defaultEpochs(examples)).toBe(epochs);
  });

  it('never grows with the examples, and stays within the API bounds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), (examples) => {
        expect(defaultEpochs(examples)).toBeGreaterThanOrEqual(defaultEpochs(examples + 1));
        expect(defaultEpochs(examples)).toBeGreaterThanOrEqual(1);
        expect(defaultEpochs(examples)).toBeLessThanOrEqual(25);
      }),
    );
    expect(resolvedEpochs(7, 10)).toBe(7);
    expect(resolvedEpochs('auto', 10)).toBe(10);
    expect(resolvedEpochs('auto', 10, 1)).toBe(1);
    expect(resolvedEpochs(7, 10, 1)).toBe(7);
  });
});

describe('findBoundsProblems', () => {
  const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
  const fields = (
    over: object,
    suffix: string | null = null,
    seed: number | null = null,
    kind: 'openai' | 'azure' = 'openai',
  ) =>
    findBoundsProblems({ hyperparameters: { ...auto, ...over }, suffix, seed }, { kind, jobDialect: 'method' }).map(
      (problem) => problem.field,
    );

  it('takes a rate where the provider does, a multiplier where it does, and makes neither of the other', () => {
    const found = (jobDialect: 'method' | 'together', rates: object) =>
      findBoundsProblems(
        { hyperparameters: { ...auto, ...rates }, suffix: null, seed: null },
        { kind: 'openai', jobDialect },
      );
    expect(found('together', { learningRate: 2e-5 })).toEqual([]);
    expect(found('together', { learningRate: 'auto', learningRateMultiplier: 'auto' })).toEqual([]);
    expect(found('method', { learningRateMultiplier: 2 })).toEqual([]);
    expect(found('together', { learningRateMultiplier: 2 })[0]).toMatchObject({
      field: 'learningRateMultiplier',
      message: expect.stringContaining('take a learning rate and no learning-rate multiplier'),
    });
    expect(found('method', { learningRate: 1e-5 }).map(({ field }) => field)).toEqual(['learningRate']);
    for (const learningRate of [0, -1, 1.5, Number.NaN])
      expect(found('together', { learningRate }).map(({ field }) => field)).toEqual(['learningRate']);
  });

  it('refuses what a provider has no words for under DPO, and only there', () => {
    const found = (jobDialect: 'method' | 'fireworks', method: 'dpo' | 'supervised') =>
      findBoundsProblems(
        { hyperparameters: { ...auto, batchSize: 8 }, suffix: null, seed: null, method, beta: 0.2 },
        { kind: 'openai', jobDialect },
      ).map(({ field }) => field);
    expect(found('fireworks', 'dpo')).toEqual(['beta', 'batchSize']);
    expect(found('fireworks', 'supervised')).toEqual([]);
    expect(found('method', 'dpo')).toEqual([]);
  });

  it('lets what is allowed pass', () => {
    expect(fields({ nEpochs: 50, batchSize: 256, learningRateMultiplier: 0.01 }, 'v1.2', 2_147_483_647)).toEqual([]);
    expect(fields({}, '', 0)).toEqual([]);
  });

  it('takes a beta above 0 and up to 2, under DPO alone', () => {
    const asked = (beta: number | 'auto', method?: 'supervised' | 'dpo') =>
      findBoundsProblems(
        { hyperparameters: auto, suffix: null, seed: null, method, beta },
        { kind: 'openai', jobDialect: 'method' },
      );
    for (const beta of [0.01, 2, 'auto'] as const) expect(asked(beta, 'dpo')).toEqual([]);
    for (const beta of [0, -1, 2.01, Number.NaN]) expect(asked(beta, 'dpo')).toMatchObject([{ field: 'beta' }]);
    expect([...asked(3, 'supervised'), ...asked(3)]).toEqual([]);
  });

  it('names what is not', () => {
    expect(fields({ nEpochs: 0, batchSize: 257, learningRateMultiplier: 0 }, 'x'.repeat(65), -1)).toEqual([
      'nEpochs',
      'batchSize',
      'learningRateMultiplier',
      'suffix',
      'seed',
    ]);
    expect(fields({ nEpochs: 2.5, learningRateMultiplier: Number.NaN }, 'a b')).toEqual([
      'nEpochs',
      'learningRateMultiplier',
      'suffix',
    ]);
    expect(fields({}, 'v1.2', null, 'azure')).toEqual(['suffix']);
  });

  it('suggests a suffix that every provider takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(
          findBoundsProblems(
            { hyperparameters: auto, suffix: suggestSuffix(name), seed: null },
            { kind: 'azure', jobDialect: 'method' },
          ),
        ).toEqual([]);
      }),
    );
    expect(suggestSuffix('D&D Héros 1.2')).toBe('d-d-heros-1-2');
  });
});

describe('parseStepMetrics', () => {
  const message = 'Step 131/303: training loss=0.25, validation loss=0.37, full validation loss=0.05';

  it('reads the text alone', () => {
    expect(parseStepMetrics(null, message)).toEqual({
      step: 131,
      totalSteps: 303,
      trainLoss: 0.25,
      trainTokenAccuracy: null,
      validLoss: 0.37,
      validTokenAccuracy: null,
      fullValidLoss: 0.05,
      fullValidTokenAccuracy: null,
    });
  });

  it('prefers the data and ignores what it does not know', () => {
    const data = {
      step: 5,
      total_steps: 9,
      train_loss: 1.5,
      train_mean_token_accuracy: '0.75',
      valid_loss: null,
      novel: { a: 1 },
    };
    expect(parseStepMetrics(data, message)).toMatchObject({
      step: 5,
      totalSteps: 9,
      trainLoss: 1.5,
      trainTokenAccuracy: 0.75,
      validLoss: 0.37,
    });
  });

  it('takes a reinforcement step without losses, and no step as no metrics', () => {
    expect(parseStepMetrics({}, 'Step 10/20 , train mean reward=0.42')).toMatchObject({
      step: 10,
      totalSteps: 20,
      trainLoss: null,
    });
    expect(parseStepMetrics({}, 'Fine-tuning job started')).toBeNull();
    expect(parseStepMetrics({}, 'Checkpoint created at step 100 with Snapshot ID: ft:a:b:c:d')).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (data, text) => {
        const metrics = parseStepMetrics(data, text);
        if (metrics !== null) expect(Number.isFinite(metrics.step)).toBe(true);
      }),
    );
  });
});

describe('result files', () => {
  const csv =
    'step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,2.5,0.5,,\n2,2.25,0.625,2.75,0.5\n';

  it('are read as CSV and as base64 of it', () => {
    expect(decodeResultFile(csv)).toBe(csv);
    expect(decodeResultFile(`\ufeff${csv}`)).toBe(csv);
    expect(decodeResultFile(Buffer.from(csv).toString('base64'))).toBe(csv);
  });

  it('are written of measured points, empty where nothing was measured', () => {
    const points = [
      parseStepMetrics({ step: 1, train_loss: 2.5, train_accuracy: 0.5 }),
      parseStepMetrics({ step: 2, train_loss: 2.25, train_accuracy: 0.625, valid_loss: 2.75, valid_accuracy: 0.5 }),
    ].filter((point) => point !== null);
    expect(formatResultFile(points)).toBe(csv);
  });

  it('are left alone when they are neither', () => {
    expect(decodeResultFile('')).toBe('');
    expect(decodeResultFile('hello')).toBe('hello');
  });
});

describe('curves', () => {
  it('hold each step once, in order, where it was measured', () => {
    const at = (step: number, trainLoss: number, validLoss: number | null) => ({
      id: `e${step}`,
      createdAt: 0,
      level: 'info',
      type: 'metrics',
      message: '',
      metrics: parseStepMetrics({ step, train_loss: trainLoss, valid_loss: validLoss }),
    });
    const points = measuredPoints([at(2, 0.5, 1), at(1, 1, null), at(2, 0.4, 0.9), { ...at(3, 1, 1), metrics: null }]);
    const curves = curvesOf(points);
    expect(curves.trainLoss).toEqual([
      { step: 1, value: 1 },
      { step: 2, value: 0.4 },
    ]);
    expect(curves.validLoss).toEqual([{ step: 2, value: 0.9 }]);
    expect(curves.fullValidLoss).toEqual([]);
  });

  it('have every figure of a step that several events report', () => {
    const told = (data: object) => ({
      id: 'e',
      createdAt: 0,
      level: 'info',
      type: 'metrics',
      message: '',
      metrics: parseStepMetrics({ step: 2, ...data }),
    });
    const points = measuredPoints([
      told({ train_loss: 0.5, total_steps: 9 }),
      told({ full_valid_loss: 0.7 }),
      told({ train_loss: 0.4 }),
    ]);
    expect(points).toMatchObject([{ step: 2, totalSteps: 9, trainLoss: 0.4, fullValidLoss: 0.7, validLoss: null }]);
  });
});
