import type { TrainingMethod } from '../training/types.ts';
import type { JobDialect } from './job-dialects.ts';
import { isPracticeModel, PRACTICE_BASE, PRACTICE_LABEL, PRACTICE_TEACHER } from './models.ts';

/** What a provider is; a profile says of which kind it is. */
export type ProviderKind = 'compatible' | 'openai' | 'azure' | 'together' | 'fireworks' | 'nebius' | 'embedded';

/** Where calls go: to the engine, found at run time; to a usual address, unless the profile has another; or to the profile's. */
export type AddressRule =
  | { readonly from: 'engine' }
  | { readonly from: 'default'; readonly url: string; readonly variable: string | null }
  | { readonly from: 'profile'; readonly example: string };

/**
 * Where a key comes from: the engine makes its own; else a person types it in, or sets the environment variable, if there
 * is one. `noneHere`: where such a server is on this machine, calls are made without a key that nobody gave.
 */
export type KeyRule =
  | { readonly from: 'engine' }
  | {
      readonly from: 'person';
      readonly variable: string | null;
      readonly first: 'variable' | 'typed';
      /** The header a key is sent in, where it is another than `Authorization`. */
      readonly header?: 'api-key';
      readonly noneHere?: true;
    };

/** A field that profiles of a kind have besides name, address and dialect. */
export interface ProfileField {
  readonly id: 'apiVersion' | 'account' | 'subscription' | 'resourceGroup';
  readonly label: string;
  readonly placeholder: string;
}

/** What a suffix may be beyond the rules that hold everywhere. */
export interface SuffixRule {
  /** Why a suffix is refused; null when it is not. */
  problem(suffix: string): string | null;
  /** The suffix as it is sent. */
  sent(suffix: string): string;
}

export interface ProviderKindFacts {
  readonly label: string;
  /** Whether a person can make a profile of it. */
  readonly addable: boolean;
  /** Whether small models of the practice engine answer and train there, free and on this machine. */
  readonly practice: boolean;
  readonly address: AddressRule;
  /** The path calls go to, made of the base URL's, which ends in no slash. */
  path(written: string, apiVersion: string | null): string;
  readonly key: KeyRule;
  /** The dialect of its jobs, unless a profile says another. */
  readonly dialect: JobDialect;
  /** Whether organisation, project and headers of the `OPENAI_…` variables are sent along. Other servers must not see them. */
  readonly openaiVariables: boolean;
  readonly fields: readonly ProfileField[];
  /** Whether a server given by its address is of this kind still, when a profile of this kind is named with it. */
  readonly atAnyAddress: boolean;
  /** Models to begin with; null where nobody knows them before the server lists them. */
  readonly models: { readonly teacher: string; readonly base: string } | null;
  readonly suffix: SuffixRule;
  /** Methods it does not train by, each with the reason. */
  readonly untrained: Readonly<Partial<Record<TrainingMethod, string>>>;
  /** Why it does not report jobs to W&B by itself; null when it does. */
  readonly unreported: string | null;
  /** What trains there, and what may keep a job from starting, for a person about to start one. */
  readonly advice: { readonly trainer: string | null; readonly outlook: string | null };
}

const ANY_SUFFIX: SuffixRule = { problem: () => null, sent: (suffix) => suffix };

const UNREPORTED = 'Only OpenAI reports to W&B by itself. Luthier’s own sync works with every provider.';

