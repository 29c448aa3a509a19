import type { ProviderErrorKind } from '../../domain/provider/provider.ts';

/** What a server said of a refusal, every field as far as it said it. */
export interface Refusal {
  readonly status: number | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly message: string;
}

const QUOTA = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'quota_exceeded',
  'insufficient_credits',
]);
const MODERATION = new Set([
  'content_policy_violation',
  'content_filter',
  'moderation_blocked',
  'moderation_failed',
  'unsafe_file',
  'usage_policy_violation',
  'responsibleaipolicyviolation',
]);
const BAD_FILE = new Set([
  'invalid_training_file',
  'invalid_validation_file',
  'invalid_n_examples',
  'invalid_file_format',
]);
const KEY = new Set(['invalid_api_key', 'invalid_authentication', 'authentication_error', 'no_api_key']);
const MODERATION_WORDS = /usage polic|content management policy|content polic|moderation (?:system|check)|was flagged/i;
const TRAINING_WORDS = /training_not_available|fine-?tuning is (?:no longer|not) available/i;

/** The kind of a refusal: by its code where it has one that means something, else by its status. */
export function classify(refusal: Refusal): ProviderErrorKind {
  return kindOfCode(refusal) ?? kindOfStatus(refusal.status, refusal.type);
}

function kindOfCode({ status, code, type, message }: Refusal): ProviderErrorKind | null {
  const names = [code, type].flatMap((name) => (name === null ? [] : [name.toLowerCase()]));
  const named = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name));
  if (names.includes('training_not_available')) return 'training-not-available';
  if (status === 403 && TRAINING_WORDS.test(message)) return 'training-not-available';
  if (named(QUOTA)) return 'quota';
  if (named(MODERATION)) return 'moderation';
  if (named(BAD_FILE)) return 'invalid-training-file';
  if ((status === 400 || status === 403) && MODERATION_WORDS.test(message)) return 'moderation';
  if (named(KEY) && status !== 403) return 'auth';
  return null;
}

function kindOfStatus(status: number | null, type: string | null): ProviderErrorKind {
  if (status === null) return type === 'rate_limit_error' || type === 'tokens' ? 'rate-limit' : 'server';
  if (status >= 500) return 'server';
  switch (status) {
    case 401:
      return 'auth';
    case 402:
      return 'quota';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'not-found';
    case 408:
      return 'timeout';
    case 429:
      return 'rate-limit';
    default:
      return 'invalid-request';
  }
}
