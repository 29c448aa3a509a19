import { describe, expect, it } from 'vitest';
import {
  automaticUpload,
  destinationOf,
  goesWhere,
  requestedUpload,
  unsentCause,
  unsentRuns,
} from '../../../src/app/tracking/policy.ts';
import { resolveTracking } from '../../../src/domain/tracking/resolve.ts';
import { NO_CHOICES, type TrackingMode } from '../../../src/domain/tracking/settings.ts';
import type { TrackedState } from '../../../src/domain/tracking/types.ts';

const chosen = (mode: TrackingMode, env: Readonly<Record<string, string>> = {}) =>
  resolveTracking({ ...NO_CHOICES, mode }, env);
const key = () => 'file' as const;
const noKey = () => 'none' as const;

const stateOf = (runId: string, change: Partial<TrackedState> = {}): TrackedState => ({
  runId,
  own: true,
  ended: true,
  jobType: 'eval',
  name: runId,
  folder: `/wandb/${runId}`,
  startedAt: 1,
  entity: 'team',
  project: 'proj',
  sync: 'local',
  url: null,
  ...change,
});

describe('what becomes of a run', () => {
  it('that nobody requested: nothing while disabled, sent online with a key, else written', () => {
    expect(automaticUpload(chosen('disabled'), key)).toBeNull();
    expect(automaticUpload(chosen('online'), key)).toBe('send');
    expect(automaticUpload(chosen('online'), noKey)).toBe('write');
    expect(automaticUpload(chosen('offline'), key)).toBe('write');
  });

  it('that was requested: sent wherever there is a key, unless this process is to stay offline', () => {
    expect(requestedUpload(chosen('offline'), key)).toBe('send');
    expect(requestedUpload(chosen('offline'), noKey)).toBe('write');
    expect(unsentCause(chosen('offline'))).toBe('no-key');
    const offline = chosen('online', { WANDB_MODE: 'offline' });
    expect(requestedUpload(offline, key)).toBe('write');
    expect(unsentCause(offline)).toBe('offline');
  });
});

describe('where runs go', () => {
  it('is the entity of the settings, or of the account', () => {
    expect(destinationOf({ ...chosen('online'), entity: 'team' }, { entity: 'ada' })).toBe('team');
    expect(destinationOf(chosen('online'), { entity: 'ada' })).toBe('ada');
    expect(destinationOf(chosen('online'), { entity: null })).toBeNull();
  });

  it('fits a run of the same project, of any entity where none is named', () => {
    const settings = { ...chosen('online'), project: 'proj' };
    expect(goesWhere(settings, stateOf('a'))).toBe(true);
    expect(goesWhere({ ...settings, entity: 'other' }, stateOf('a'))).toBe(false);
    expect(goesWhere({ ...settings, project: 'other' }, stateOf('a'))).toBe(false);
  });
});

describe('runs on disk that are sent', () => {
  const states = [
    stateOf('local'),
    stateOf('partial', { sync: 'partial' }),
    stateOf('synced', { sync: 'synced' }),
    stateOf('dataset', { sync: 'partial', jobType: 'dataset' }),
    stateOf('foreign', { sync: 'partial', own: false }),
    stateOf('seen', { sync: 'partial' }),
  ];
  const except = new Set(['seen']);
  const sent = (requested: boolean, overwrite?: boolean) =>
    unsentRuns(states, { requested, except, overwrite }).map(({ runId }) => runId);

  it('on request are all that are not whole there; with overwrite the whole ones too', () => {
    expect(sent(true)).toEqual(['local', 'partial', 'dataset']);
    expect(sent(true, true)).toEqual(['local', 'partial', 'synced', 'dataset']);
  });

  it('without a request are those whose upload had begun, and never a dataset', () => {
    expect(sent(false)).toEqual(['partial']);
  });
});
