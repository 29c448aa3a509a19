/**
 * US$ an hour of one accelerator that serves a tuned model, as read by others from the price pages in September 2026, for
 * providers that name no price where a deployment is asked for. In the provider's own words.
 */
const FIREWORKS: Readonly<Record<string, number>> = {
  NVIDIA_H100_80GB: 8,
  NVIDIA_H200_141GB: 8,
  NVIDIA_B200_180GB: 13,
};

/** US$ an hour of hosting a tuned model at Azure, by the sku (docs of March 2026); tokens come on top of it. */
const AZURE: Readonly<Record<string, number>> = { Standard: 1.7, GlobalStandard: 1.7, DeveloperTier: 0 };

const TABLES = { fireworks: FIREWORKS, azure: AZURE };

/** Null where it was not read. */
export const hourlyPrice = (provider: keyof typeof TABLES, what: string): number | null =>
  TABLES[provider][what] ?? null;

/** When the prices were read, for people. */
export const HOURLY_READ = { fireworks: 'September 2026', azure: 'March 2026' } as const satisfies Record<
  keyof typeof TABLES,
  string
>;
