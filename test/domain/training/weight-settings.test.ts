import { describe, expect, it } from 'vitest';
import { jobTerms } from '../../../src/domain/provider/terms.ts';
import { findBoundsProblems, methodProblem } from '../../../src/domain/training/job-settings.ts';
import {
  findWeightProblems,
  readWeightSetting,
  type WeightSettings,
  weightSettingsFromWire,
  weightSettingsOnWire,
  weightSettingTexts,
  withWeightSetting,
} from '../../../src/domain/training/weight-settings.ts';

const settings: WeightSettings = { targetModules: 'q_proj, v_proj', gradientCheckpointing: false, precision: 'bf16' };
const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;

describe('settings of real weights', () => {
  it('go out and come back as they were; what the engine chose itself is no setting', () => {
    const wire = weightSettingsOnWire(settings);
    expect(wire).toEqual({
      target_modules: ['q_proj', 'v_proj'],
      gradient_checkpointing: false,
      precision: 'bf16',
    });
    expect(weightSettingsFromWire({ ...wire, max_length: 'auto', n_epochs: 3 })).toEqual(settings);
    expect(weightSettingsFromWire({ n_epochs: 3, precision: 'auto' })).toBeNull();
    expect(weightSettingsFromWire('none')).toBeNull();
  });

  it('are read as typed or chosen, one by one, and the last one that goes leaves nothing', () => {
    expect(readWeightSetting('loraDropout', '0.1')).toBe(0.1);
    expect(readWeightSetting('gradientCheckpointing', 'true')).toBe(true);
    expect(readWeightSetting('precision', 'int4')).toBeNull();
    expect(readWeightSetting('maxLength', 'auto')).toBeUndefined();
    expect(withWeightSetting({}, 'maxLength', 64)).toEqual({ maxLength: 64 });
    expect(withWeightSetting({ maxLength: 64 }, 'maxLength', undefined)).toBeUndefined();
    expect(weightSettingTexts(settings)).toEqual([
      ['LoRA layers', 'q_proj, v_proj'],
      ['Checkpointing', 'no'],
      ['Precision', 'bf16'],
    ]);
  });

  it.each<[WeightSettings, { taken: boolean; full: boolean }, string | null]>([
    [{ maxLength: 8 }, { taken: true, full: true }, null],
    [{ maxLength: 7 }, { taken: true, full: false }, 'must be a whole number from 8'],
    [{ maxLength: 8.5 }, { taken: true, full: false }, 'must be a whole number from 8'],
    [{ loraDropout: 0.95 }, { taken: true, full: false }, 'from 0 to 0.9; 0.95 is not'],
    [{ loraAlpha: 4 }, { taken: true, full: true }, 'is of a LoRA adapter'],
    [{ precision: 'fp32' }, { taken: false, full: false }, 'have no setting “Precision”'],
  ])('%j with %j: %s', (given, about, words) => {
    const [problem] = findWeightProblems(given, about);
    expect(problem?.message ?? null).toEqual(words === null ? null : expect.stringContaining(words));
  });

  it('and DPO are a matter of the base, not of the provider that has it beside practice models', () => {
    const engine = { kind: 'embedded', jobDialect: 'method' } as const;
    const base = (practice: boolean) => ({
      id: 'base',
      ownedBy: 'luthier',
      shutdownDate: null,
      tuned: false,
      engine: { practice, state: 'ready' as const, bytes: 1, methods: [] },
    });
    const real = jobTerms(engine, base(false));
    const asked = {
      hyperparameters: { ...auto, learningRate: 2e-4, loraRank: 8 },
      suffix: null,
      seed: null,
      choices: { settings },
    };
    expect(findBoundsProblems(asked, real)).toEqual([]);
    expect(methodProblem('dpo', real)).toBeNull();
    for (const practice of [jobTerms(engine, base(true)), jobTerms(engine, undefined)]) {
      expect(findBoundsProblems(asked, practice).map(({ field }) => field)).toContain('precision');
      expect(methodProblem('dpo', practice)).toContain('practice engine');
    }
  });
});
