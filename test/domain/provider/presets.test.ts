import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../src/domain/project/settings.ts';
import { mendedBaseUrl } from '../../../src/domain/provider/base-url.ts';
import { kindFacts } from '../../../src/domain/provider/kinds.ts';
import {
  isPresetId,
  PRESET_NAMES,
  presetFacts,
  profileOfPreset,
  variableForHost,
} from '../../../src/domain/provider/presets.ts';
import { findProfileProblems } from '../../../src/domain/provider/profiles.ts';

describe('presets', () => {
  it.each(PRESET_NAMES)('of %s fills in a profile that calls can be made with', (preset) => {
    const { baseUrl, example, kind, dialect } = presetFacts(preset);
    const profile = { ...profileOfPreset(preset), id: 'mine', name: 'Mine', baseUrl: baseUrl ?? example };
    expect(findProfileProblems(profile)).toEqual([]);
    expect(profileSchema.parse(profile)).toEqual(profile);
    expect([profile.kind, profile.jobDialect]).toEqual([kind, dialect]);
    // What is written there is where calls go: nothing of it is to be mended.
    if (kindFacts(kind).path('/x', null) === '/x') expect(mendedBaseUrl(profile.baseUrl)).toBeNull();
  });

  it('agree with the kinds they make on address and variable', () => {
    for (const preset of ['openai', 'together', 'fireworks'] as const) {
      const { address, key } = kindFacts(presetFacts(preset).kind);
      expect(address).toMatchObject({ from: 'default', url: presetFacts(preset).baseUrl });
      expect(key).toMatchObject({ variable: presetFacts(preset).variable });
    }
  });

  it.each([
    ['api.openai.com', 'OPENAI_API_KEY'],
    ['eu.api.openai.com', 'OPENAI_API_KEY'],
    ['me.openai.azure.com', 'AZURE_OPENAI_API_KEY'],
    ['api-inference.together.ai', 'TOGETHER_API_KEY'],
    ['API.GROQ.COM', 'GROQ_API_KEY'],
    ['api.openai.com.evil.example', null],
    ['evilapi.openai.com', null],
    ['127.0.0.1', null],
  ])('know whose key goes to %s', (host, variable) => {
    expect(variableForHost(host)).toBe(variable);
  });

  it('are known by their ids alone', () => {
    expect([isPresetId('groq'), isPresetId('toString'), isPresetId(null)]).toEqual([true, false, false]);
  });
});
