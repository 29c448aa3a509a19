import { baseModelOf } from '../provider/models.ts';
import type { ModelInfo } from '../provider/provider.ts';
import type { TuningJob } from '../training/types.ts';
import { type PriceTable, priceOf } from './prices.ts';

/** When a model ends. */
export interface Closing {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** The base a tuned model dies with; null for one that has a date of its own. */
  readonly withBase: string | null;
}

export interface ClosingFacts {
  /** The provider's own list. */
  readonly models: readonly ModelInfo[];
  readonly prices: PriceTable;
  /** What a tuned model was tuned from, where its name does not say. */
  readonly base?: string | null;
}

/**
 * When a model closes or closed: by its server, else by the price table; for a tuned one, when its base does, since it
 * cannot answer without. Null when nobody says.
 */
export function closingOf(model: string, { models, prices, base = null }: ClosingFacts): Closing | null {
  const listed = (id: string): string | null => models.find((one) => one.id === id)?.shutdownDate ?? null;
  const own = listed(model);
  if (own !== null) return { date: own, withBase: null };
  const named = base ?? baseModelOf(model);
  const date = listed(named) ?? priceOf(named, prices)?.closes ?? null;
  if (date === null) return null;
  return { date, withBase: named === model ? null : named };
}

/** What a model was tuned from by a job that is known; undefined for one that none of them made. */
export const baseByJobs = (model: string, jobs: readonly { readonly job: TuningJob }[]): string | undefined =>
  jobs.find(({ job }) => job.fineTunedModel === model)?.job.model;

export interface Closings extends Omit<ClosingFacts, 'base'> {
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** What is known of a model, and when it ends. `base`: what it was tuned from, where its name may not say. */
export function withClosing(note: string, model: string, { today, ...facts }: Closings, base?: string): string {
  const words = closingText(closingOf(model, { ...facts, ...(base !== undefined && { base }) }), today);
  return words === '' ? note : `${note}, ${words}`;
}

/** `shuts down 2027-01-14`, `dies with its base on 2027-01-14`, or in the past; empty when nobody says. */
export function closingText(closing: Closing | null, today: string): string {
  if (closing === null) return '';
  const { date, withBase } = closing;
  if (withBase === null) return date <= today ? `shut down ${date}` : `shuts down ${date}`;
  return date <= today ? `died with its base on ${date}` : `dies with its base on ${date}`;
}
