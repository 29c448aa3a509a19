import { kindFacts, type ProviderKind } from '../provider/kinds.ts';
import { baseModelOf, PRACTICE_BASE, PRACTICE_TEACHER } from '../provider/models.ts';

/** US$ per million tokens; null where it is unknown. */
export interface ModelPrice {
  readonly train: number | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly tunedInput: number | null;
  readonly tunedCachedInput: number | null;
  readonly tunedOutput: number | null;
  /** YYYY-MM-DD when it closes or closed; null when not announced. */
  readonly closes: string | null;
}

export interface PriceTable {
  /** YYYY-MM: when the figures were read. */
  readonly date: string;
  /** Model id, or a prefix of dated ids, to its price. */
  readonly models: Readonly<Record<string, ModelPrice>>;
  /** True where a person replaced the shipped table. */
  readonly overridden: boolean;
  /** Of every model, whatever its name, where one place has one price. */
  readonly everything?: ModelPrice;
}

const UNKNOWN: ModelPrice = {
  train: null,
  input: null,
  output: null,
  tunedInput: null,
  tunedCachedInput: null,
  tunedOutput: null,
  closes: null,
};

const price = (
  train: number,
  [tunedInput, tunedCachedInput, tunedOutput]: readonly [number, number | null, number],
  [input, output]: readonly [number, number],
  closes: string | null,
): ModelPrice => ({ train, input, output, tunedInput, tunedCachedInput, tunedOutput, closes });

/** The practice engine runs on this machine: its answers and its training cost nothing. */
const FREE = price(0, [0, 0, 0], [0, 0], null);

/**
 * US$ per million tokens, read from OpenAI's pricing and deprecation pages in November 2026. A person's own table
 * goes over it (see override.ts), and every screen that shows a price says the date.
 */
export const SHIPPED_PRICES: PriceTable = {
  date: '2026-11',
  overridden: false,
  models: {
    [PRACTICE_TEACHER]: FREE,
    [PRACTICE_BASE]: FREE,
    'gpt-4.1': price(25, [3, 0.75, 12], [2, 8], '2027-01-14'),
    'gpt-4.1-mini': price(5, [0.8, 0.2, 3.2], [0.4, 1.6], '2027-01-14'),
    'gpt-4.1-nano': price(1.5, [0.2, 0.05, 0.8], [0.1, 0.4], '2026-10-23'),
    'gpt-4o': price(25, [3.75, 1.875, 15], [2.5, 10], '2027-01-14'),
    // The first gpt-4o was never tunable and is priced apart; its price was not read.
    'gpt-4o-2024-05-13': UNKNOWN,
    'gpt-4o-mini': price(3, [0.3, 0.15, 1.2], [0.15, 0.6], '2027-01-14'),
    'gpt-3.5-turbo': price(8, [3, null, 6], [0.5, 1.5], '2026-10-23'),
    'gpt-3.5-turbo-0125': price(8, [3, null, 6], [0.5, 1.5], '2026-10-23'),
    'davinci-002': price(6, [12, null, 12], [2, 2], null),
    'babbage-002': price(0.4, [1.6, null, 1.6], [0.4, 0.4], null),
  },
};

/** What runs on this machine costs nothing, whatever a provider takes for a model of the same name. */
const OWN_MACHINE: PriceTable = { date: SHIPPED_PRICES.date, overridden: false, models: {}, everything: FREE };

/** The prices at a provider of this kind; `table` are those of all that bill. */
export const pricesAt = (kind: ProviderKind | undefined, table: PriceTable): PriceTable =>
  kind !== undefined && kindFacts(kind).practice ? OWN_MACHINE : table;

const DATED = /^-\d{4}-\d{2}-\d{2}$/;

/**
 * The price of a model, tuned or not: of its base by exact name, else of the longest name that with a date makes it
 * (`gpt-4o-mini-2024-07-18` by `gpt-4o-mini`). Null when the table does not know it; a family name never prices
 * another member (`gpt-4o` says nothing of `gpt-4o-audio-preview`).
 */
export function priceOf(model: string, table: PriceTable): ModelPrice | null {
  if (table.everything !== undefined) return table.everything;
  const base = baseModelOf(model);
  if (Object.hasOwn(table.models, base)) return table.models[base] ?? null;
  const name = Object.keys(table.models)
    .filter((known) => base.startsWith(known) && DATED.test(base.slice(known.length)))
    .toSorted((a, b) => b.length - a.length)[0];
  return name === undefined ? null : (table.models[name] ?? null);
}
