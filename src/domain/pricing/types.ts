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
}
