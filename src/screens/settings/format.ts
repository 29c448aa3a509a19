import type { ModelPrice } from '../../domain/pricing/prices.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import type { KeySource, ProviderKind, ProviderProfile } from '../../domain/provider/provider.ts';
import { tokenPrice } from '../../domain/text/format.ts';

export const PROVIDER_KIND_LABELS: Readonly<Record<ProviderKind, string>> = {
  embedded: `${PRACTICE_LABEL} on this machine`,
  openai: 'OpenAI',
  azure: 'Azure OpenAI',
  compatible: 'OpenAI-compatible',
};

const KEY_SOURCE_LABELS: Readonly<Record<KeySource, string>> = {
  environment: 'key from OPENAI_API_KEY',
  file: 'key kept in a 0600 file',
  generated: 'needs no key',
  none: 'no key yet: a types one in',
};

export const keySourceText = (source: KeySource): string => KEY_SOURCE_LABELS[source];

/** Where the calls go; `environmentUrl` is `OPENAI_BASE_URL`, which OpenAI without a URL of its own follows. */
export function addressText({ kind, baseUrl }: ProviderProfile, environmentUrl: string | null): string {
  if (baseUrl !== null) return baseUrl;
  if (kind === 'embedded') return 'started when it is needed';
  if (kind === 'openai' && environmentUrl !== null) return `${environmentUrl} from OPENAI_BASE_URL`;
  return 'the default address';
}

/** US$ per million tokens: to train, and in / out of the model as it is or as it was tuned. */
export function priceText(price: ModelPrice | null, tuned: boolean): { readonly train: string; readonly use: string } {
  if (price === null) return { train: 'unknown', use: 'unknown' };
  const [input, output] = tuned ? [price.tunedInput, price.tunedOutput] : [price.input, price.output];
  return { train: tokenPrice(price.train), use: `${tokenPrice(input)} / ${tokenPrice(output)}` };
}

/** An id for a new profile: from its name, never one that is taken. */
export function profileId(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'provider';
  let id = base;
  for (let next = 2; taken.includes(id); next++) id = `${base}-${next}`;
  return id;
}
