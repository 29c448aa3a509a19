import { describe, expect, it } from 'vitest';
import { findProfileProblems, isBuiltIn, profileId } from '../../../src/domain/provider/profiles.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';

const proxy: ProviderProfile = {
  id: 'proxy',
  name: 'Proxy',
  kind: 'compatible',
  baseUrl: 'http://localhost:4000/v1',
  jobDialect: 'hyperparameters',
  apiVersion: null,
};

describe('profiles', () => {
  it('that are built in are known by their ids', () => {
    expect([isBuiltIn('openai'), isBuiltIn('proxy')]).toEqual([true, false]);
  });

  it.each([
    ['a sound one', {}, []],
    ['the embedded engine', { kind: 'embedded', baseUrl: null }, []],
    ['OpenAI', { kind: 'openai', baseUrl: null }, []],
    ['no address', { baseUrl: null }, ['baseUrl']],
    ['Azure without address', { kind: 'azure', baseUrl: ' ' }, ['baseUrl']],
    ['no URL', { baseUrl: 'localhost' }, ['baseUrl']],
    ['a file', { baseUrl: 'file:///etc' }, ['baseUrl']],
    ['a password', { baseUrl: 'https://me:secret@host/v1' }, ['baseUrl']],
    ['no name', { name: ' ' }, ['name']],
  ] as const)('are judged: %s', (_, change, fields) => {
    const problems = findProfileProblems({ ...proxy, ...change });
    expect(problems.map((problem) => problem.field)).toEqual(fields);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});

describe('profileId', () => {
  it('makes a plain id of a name and never takes one twice', () => {
    expect(profileId('My Server: 4000', [])).toBe('my-server-4000');
    expect(profileId('OpenAI', ['openai', 'openai-2'])).toBe('openai-3');
    expect(profileId('日本', [])).toBe('provider');
  });
});
