import { kindFacts } from './kinds.ts';
import type { ProviderProfile } from './provider.ts';

export const EMBEDDED_PROFILE: ProviderProfile = {
  id: 'embedded',
  name: 'Embedded engine',
  kind: 'embedded',
  baseUrl: null,
  jobDialect: 'method',
  apiVersion: null,
};

const OPENAI_PROFILE: ProviderProfile = {
  id: 'openai',
  name: 'OpenAI',
  kind: 'openai',
  baseUrl: null,
  jobDialect: 'method',
  apiVersion: null,
};

/** Always there; neither can be removed. */
export const BUILT_IN_PROFILES: readonly ProviderProfile[] = [EMBEDDED_PROFILE, OPENAI_PROFILE];

/** What is taken for granted of a provider that no profile is known of. */
export const UNKNOWN_PROVIDER: Pick<ProviderProfile, 'kind' | 'jobDialect' | 'apiVersion' | 'account'> = {
  kind: 'compatible',
  jobDialect: 'method',
  apiVersion: null,
};

export function isBuiltIn(id: string): boolean {
  return BUILT_IN_PROFILES.some((profile) => profile.id === id);
}

export interface ProfileProblem {
  readonly field: 'name' | 'baseUrl';
  readonly message: string;
  readonly fix: string;
}

/** What keeps a profile from working, before any call is made. */
export function findProfileProblems(profile: ProviderProfile): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (profile.name.trim() === '')
    problems.push({ field: 'name', message: 'The name is empty.', fix: 'Give it a name.' });
  const address = addressProblem(profile);
  if (address !== null) problems.push({ field: 'baseUrl', ...address });
  return problems;
}

function addressProblem({ kind, baseUrl }: ProviderProfile): Omit<ProfileProblem, 'field'> | null {
  if (baseUrl === null || baseUrl.trim() === '') {
    const { address } = kindFacts(kind);
    if (address.from !== 'profile') return null;
    return { message: 'The base URL is missing.', fix: `Write it in full, such as ${address.example}.` };
  }
  const url = URL.parse(baseUrl);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return { message: 'The base URL is not an http(s) address.', fix: 'Write it in full, such as https://host/v1.' };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'The base URL holds a password.',
      fix: 'Remove it; the key is kept apart, in a file of its own.',
    };
  }
  return null;
}
