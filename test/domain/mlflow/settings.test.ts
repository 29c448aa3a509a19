import { describe, expect, it } from 'vitest';
import { findExperimentProblem, findServerProblem } from '../../../src/domain/mlflow/settings.ts';
import { resolveTracking } from '../../../src/domain/tracking/resolve.ts';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';

const CHOSEN = { ...NO_CHOICES, tracker: 'mlflow', experiment: 'mine', server: 'https://ml.example/' } as const;

describe('what holds for MLflow', () => {
  it('is what was chosen, under what the environment says, and offline unless told', () => {
    expect(resolveTracking({ ...NO_CHOICES, tracker: 'mlflow' }, {})).toMatchObject({
      tracker: 'mlflow',
      mode: 'offline',
      project: 'luthier',
      baseUrl: 'http://127.0.0.1:5000',
      sources: { tracker: 'settings', project: 'default', baseUrl: 'default' },
    });
    expect(resolveTracking(CHOSEN, { WANDB_MODE: 'online', WANDB_PROJECT: 'p' })).toMatchObject({
      mode: 'offline',
      project: 'mine',
      baseUrl: 'https://ml.example',
    });
    const env = { MLFLOW_TRACKING_URI: 'http://lab:5000/ml/', MLFLOW_EXPERIMENT_NAME: 'theirs' };
    expect(resolveTracking(CHOSEN, env)).toMatchObject({
      project: 'theirs',
      baseUrl: 'http://lab:5000/ml',
      sources: { project: 'environment', baseUrl: 'environment' },
      problems: [],
    });
  });

  it('is asked for by LUTHIER_TRACKER, which must be one', () => {
    expect(resolveTracking(NO_CHOICES, {}).tracker).toBe('wandb');
    const named = resolveTracking(NO_CHOICES, { LUTHIER_TRACKER: ' MLflow ' });
    expect([named.tracker, named.sources.tracker]).toEqual(['mlflow', 'environment']);
    const wrong = resolveTracking(CHOSEN, { LUTHIER_TRACKER: 'comet' });
    expect(wrong).toMatchObject({ tracker: 'mlflow', problems: [expect.stringContaining('“comet”')] });
  });

  it.each(['sqlite:///a.db', 'file:/tmp/x', 'databricks', 'http://ada:secret@lab:5000', 'http://lab/?a=1'])(
    'has no server at %s, and says nothing of what stands in it',
    (address) => {
      expect(findServerProblem(address)).not.toBeNull();
      const { problems, baseUrl } = resolveTracking(CHOSEN, { MLFLOW_TRACKING_URI: address });
      expect(problems).toHaveLength(1);
      expect(problems.join()).not.toContain('secret');
      expect(baseUrl).toBe('https://ml.example');
    },
  );

  it('takes names that MLflow takes', () => {
    expect(findExperimentProblem('/Users/ada/clauses: 1')).toBeNull();
    expect(findExperimentProblem('x'.repeat(501))).not.toBeNull();
  });
});
