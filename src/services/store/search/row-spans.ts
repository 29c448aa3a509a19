const ROLE = '{"role":"';
const CONTENT = ',"content":"';
const NULL = 'null';

/**
 * Reads where the rows of a pack stand in its JSON text, and where their searched texts do, without making values of them. It knows
 * the text as `packOf` writes it and no other.
 */
export class RowSpans {
  /** Where the row that was read last begins and ends. */
  start: number;
  end: number;
  /** Where each searched text of that row begins and ends, without its quotes: two numbers a text. */
  readonly spans: number[] = [];
  private readonly json: string;

  /** Of the JSON text that begins at a place, or of its bytes as characters. */
  constructor(json: string, at: number) {
    this.json = json;
    this.start = at;
    this.end = at;
  }

  /** Reads the next row; false where none is written there as it should be. */
  next(): boolean {
    // Behind the bracket of all rows, or the comma after the one before.
    this.start = this.end + 1;
    this.spans.length = 0;
    let at = this.after('[', this.start);
    at = this.afterPrompt(at);
    at = this.afterText(this.after(',', at), true);
    at = this.afterTextOrNull(this.after(',', at));
    at = this.afterTextOrNull(this.after(',', at));
    this.end = this.after(']', at);
    return this.end !== -1;
  }

  /** Where what comes after a part begins, of one that begins at a place; -1 where it is not there. */
  private after(part: string, at: number): number {
    return at !== -1 && this.json.startsWith(part, at) ? at + part.length : -1;
  }

  private afterPrompt(at: number): number {
    const none = this.after(NULL, at);
    if (none !== -1) return none;
    let next = this.after('[', at);
    while (next !== -1 && this.json[next] !== ']') {
      const role = this.after(ROLE, this.json[next] === ',' ? next + 1 : next);
      const content = role === -1 ? -1 : this.after(CONTENT, this.json.indexOf('"', role) + 1);
      next = this.after('}', content === -1 ? -1 : this.afterText(content - 1, true));
    }
    return this.after(']', next);
  }

  private afterTextOrNull(at: number): number {
    const none = this.after(NULL, at);
    return none === -1 ? this.afterText(at, false) : none;
  }

  private afterText(at: number, isSearched: boolean): number {
    const start = this.after('"', at);
    if (start === -1) return -1;
    let quote = this.json.indexOf('"', start);
    while (quote !== -1 && this.isEscaped(quote)) quote = this.json.indexOf('"', quote + 1);
    if (quote === -1) return -1;
    if (isSearched) this.spans.push(start, quote);
    return quote + 1;
  }

  private isEscaped(at: number): boolean {
    let before = at - 1;
    while (this.json[before] === '\\') before -= 1;
    return (at - before) % 2 === 0;
  }
}
