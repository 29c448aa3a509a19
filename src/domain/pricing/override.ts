import * as z from 'zod';
import type { PriceTable } from './prices.ts';

const dollars = z.number().nonnegative().nullable().default(null);

/**
 * A person's own prices, US$ per million tokens. What a model leaves out is unknown.
 * `{"date": "2026-12", "models": {"my-model": {"input": 1, "output": 3}}}`
 */
export const priceOverrideSchema = z.object({
  date: z.string().regex(/^\d{4}-\d{2}$/, 'Write the month the prices were read as YYYY-MM.'),
  models: z.record(
    z.string().min(1),
    z.object({
      train: dollars,
      input: dollars,
      output: dollars,
      tunedInput: dollars,
      tunedCachedInput: dollars,
      tunedOutput: dollars,
      closes: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/, 'Write the closing date as YYYY-MM-DD.')
        .nullable()
        .default(null),
    }),
  ),
});

export type PriceOverride = z.infer<typeof priceOverrideSchema>;

/** The shipped table with a person's prices over it, model by model. */
export function withOverride(shipped: PriceTable, override: PriceOverride): PriceTable {
  return { date: override.date, models: { ...shipped.models, ...override.models }, overridden: true };
}
