import { describe, expect, it } from 'vitest';
import { choiceSentences, usualWeights, weightsText } from '../../../src/domain/provider/job-choices.ts';
import { DIALECT_NAMES, dialectFacts, type JobDialect } from '../../../src/domain/provider/job-dialects.ts';
import { choosesRank, findBoundsProblems } from '../../../src/domain/training/job-settings.ts';
import type { JobChoices } from '../../../src/domain/training/types.ts';

const auto = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
type Chosen = JobChoices & { readonly rank?: number };

const settings = ({ rank, ...choices }: Chosen) => ({
  hyperparameters: { ...auto, ...(rank === undefined ? {} : { loraRank: rank }) },
  choices,
  suffix: null,
  seed: null,
});
const problems = (chosen: Chosen, jobDialect: JobDialect) =>
  findBoundsProblems(settings(chosen), { kind: 'compatible', jobDialect });

describe('what can be chosen of a job', () => {
  it('is nothing at all where nothing is chosen', () => {
    for (const dialect of DIALECT_NAMES) expect(problems({}, dialect)).toEqual([]);
  });

  it.each<[JobDialect, Chosen]>([
    ['together', { weights: 'full' }],
    ['together', { weights: 'lora', rank: 1 }],
    ['together', { rank: 64 }],
    ['fireworks', { weights: 'lora' }],
    ['fireworks', { rank: 32 }],
    ['nebius', { weights: 'full' }],
    ['nebius', { weights: 'lora', rank: 8 }],
    ['nebius', { weights: 'lora', rank: 128 }],
    ['azure', { tier: 'standard' }],
    ['azure', { tier: 'globalStandard' }],
    ['azure', { tier: 'developerTier' }],
  ])('at %s includes %j', (dialect, chosen) => {
    expect(problems(chosen, dialect)).toEqual([]);
  });

  it.each<[JobDialect, Chosen, string, string]>([
    ['method', { weights: 'lora' }, 'weights', 'leave no choice of LoRA or full'],
    ['method', { rank: 8 }, 'loraRank', 'let no LoRA rank be chosen'],
    ['hyperparameters', { weights: 'full' }, 'weights', 'leave no choice of LoRA or full'],
    ['azure', { weights: 'lora' }, 'weights', 'Azure leaves no choice'],
    ['azure', { rank: 8 }, 'loraRank', 'let no LoRA rank be chosen'],
    ['azure', { tier: 'global' }, 'tier', 'global is no training type there'],
    ['together', { rank: 65 }, 'loraRank', 'a whole number from 1 to 64; 65 is not'],
    ['together', { weights: 'full', rank: 8 }, 'loraRank', 'trains the whole model'],
    ['together', { tier: 'standard' }, 'tier', 'no training type to choose'],
    ['fireworks', { weights: 'full' }, 'weights', 'Fireworks trains a LoRA adapter'],
    ['fireworks', { rank: 12 }, 'loraRank', 'a power of two from 1 to 32; 12 is not'],
    ['nebius', { rank: 16 }, 'loraRank', 'trains the whole model'],
    ['nebius', { weights: 'lora', rank: 4 }, 'loraRank', 'from 8 to 128; 4 is not'],
    ['nebius', { weights: 'lora', rank: 129 }, 'loraRank', 'from 8 to 128; 129 is not'],
  ])('at %s excludes %j', (dialect, chosen, field, words) => {
    expect(problems(chosen, dialect)).toEqual([
      { field, message: expect.stringContaining(words), fix: expect.stringMatching(/auto/) },
    ]);
  });

  it('has a rank where an adapter is trained', () => {
    const of = (jobDialect: JobDialect, chosen: Chosen = {}) => choosesRank(settings(chosen), { jobDialect });
    expect(DIALECT_NAMES.filter((dialect) => of(dialect))).toEqual(['luthier', 'together', 'fireworks']);
    expect(of('nebius', { weights: 'lora' })).toBe(true);
    expect(of('together', { weights: 'full' })).toBe(false);
    expect(of('method', { weights: 'lora' })).toBe(false);
  });

  it('is said as a person reads it', () => {
    expect(usualWeights(dialectFacts('nebius').choices)).toBe('full');
    expect(usualWeights(dialectFacts('method').choices)).toBeNull();
    expect(weightsText(undefined)).toBeNull();
    expect(weightsText('full', 16)).toBe('full');
    expect(weightsText('lora')).toBe('LoRA');
    expect(weightsText(undefined, 16)).toBe('LoRA, rank 16');
    expect(choiceSentences(settings({ weights: 'lora', rank: 16, tier: 'standard' }))).toEqual([
      'Chosen: trains LoRA, rank 16.',
      'Chosen: training type standard.',
    ]);
    expect(choiceSentences(settings({}))).toEqual([]);
  });
});
