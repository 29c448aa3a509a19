import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../src/domain/project/settings.ts';
import { DIALECT_NAMES } from '../../../src/domain/provider/job-dialects.ts';
import { ADDABLE_KINDS, hasField } from '../../../src/domain/provider/kinds.ts';
import { BUILT_IN_PROFILES, findProfileProblems, UNKNOWN_PROVIDER } from '../../../src/domain/provider/profiles.ts';
import { findBoundsProblems, integrationProblem, methodProblem } from '../../../src/domain/training/job-settings.ts';

const profile = { id: 'mine', name: 'Mine', baseUrl: null, ...UNKNOWN_PROVIDER };

describe('kinds of providers', () => {
  it('that can be added stand in the order of the form; the engine is no choice', () => {
    expect(ADDABLE_KINDS).toEqual(['compatible', 'openai', 'azure', 'together', 'fireworks', 'nebius']);
  });

  it('are kept by the settings, with every dialect, and nothing else is', () => {
    for (const kind of [...ADDABLE_KINDS, 'embedded']) {
      for (const jobDialect of DIALECT_NAMES) {
        expect(profileSchema.parse({ ...profile, kind, jobDialect })).toEqual({ ...profile, kind, jobDialect });
      }
    }
    for (const wrong of [{ kind: 'toString' }, { kind: null }, { jobDialect: 'constructor' }, { jobDialect: '' }]) {
      expect(profileSchema.safeParse({ ...profile, ...wrong }).success).toBe(false);
    }
  });

  it('without a usual address want one, with an example that would do', () => {
    for (const kind of ['compatible', 'azure'] as const) {
      const [problem] = findProfileProblems({ ...profile, kind });
      const example = problem?.fix.match(/http\S+[^.]/)?.[0] ?? '';
      expect(findProfileProblems({ ...profile, kind, baseUrl: example })).toEqual([]);
    }
    for (const built of BUILT_IN_PROFILES) expect(findProfileProblems(built)).toEqual([]);
  });

  it('have fields of their own', () => {
    const kinds = ['compatible', 'openai', 'azure', 'embedded'] as const;
    expect(kinds.filter((kind) => hasField(kind, 'apiVersion'))).toEqual(['azure']);
  });

  it('say what they do not train by, and so do dialects', () => {
    const problem = (kind: 'openai' | 'embedded', jobDialect: 'method' | 'hyperparameters') => [
      methodProblem('dpo', { kind, jobDialect }),
      methodProblem('supervised', { kind, jobDialect }),
      methodProblem(undefined, { kind, jobDialect }),
    ];
    expect(problem('openai', 'method')).toEqual([null, null, null]);
    expect(problem('embedded', 'hyperparameters')).toEqual([expect.stringContaining('practice'), null, null]);
    expect(problem('openai', 'hyperparameters')).toEqual([expect.stringContaining('supervised only'), null, null]);
  });

  it('report to W&B, or say why not', () => {
    expect(integrationProblem({ kind: 'openai' })).toBeNull();
    for (const kind of ['compatible', 'azure', 'embedded'] as const) {
      expect(integrationProblem({ kind })).toMatch(/Only OpenAI/);
    }
  });

  it('have rules of their own for a suffix', () => {
    const hyperparameters = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
    const problems = (kind: 'azure' | 'openai') =>
      findBoundsProblems({ hyperparameters, suffix: 'v1.2', seed: null }, { kind, jobDialect: 'method' }).map(
        ({ message }) => message,
      );
    expect(problems('azure')).toEqual(['Azure takes no dots in a suffix.']);
    expect(problems('openai')).toEqual([]);
  });
});
