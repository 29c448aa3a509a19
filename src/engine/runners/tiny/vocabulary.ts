/** Symbols to dense ids, in order of arrival. Pointer symbols start with NUL and are longer than one character, which no token of text is. */
export class Vocabulary {
  private readonly ids = new Map<string, number>();
  private readonly symbols: string[] = [];

  constructor(symbols: Iterable<string>) {
    for (const symbol of symbols) this.intern(symbol);
  }

  get size(): number {
    return this.symbols.length;
  }

  intern(symbol: string): number {
    const known = this.ids.get(symbol);
    if (known !== undefined) return known;
    const id = this.symbols.length;
    this.ids.set(symbol, id);
    this.symbols.push(symbol);
    return id;
  }

  /** -1 when unknown. */
  find(symbol: string): number {
    return this.ids.get(symbol) ?? -1;
  }

  text(id: number): string {
    return this.symbols[id] ?? '';
  }

  list(): readonly string[] {
    return this.symbols;
  }
}

/** End of text, before the start, and the escape to spelling; the first three symbols of every vocabulary. */
export const END = 0;
export const START = 1;
export const ESCAPE = 2;
export const RESERVED: readonly string[] = ['\0end', '\0start', '\0escape'];
