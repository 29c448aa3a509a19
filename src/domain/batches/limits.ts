import type { ProviderKind } from '../provider/kinds.ts';
import type { ProviderProfile } from '../provider/provider.ts';
import type { BatchLimits } from './types.ts';

/** The batch API of a provider. Its wire format is in services/openai/batches. */
export type BatchDialect = 'openai' | 'azure' | 'together' | 'groq' | 'mistral' | 'nebius';

const MB = 1024 * 1024;

/** As their documentation says; of Mistral and Nebius, which say none, the least of the others. */
export const BATCH_LIMITS: Readonly<Record<BatchDialect, BatchLimits>> = {
  openai: { requests: 50_000, bytes: 200 * MB, windowHours: 24 },
  azure: { requests: 100_000, bytes: 200 * MB, windowHours: 24 },
  together: { requests: 50_000, bytes: 100 * MB, windowHours: 24 },
  groq: { requests: 50_000, bytes: 100 * MB, windowHours: 24 },
  mistral: { requests: 50_000, bytes: 100 * MB, windowHours: 24 },
  nebius: { requests: 50_000, bytes: 100 * MB, windowHours: 24 },
};

/** What an answer in a batch costs, as a share of the same answer to a call: half, at all of these providers. */
export const BATCH_PRICE_SHARE = 0.5;

/** US$ of answers as they are sent; null stays unknown. */
export const sharePrice = (usd: number | null, inBatches: boolean): number | null =>
  usd === null || !inBatches ? usd : usd * BATCH_PRICE_SHARE;

const BY_KIND: Readonly<Record<ProviderKind, BatchDialect | null>> = {
  compatible: 'openai',
  embedded: 'openai',
  openai: 'openai',
  azure: 'azure',
  together: 'together',
  nebius: 'nebius',
  // Its batches are made of its datasets, by calls that are like no other's.
  fireworks: null,
};

/** Providers without a kind of their own, by the end of their host. */
const BY_HOST: readonly (readonly [host: string, dialect: BatchDialect])[] = [
  ['groq.com', 'groq'],
  ['mistral.ai', 'mistral'],
];

/** The batch API that a provider has, or would have if it has one; null where it has none that Luthier speaks. */
export function batchDialectOf({ kind }: Pick<ProviderProfile, 'kind'>, baseUrl: string): BatchDialect | null {
  const host = URL.parse(baseUrl)?.hostname ?? '';
  const named = BY_HOST.find(([end]) => host === end || host.endsWith(`.${end}`));
  return kind === 'compatible' && named !== undefined ? named[1] : BY_KIND[kind];
}

/** What a batch at a provider may hold; null where it has none that Luthier speaks. */
export function batchLimitsOf(profile: Pick<ProviderProfile, 'kind'>, baseUrl: string): BatchLimits | null {
  const dialect = batchDialectOf(profile, baseUrl);
  return dialect === null ? null : BATCH_LIMITS[dialect];
}
