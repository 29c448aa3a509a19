import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SecretStore } from '../../../src/app/runtime/ports.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { createRecovery } from '../../../src/services/store/recovery.ts';
import { createSecrets, type Secrets } from '../../../src/services/store/secrets.ts';
import { NOON, temporaryHome } from './sample.ts';

const profile = (id: string, kind: ProviderProfile['kind'], baseUrl: string | null): ProviderProfile => ({
  id,
  name: id,
  kind,
  baseUrl,
  jobDialect: 'method',
  apiVersion: null,
});

const PROFILES: readonly ProviderProfile[] = [
  profile('embedded', 'embedded', null),
  profile('openai', 'openai', null),
  profile('azure', 'azure', 'https://me.openai.azure.com/openai/v1'),
  profile('lab', 'compatible', 'http://127.0.0.1:4000/v1'),
  profile('together', 'together', null),
];

type Env = Record<string, string>;

function open(home: string, env: Env = {}, recovery = createRecovery(), profiles = PROFILES): Secrets & SecretStore {
  const profileOf = (id: string) => profiles.find((one) => one.id === id) ?? null;
  return createSecrets({ home, env, profileOf, recovery, now: () => NOON });
}

/** The same profiles, one of them at another address. */
const moved = (id: string, baseUrl: string): readonly ProviderProfile[] =>
  PROFILES.map((one) => (one.id === id ? { ...one, baseUrl } : one));

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

  it('never lends OpenAI’s variable to another host, and follows OPENAI_BASE_URL with it as OpenAI’s clients do', () => {
    const env = { OPENAI_API_KEY: 'sk-env', TOGETHER_API_KEY: 'tg-env', AZURE_OPENAI_API_KEY: 'az-env' };
    const at = (id: string, profiles: readonly ProviderProfile[], more = {}) =>
      open(temporaryHome(), { ...env, ...more }, createRecovery(), profiles).keyOf(id);
    expect(['openai', 'azure', 'lab', 'together'].map((id) => at(id, PROFILES))).toEqual([
      'sk-env',
      'az-env',
      null,
      'tg-env',
    ]);
    expect(at('openai', moved('openai', 'https://proxy.example/v1'))).toBeNull();
    expect(at('lab', moved('lab', 'https://api.openai.com/v1'))).toBe('sk-env');
    expect(at('openai', PROFILES, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })).toBe('sk-env');
    const named = { ...profile('lab', 'compatible', 'https://lab.example/v1'), keyVariable: 'OPENAI_API_KEY' };
    expect(at('lab', [named])).toBe('sk-env');
    const made = { ...profile('together', 'together', 'https://else.example/v1'), keyVariable: null };
    expect(at('together', [made])).toBeNull();
    const azure = { ...profile('azure', 'azure', 'https://proxy.example/openai/v1'), keyVariable: null };
    expect(at('azure', [azure])).toBeNull();
    // As it was kept before profiles named a variable.
    expect(at('together', moved('together', 'https://else.example/v1'))).toBe('tg-env');
  });

  it('sends a typed key to the host it was typed in for, and to no other', () => {
    const home = temporaryHome();
    open(home).set('lab', 'lab-key');
    const there = (baseUrl: string) => open(home, {}, createRecovery(), moved('lab', baseUrl));
    expect(there('http://127.0.0.1:4000/other').keyOf('lab')).toBe('lab-key');
    for (const other of ['http://127.0.0.1:4001/v1', 'https://127.0.0.1:4000/v1', 'http://evil.example:4000/v1']) {
      expect([there(other).keyOf('lab'), there(other).source('lab')]).toEqual([null, 'elsewhere']);
    }
    open(home).set('openai', 'sk-typed');
    expect(open(home, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }).keyOf('openai')).toBeNull();
    expect(open(home).keyOf('openai')).toBe('sk-typed');
    open(home).set('lab', null);
    expect(readFileSync(join(home, 'keys.json'), 'utf8')).not.toContain('4000');
  });

  it('keeps every key of an older version, each for the address its profile has when it is first looked at', () => {
    const home = temporaryHome();
    const old = { lab: 'lab-key', openai: 'sk-typed', gone: 'left-over', '@wandb': 'w-key' };
    writeFileSync(join(home, 'keys.json'), JSON.stringify(old), { mode: 0o600 });
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' };
    expect(open(home, env).keyOf('openai')).toBeNull();
    const secrets = open(home);
    expect(['lab', 'openai', 'gone', '@wandb'].map((id) => secrets.keyOf(id))).toEqual(Object.values(old));
    expect(JSON.parse(readFileSync(join(home, 'keys.json'), 'utf8'))).toMatchObject(old);
    expect(open(home, {}, createRecovery(), moved('lab', 'https://evil.example/v1')).keyOf('lab')).toBeNull();
  });
});
