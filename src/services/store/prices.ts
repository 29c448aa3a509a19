import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { priceOverrideSchema, withOverride } from '../../domain/pricing/override.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import { setAside } from './files.ts';
import type { Recovery } from './recovery.ts';

/** The shipped prices with those of the file over them; the shipped ones alone when there is no file. */
export function readPrices(
  path: string,
  options: { readonly shipped: PriceTable; readonly recovery: Recovery; readonly now: () => number },
): PriceTable {
  if (!existsSync(path)) return options.shipped;
  const parsed = priceOverrideSchema.safeParse(jsonOf(readFileSync(path, 'utf8')));
  if (parsed.success) return withOverride(options.shipped, parsed.data);
  const aside = setAside(path, options.now());
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` (at ${issue.path.join('.')})`;
  if (aside !== null)
    options.recovery.note(
      `${basename(path)} could not be read${where}, so the shipped prices are used. It was set aside as ${aside}.`,
    );
  return options.shipped;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
