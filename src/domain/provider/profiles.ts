import { plainSlug } from '../wandb/names.ts';
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
export const UNKNOWN_PROVIDER: Pick<
  ProviderProfile,
  'kind' | 'jobDialect' | 'apiVersion' | 'account' | 'subscription' | 'resourceGroup'
> = {
  kind: 'compatible',
  jobDialect: 'method',
  apiVersion: null,
};

export function isBuiltIn(id: string): boolean {
  return BUILT_IN_PROFILES.some((profile) => profile.id === id);
}

export interface ProfileProblem {
  readonly field: 'name' | 'baseUrl' | 'keyVariable';
  readonly message: string;
  readonly fix: string;
}

/** Capital letters alone, so that a key that is typed in its place is not kept here. */
const VARIABLE = /^[A-Z][A-Z0-9_]*$/;

/** What keeps a profile from working, before any call is made. */
export function findProfileProblems(profile: ProviderProfile): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  if (profile.name.trim() === '')
    problems.push({ field: 'name', message: 'The name is empty.', fix: 'Give it a name.' });
  const address = addressProblem(profile);
  if (address !== null) problems.push({ field: 'baseUrl', ...address });
  if (profile.keyVariable && !VARIABLE.test(profile.keyVariable))
    problems.push({
      field: 'keyVariable',
      message: 'That is no name of an environment variable.',
      fix: 'Write it in capital letters, as MY_API_KEY; the key itself is typed in apart.',
    });
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

/** An id for a new profile: from its name, never one that is taken. */
export function profileId(name: string, taken: readonly string[]): string {
  const base = plainSlug(name).slice(0, 40) || 'provider';
  let id = base;
  for (let next = 2; taken.includes(id); next++) id = `${base}-${next}`;
  return id;
}
