export interface Option {
  readonly value: string;
  readonly label: string;
  /** Said beside it: a date, a price, a reason. */
  readonly note?: string;
}

/** The value after (1) or before (-1) this one, round and round; the first when it is none of them. */
export function stepOption(options: readonly Option[], value: string, by: 1 | -1): string {
  const at = options.findIndex((option) => option.value === value);
  if (at < 0) return options[0]?.value ?? value;
  return options[(at + by + options.length) % options.length]?.value ?? value;
}

/** Options whose label, note or value holds every word of the query, case left aside. */
export function filterOptions(options: readonly Option[], query: string): readonly Option[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return options.filter((option) => {
    const text = `${option.label} ${option.note ?? ''} ${option.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
