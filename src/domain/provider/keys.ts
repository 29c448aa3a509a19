import { keyVariable, kindFacts } from './kinds.ts';
import { PRESET_NAMES, presetFacts, variableForHost } from './presets.ts';
import type { ProviderProfile } from './provider.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is sent where a server wants no key, since the official client cannot send none. It is no secret. */
export const NO_KEY = 'none';

/** OpenAI's variable, which is set on many machines: it is never sent to another's server for want of a better one. */
const OPENAI_VARIABLE = 'OPENAI_API_KEY';

const isHttp = (url: URL): boolean => url.protocol === 'http:' || url.protocol === 'https:';

/** An address as it is written in a profile, in its kind's variable, or as its kind's usual one; empty where there is none. */
export function writtenUrlOf({ kind, baseUrl }: ProviderProfile, env: Environment): string {
  const { address } = kindFacts(kind);
  const usual = address.from === 'default' ? (address.variable && env[address.variable]?.trim()) || address.url : '';
  return baseUrl?.trim() || usual;
}

/** Scheme, host and port that a profile's calls go to; null for the embedded engine and where there is no address. */
export function originOf(profile: ProviderProfile, env: Environment): string | null {
  if (kindFacts(profile.kind).address.from === 'engine') return null;
  return originOfUrl(writtenUrlOf(profile, env));
}

/** Scheme, host and port of an http(s) address; null for anything else. */
export function originOfUrl(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && isHttp(url) ? url.origin : null;
}

/** Host and port, as a sentence names a server. */
export const hostOf = (origin: string): string => URL.parse(origin)?.host ?? origin;

/** Whether a host name is this machine's own, so that nothing leaves it. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(?:127(?:\.\d{1,3}){3}|\[?::1\]?|(?:.+\.)?localhost)$/i.test(hostname);

/** Whether an address is of this machine. */
export const isOnThisMachine = (origin: string): boolean => isLoopbackName(URL.parse(origin)?.hostname ?? '');

/** Whether what is sent to an address can be read on the way: plain http to another machine. */
export const isReadableOnTheWay = (origin: string): boolean =>
  URL.parse(origin)?.protocol === 'http:' && !isOnThisMachine(origin);

/**
 * The environment variable whose key goes to a profile's address: one that a person named for it; else the one that is
 * known for its host; else, for OpenAI where OPENAI_BASE_URL leads, OpenAI's. A profile of a version that knew no
 * `keyVariable` keeps its kind's, but for OpenAI's at a server that is another's. Null for none.
 */
export function variableOf(profile: ProviderProfile, env: Environment): string | null {
  const origin = originOf(profile, env);
  if (origin === null) return null;
  if (profile.keyVariable) return profile.keyVariable;
  const { address } = kindFacts(profile.kind);
  const own = keyVariable(profile.kind);
  const known = variableForHost(new URL(origin).hostname);
  if (known !== null) return known;
  if (address.from === 'default' && !profile.baseUrl?.trim()) return own;
  return profile.keyVariable === undefined && own !== OPENAI_VARIABLE ? own : null;
}

/** Whether calls to a profile's address are made without a key where there is none. */
export function needsNoKey(profile: ProviderProfile, env: Environment): boolean {
  const { key } = kindFacts(profile.kind);
  const origin = originOf(profile, env);
  return key.from === 'person' && key.noneHere === true && origin !== null && isOnThisMachine(origin);
}

/** Where typed keys of a profile from before keys were kept by host are for: never where a variable leads. */
export const originBefore = (profile: ProviderProfile): string | null => originOf(profile, {});

export interface Edited {
  readonly profile: ProviderProfile;
  /** The host the key was for, where the calls go to another now; null where it stays. */
  readonly keyWasFor: string | null;
}

/**
 * A profile as it is saved over `before`. Where its calls go to another server now, what was said of the old one's key
 * is dropped: a variable that was named for it, and leave to send a key unencrypted.
 */
export function edited(before: ProviderProfile, after: ProviderProfile, env: Environment): Edited {
  const [from, to] = [originOf(before, env), originOf(after, env)];
  if (from === null || from === to) return { profile: after, keyWasFor: null };
  const variable = after.keyVariable === before.keyVariable ? null : (after.keyVariable ?? null);
  return { profile: { ...after, keyVariable: variable, plainHttp: null }, keyWasFor: hostOf(from) };
}

/** Every key that the variables of known providers hold: to be masked wherever it may appear. */
export const keysIn = (env: Environment): readonly string[] =>
  KEY_VARIABLES.flatMap((variable) => env[variable]?.trim() || []);

/** The variables keys of known providers are in. */
export const KEY_VARIABLES: readonly string[] = [
  ...new Set(PRESET_NAMES.flatMap((preset) => presetFacts(preset).variable ?? [])),
];
