import { describe, expect, it } from 'vitest';
import { NO_CHOICES } from '../../../src/domain/tracking/settings.ts';
import { DEFAULT_PROJECT, findNameProblem, refuseName, resolveWandb } from '../../../src/domain/wandb/settings.ts';

const CHOSEN = { mode: 'online', project: 'mine', entity: 'team', log: true } as const;

describe('settings of tracking', () => {
  it('send nothing anywhere unasked', () => {
    expect(resolveWandb(NO_CHOICES, {})).toEqual({
      tracker: 'wandb',
      mode: 'offline',
      project: DEFAULT_PROJECT,
      entity: null,
      baseUrl: 'https://api.wandb.ai',
      appUrl: null,
      log: false,
      sources: { tracker: 'default', mode: 'default', project: 'default', entity: 'default', baseUrl: 'default' },
      problems: [],
    });
  });

  it('come from the environment before what was chosen, each by itself', () => {
    const env = { WANDB_MODE: 'dryrun', WANDB_ENTITY: ' other ', WANDB_BASE_URL: 'https://wandb.example.com/' };
    expect(resolveWandb(CHOSEN, env)).toMatchObject({
      mode: 'offline',
      project: 'mine',
      entity: 'other',
      baseUrl: 'https://wandb.example.com',
      log: true,
      sources: { mode: 'environment', project: 'settings', entity: 'environment', baseUrl: 'environment' },
    });
    const blank = { WANDB_MODE: '', WANDB_PROJECT: '  ', WANDB_APP_URL: 'https://app.example.com/' };
    expect(resolveWandb(CHOSEN, blank)).toMatchObject({
      mode: 'online',
      project: 'mine',
      appUrl: 'https://app.example.com',
      sources: { mode: 'settings', project: 'settings', baseUrl: 'default' },
    });
  });

  it('know W&B’s words for a mode', () => {
    const modes = { online: 'online', RUN: 'online', offline: 'offline', dryrun: 'offline', disabled: 'disabled' };
    for (const [word, mode] of Object.entries(modes)) {
      expect(resolveWandb(NO_CHOICES, { WANDB_MODE: word })).toMatchObject({ mode, problems: [] });
    }
  });

  it('say what of the environment makes no sense, and say no password back', () => {
    const env = { WANDB_MODE: 'sometimes', WANDB_BASE_URL: 'https://me:secret-word@wandb.example.com' };
    const { mode, baseUrl, problems } = resolveWandb(CHOSEN, env);
    expect([mode, baseUrl]).toEqual(['online', 'https://api.wandb.ai']);
    expect(problems).toHaveLength(2);
    expect(problems.join()).toContain('sometimes');
    expect(problems.join()).not.toContain('secret-word');
    for (const url of ['wandb.ai', 'file:///etc', 'ftp://x']) {
      expect(resolveWandb(NO_CHOICES, { WANDB_BASE_URL: url }).problems).toHaveLength(1);
    }
  });
});

describe('the name of a project or an entity', () => {
  it('has none of the characters W&B refuses, and at most 128', () => {
    for (const name of ['', 'OpenAI-Fine-Tune', 'a b', 'é', 'x'.repeat(128)])
      expect(findNameProblem('project', name)).toBeNull();
    for (const name of ['a/b', 'a\\b', 'a#b', 'a?b', 'a%b', 'a:b', 'x'.repeat(129)]) {
      expect(findNameProblem('entity', name)).toContain('entity');
      expect(() => refuseName('entity', name)).toThrow(expect.objectContaining({ kind: 'settings' }));
    }
    expect(() => refuseName('project', 'fine')).not.toThrow();
  });
});
