import { withoutEndpoint, withVersion } from '../../domain/provider/base-url.ts';
import { writtenUrlOf } from '../../domain/provider/keys.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';

/**
 * Where the calls of a profile go. A kind with a usual address follows its variable, as OpenAI's official clients do;
 * other kinds never do, so that a key cannot travel to another provider's server by an old variable.
 * Throws ProviderError `invalid-request` for what is not an http(s) URL, or holds a password.
 */
export function baseUrlOf(profile: ProviderProfile, env: Readonly<Record<string, string | undefined>>): string {
  const { path } = kindFacts(profile.kind);
  const written = writtenUrlOf(profile, env);
  if (written === '') throw refused(profile, 'has no base URL yet. Set it in Settings (8).');
  const url = parse(written, profile);
  if (url.username !== '' || url.password !== '')
    throw refused(profile, 'has a user name or password in its base URL. Keep the key in Settings (8) instead.');
  url.hash = '';
  url.search = '';
  url.pathname = withVersion(path(withoutEndpoint(url.pathname), profile.apiVersion), url.host);
  return url.href.replace(/\/$/, '');
}

/** The environment's URL as it may be shown, a query and a fragment as `…`; null when there is none, or one that is refused. */
export function environmentUrlOf(environmentUrl: string | undefined): string | null {
  const url = URL.parse(environmentUrl?.trim() ?? '');
  if (url === null || url.username !== '' || url.password !== '') return null;
  // Either may hold a key. That there is one stays seen, for calls leave it out.
  const query = url.search === '' ? '' : '?…';
  const fragment = url.hash === '' ? '' : '#…';
  return `${url.origin}${url.pathname}${query}${fragment}`;
}

function parse(text: string, profile: ProviderProfile): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw refused(profile, 'has a base URL that is not of the form https://host/v1. Correct it in Settings (8).');
  return url;
}

function refused(profile: ProviderProfile, what: string): ProviderError {
  return new ProviderError('invalid-request', `The provider “${profile.name}” ${what}`, { param: 'base_url' });
}
