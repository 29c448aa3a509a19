import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SecretStore } from '../../../src/app/runtime/ports.ts';
import type { ProviderKind } from '../../../src/domain/provider/kinds.ts';
import { createRecovery } from '../../../src/services/store/recovery.ts';
import { createSecrets, type Secrets } from '../../../src/services/store/secrets.ts';
import { NOON, temporaryHome } from './sample.ts';

const KINDS: Readonly<Record<string, ProviderKind>> = {
  embedded: 'embedded',
  openai: 'openai',
  azure: 'azure',
  lab: 'compatible',
};

function open(home: string, env: Record<string, string> = {}, recovery = createRecovery()): Secrets & SecretStore {
  return createSecrets({ home, env, kindOf: (id) => KINDS[id] ?? null, recovery, now: () => NOON });
}

describe('secrets', () => {
  it('keeps a typed key in a file of the owner alone, and forgets it', () => {
    const home = temporaryHome();
    open(home).set('lab', ' sk-typed \n');
    expect(statSync(join(home, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['keys.json']);
    const again = open(home);
    expect([again.keyOf('lab'), again.source('lab')]).toEqual(['sk-typed', 'file']);
    expect([again.keyOf('openai'), again.source('openai')]).toEqual([null, 'none']);
    again.set('openai', 'sk-two');
    again.set('lab', null);
    expect([again.source('lab'), again.keyOf('openai')]).toEqual(['none', 'sk-two']);
    expect(readFileSync(join(home, 'keys.json'), 'utf8')).not.toContain('sk-typed');
  });

  it('takes the environment first for OpenAI; a key typed for another server is not overruled by it', () => {
    const secrets = open(temporaryHome(), { OPENAI_API_KEY: 'sk-env' });
    for (const id of ['openai', 'lab', 'azure']) secrets.set(id, 'sk-file');
    expect(['openai', 'lab', 'azure', 'embedded', 'unknown'].map((id) => secrets.source(id))).toEqual([
      'environment',
      'file',
      'file',
      'generated',
      'none',
    ]);
    expect(['openai', 'lab', 'azure', 'embedded'].map((id) => secrets.keyOf(id))).toEqual([
      'sk-env',
      'sk-file',
      'sk-file',
      null,
    ]);
    expect(open(temporaryHome(), { OPENAI_API_KEY: 'sk-env' }).keyOf('lab')).toBe('sk-env');
    expect(open(temporaryHome(), { OPENAI_API_KEY: ' ' }).source('openai')).toBe('none');
  });

  it('takes rights of others away from the file', () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'keys.json'), '{"openai":"sk-open"}');
    chmodSync(join(home, 'keys.json'), 0o664);
    expect(open(home).keyOf('openai')).toBe('sk-open');
    expect(statSync(join(home, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('sets a bad file aside without saying a key', () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'keys.json'), '{"openai": sk-secret-secret', { mode: 0o600 });
    const recovery = createRecovery();
    const secrets = open(home, {}, recovery);
    expect(secrets.source('openai')).toBe('none');
    const told = recovery.take().join('\n');
    expect(told).toContain('keys.json.corrupt-');
    expect(told).not.toContain('sk-secret');
    expect(readdirSync(home)[0]).toMatch(/^keys\.json\.corrupt-/);
  });

  it('takes names of object members for profile ids', () => {
    const secrets = open(temporaryHome());
    expect([secrets.source('constructor'), secrets.keyOf('__proto__')]).toEqual(['none', null]);
  });
});
