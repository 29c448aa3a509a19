import type { KeyFacts } from '../../app/settings/providers.ts';
import type { ModelPrice } from '../../domain/pricing/prices.ts';
import { mendedAddress } from '../../domain/provider/base-url.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import { tokenPrice } from '../../domain/text/format.ts';

export function keySourceText({ source, variable, optional, readableAt }: KeyFacts): string {
  if (readableAt !== null) return `plain http: t asks before ${readableAt} gets the key`;
  switch (source) {
    case 'environment':
      return `key from ${variable ?? 'the environment'}`;
    case 'file':
      return 'key kept in a 0600 file';
    case 'generated':
      return 'needs no key';
    case 'elsewhere':
      return 'its key is for another host: a types one in';
    case 'none':
      if (optional) return 'no key, as most want none; a types one in';
      return variable === null ? 'no key yet: a types one in' : `no key yet: set ${variable}, or press a`;
  }
}

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