/** Every kind, in the order a form offers those that can be added. */
export const PROVIDER_KINDS = {
  compatible: {
    label: 'OpenAI-compatible',
    addable: true,
    practice: false,
    address: { from: 'profile', example: 'http://localhost:4000/v1' },
    path: (written) => written,
    // OpenAI's variable is not theirs. Which variable is, a person says, or the host does.
    key: { from: 'person', variable: null, first: 'typed', noneHere: true },
    dialect: 'method',
    openaiVariables: false,
    fields: [],
    atAnyAddress: true,
    models: null,
    suffix: ANY_SUFFIX,
    untrained: {},
    unreported: UNREPORTED,
    advice: { trainer: null, outlook: null },
  },
  openai: {
    label: 'OpenAI',
    addable: true,
    practice: false,
    address: { from: 'default', url: 'https://api.openai.com/v1', variable: 'OPENAI_BASE_URL' },
    path: (written) => written,
    key: { from: 'person', variable: 'OPENAI_API_KEY', first: 'variable' },
    dialect: 'method',
    openaiVariables: true,
    fields: [],
    atAnyAddress: false,
    models: { teacher: 'gpt-4.1-mini', base: 'gpt-4.1-mini-2025-04-14' },
    suffix: ANY_SUFFIX,
    untrained: {},
    unreported: null,
    advice: {
      trainer: null,
      outlook: 'OpenAI is closing self-serve fine-tuning; it may say training_not_available.',
    },
  },
  azure: {
    label: 'Azure OpenAI',
    addable: true,
    practice: false,
    address: { from: 'profile', example: 'https://NAME.openai.azure.com/openai/v1/' },
    // `/openai/v1` for the current API; `/openai`, where the official Azure client adds the rest, for a dated one.
    path: (written, apiVersion) => {
      const resource = written.replace(/\/openai(?:\/v1)?$/, '');
      return apiVersion === null ? `${resource}/openai/v1` : `${resource}/openai`;
    },
    // Its keys are another service's, so OpenAI's variable is never sent there.
    key: { from: 'person', variable: 'AZURE_OPENAI_API_KEY', first: 'typed', header: 'api-key' },
    dialect: 'azure',
    openaiVariables: false,
    fields: [
      { id: 'apiVersion', label: 'API version', placeholder: 'only for addresses without /openai/v1/' },
      { id: 'subscription', label: 'Subscription', placeholder: 'its id, to deploy; or AZURE_SUBSCRIPTION_ID' },
      { id: 'resourceGroup', label: 'Resource group', placeholder: 'to deploy; or AZURE_RESOURCE_GROUP' },
      { id: 'account', label: 'Resource', placeholder: 'as the base URL begins; or AZURE_OPENAI_ACCOUNT' },
    ],
    atAnyAddress: true,
    models: { teacher: 'gpt-4.1-mini', base: 'gpt-4.1-mini-2025-04-14' },
    suffix: {
      problem: (suffix) => {
        if (suffix.includes('.')) return 'Azure takes no dots in a suffix.';
        return suffix.length > 40 ? `Azure takes 40 characters in a suffix; this one has ${suffix.length}.` : null;
      },
      sent: (suffix) => suffix.replaceAll('.', '-'),
    },
    untrained: {},
    unreported: UNREPORTED,
    advice: { trainer: null, outlook: null },
  },
  together: {
    label: 'Together AI',
    addable: true,
    practice: false,
    address: { from: 'default', url: 'https://api.together.ai/v1', variable: null },
    path: (written) => written,
    key: { from: 'person', variable: 'TOGETHER_API_KEY', first: 'typed' },
    dialect: 'together',
    openaiVariables: false,
    fields: [],
    atAnyAddress: true,
    models: null,
    suffix: ANY_SUFFIX,
    untrained: {},
    unreported: UNREPORTED,
    advice: { trainer: null, outlook: null },
  },
  fireworks: {
    label: 'Fireworks AI',
    addable: true,
    practice: false,
    address: { from: 'default', url: 'https://api.fireworks.ai/inference/v1', variable: null },
    // Chat stands under /inference/v1; where only the host is written, or the path of its other calls, it is meant too.
    path: (written) => (/^(?:\/v1)?$/.test(written) ? '/inference/v1' : written),
    key: { from: 'person', variable: 'FIREWORKS_API_KEY', first: 'typed' },
    dialect: 'fireworks',
    openaiVariables: false,
    fields: [{ id: 'account', label: 'Account', placeholder: 'its id; or FIREWORKS_ACCOUNT_ID' }],
    atAnyAddress: true,
    models: null,
    suffix: {
      problem: (suffix) =>
        /^[a-z0-9-]{1,54}$/.test(suffix)
          ? null
          : 'Fireworks takes small letters, digits and dashes in a suffix, 54 at most.',
      sent: (suffix) => suffix,
    },
    untrained: {},
    unreported: UNREPORTED,
    advice: { trainer: null, outlook: null },
  },
  nebius: {
    label: 'Nebius Token Factory',
    addable: true,
    practice: false,
    address: { from: 'default', url: 'https://api.tokenfactory.nebius.com/v1', variable: null },
    path: (written) => written,
    key: { from: 'person', variable: 'NEBIUS_API_KEY', first: 'typed' },
    dialect: 'nebius',
    openaiVariables: false,
    fields: [],
    atAnyAddress: true,
    models: null,
    suffix: ANY_SUFFIX,
    untrained: {},
    unreported: UNREPORTED,
    advice: { trainer: null, outlook: null },
  },
  embedded: {
    label: `${PRACTICE_LABEL} on this machine`,
    addable: false,
    practice: true,
    address: { from: 'engine' },
    path: (written) => written,
    key: { from: 'engine' },
    dialect: 'method',
    openaiVariables: false,
    fields: [],
    atAnyAddress: false,
    models: { teacher: PRACTICE_TEACHER, base: PRACTICE_BASE },
    suffix: ANY_SUFFIX,
    untrained: { dpo: `The ${PRACTICE_LABEL} trains supervised only, not by DPO.` },
    unreported: UNREPORTED,
    advice: {
      trainer: `The ${PRACTICE_LABEL} trains a small statistical model: real learning, no LLM.`,
      outlook: null,
    },
  },
} satisfies Record<ProviderKind, ProviderKindFacts>;

export const kindFacts = (kind: ProviderKind): ProviderKindFacts => PROVIDER_KINDS[kind];

/** Whether a model is one of the practice engine's: it is a fact of the model, for the same engine may have real weights too. */
export const isPracticeAt = (kind: ProviderKind, model: string): boolean =>
  kindFacts(kind).practice && isPracticeModel(model);

/** The environment variable that a kind's own services have their key in; null for none. */
export function keyVariable(kind: ProviderKind): string | null {
  const { key } = kindFacts(kind);
  return key.from === 'person' ? key.variable : null;
}

export function isProviderKind(value: unknown): value is ProviderKind {
  return typeof value === 'string' && Object.hasOwn(PROVIDER_KINDS, value);
}

/** Those a person can make a profile of. */
export const ADDABLE_KINDS: readonly ProviderKind[] = Object.keys(PROVIDER_KINDS)
  .filter(isProviderKind)
  .filter((kind) => PROVIDER_KINDS[kind].addable);

/** Whether profiles of a kind have a field. One that is left over from another kind counts for nothing. */
export const hasField = (kind: ProviderKind, id: ProfileField['id']): boolean =>
  kindFacts(kind).fields.some((field) => field.id === id);
