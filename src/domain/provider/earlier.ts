import { originOf } from './keys.ts';
import { presetFacts, presetForHost } from './presets.ts';
import type { ProviderProfile } from './provider.ts';

/** Dialects that earlier versions offered for servers whose own they did not know. */
const GENERAL: ReadonlySet<string> = new Set(['method', 'hyperparameters']);

/**
 * A profile that a version saved which did not know its provider's own kind and dialect (known by the lack of `keyVariable`, which came
 * later than these) as it would be made now. A compatible server at a host of Azure, Nebius, Together or Fireworks is of that
 * kind: its jobs go by no other dialect. All else is as it was.
 */
export function ofEarlierVersion(profile: ProviderProfile): ProviderProfile {
  if (profile.keyVariable !== undefined || !GENERAL.has(profile.jobDialect)) return profile;
  if (profile.kind === 'azure') return profile.jobDialect === 'method' ? { ...profile, jobDialect: 'azure' } : profile;
  const origin = profile.kind === 'compatible' ? originOf(profile, {}) : null;
  const preset = origin === null ? null : presetForHost(new URL(origin).hostname);
  if (preset === null) return profile;
  const { kind, dialect } = presetFacts(preset);
  // Azure serves models of others under other paths, which are no address of its OpenAI API.
  if (kind === 'azure' && !/\/openai(?:\/v1)?\/?$/.test(profile.baseUrl ?? '')) return profile;
  return GENERAL.has(dialect) ? profile : { ...profile, kind, jobDialect: dialect };
}
