import { describe, expect, it } from 'vitest';
import {
  edited,
  isLoopbackName,
  isReadableOnTheWay,
  keysIn,
  originOf,
  variableOf,
} from '../../../src/domain/provider/keys.ts';
import { PRESET_NAMES, presetFacts, profileOfPreset } from '../../../src/domain/provider/presets.ts';
import { findProfileProblems } from '../../../src/domain/provider/profiles.ts';

const together = { ...profileOfPreset('together'), id: 'tg', keyVariable: 'TOGETHER_API_KEY' };

describe('the key of a provider', () => {
  it.each(PRESET_NAMES)('made from the preset %s is looked for in the variable of the preset', (preset) => {
    const { variable, baseUrl, example } = presetFacts(preset);
    const profile = { ...profileOfPreset(preset), baseUrl: baseUrl ?? example, keyVariable: null };
    expect(variableOf(profile, {})).toBe(variable);
    const elsewhere = { ...profile, baseUrl: 'http://127.0.0.1:9/v1' };
    expect(variableOf(elsewhere, {})).toBeNull();
  });

  it('is dropped when the host changes, and stays when the path does', () => {
    const open = { ...together, plainHttp: 'http://lab.example' };
    expect(edited(open, { ...open, baseUrl: 'https://api.together.ai/v2' }, {})).toMatchObject({
      profile: { keyVariable: 'TOGETHER_API_KEY', plainHttp: 'http://lab.example' },
      keyWasFor: null,
    });
    expect(edited(open, { ...open, baseUrl: 'http://api.together.ai/v1' }, {})).toMatchObject({
      profile: { keyVariable: null, plainHttp: null },
      keyWasFor: 'api.together.ai',
    });
    const named = { ...open, baseUrl: 'https://lab.example/v1', keyVariable: 'LAB_KEY' };
    expect(edited(open, named, {}).profile.keyVariable).toBe('LAB_KEY');
  });

  it('of a profile that says nothing of a variable is dropped too', () => {
    const { keyVariable: _, ...older } = together;
    expect(variableOf({ ...older, baseUrl: 'https://proxy.example/v1' }, {})).toBe('TOGETHER_API_KEY');
    const after = edited(older, { ...older, baseUrl: 'https://proxy.example/v1' }, {});
    expect(variableOf(after.profile, {})).toBeNull();
  });

  it('is found in the environment wherever it may have to be masked', () => {
    const env = {
      GROQ_API_KEY: 'g',
      OPENAI_API_KEY: ' ',
      MISTRAL_API_KEY: undefined,
      AZURE_OPENAI_API_KEY: 'a',
      X: 'x',
    };
    expect([...keysIn(env)].toSorted()).toEqual(['a', 'g']);
  });

  it('is not taken for the name of a variable', () => {
    const problems = (keyVariable: string) =>
      findProfileProblems({ ...together, keyVariable }).map(({ field }) => field);
    expect(problems('MY_KEY_2')).toEqual([]);
    for (const key of ['sk-proj-1', 'a0b1c2d3e4', 'Ab', '9A']) expect(problems(key)).toEqual(['keyVariable']);
  });
});

describe('an address', () => {
  it('has an origin, but for the engine and what is no address', () => {
    expect(originOf(together, {})).toBe('https://api.together.ai');
    expect(originOf({ ...together, kind: 'embedded' }, {})).toBeNull();
    for (const baseUrl of ['localhost', 'file:///x']) expect(originOf({ ...together, baseUrl }, {})).toBeNull();
    const openai = { ...together, kind: 'openai', baseUrl: null } as const;
    expect(originOf(openai, { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })).toBe('http://127.0.0.1:9');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.0.3', true],
    ['localhost', true],
    ['a.localhost', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['10.0.0.1', false],
  ])('%s is this machine: %s', (host, own) => {
    expect(isLoopbackName(host)).toBe(own);
    expect(isReadableOnTheWay(`http://${host}:8000`)).toBe(!own);
    expect(isReadableOnTheWay(`https://${host}:8000`)).toBe(false);
  });
});
