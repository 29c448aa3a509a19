import type { ModelPrice } from '../../domain/pricing/prices.ts';
import { mendedAddress } from '../../domain/provider/base-url.ts';
import { keyVariable, kindFacts, type ProviderKind } from '../../domain/provider/kinds.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import { tokenPrice } from '../../domain/text/format.ts';
import { plainSlug } from '../../domain/wandb/names.ts';

const KEY_SOURCE_LABELS: Readonly<Record<Exclude<KeySource, 'environment'>, string>> = {
  file: 'key kept in a 0600 file',
  generated: 'needs no key',
  none: 'no key yet: a types one in',
};

export const keySourceText = (source: KeySource, kind: ProviderKind): string =>
  source === 'environment' ? `key from ${keyVariable(kind) ?? 'the environment'}` : KEY_SOURCE_LABELS[source];

/** Where the calls go; `environmentUrl` is `OPENAI_BASE_URL`, which OpenAI without a URL of its own follows. */
export function addressText(profile: ProviderProfile, environmentUrl: string | null): string {
  const written = writtenAddress(profile, environmentUrl);
  const mended = mendedAddress(profile, environmentUrl);
  return mended === null ? written : `${mended.used} (written as ${written})`;
}

function writtenAddress({ kind, baseUrl }: ProviderProfile, environmentUrl: string | null): string {
  if (baseUrl !== null) return baseUrl;
  const { address } = kindFacts(kind);
  if (address.from === 'engine') return 'started when it is needed';
  if (address.from === 'default' && address.variable !== null && environmentUrl !== null)
    return `${environmentUrl} from ${address.variable}`;
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
  const base = plainSlug(name).slice(0, 40) || 'provider';
  let id = base;
  for (let next = 2; taken.includes(id); next++) id = `${base}-${next}`;
  return id;
}
