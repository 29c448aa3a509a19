/**
 * Which line a byte of a table stands on, for a parser that tells bytes only. Bytes are asked for in their order, and
 * what lies before the last one is forgotten, so that a file of any size passes through.
 */
export class LineIndex {
  private readonly end: number;
  private ends: number[] = [];
  private next = 0;
  private passed = 0;
  private length = 0;

  /** `end` is the byte that ends a line: a line feed, or a carriage return where there are none. */
  constructor(end: number) {
    this.end = end;
  }

  /** The bytes that follow those before. */
  push(bytes: Uint8Array): void {
    this.ends = this.ends.slice(this.next);
    this.next = 0;
    for (let at = bytes.indexOf(this.end); at !== -1; at = bytes.indexOf(this.end, at + 1)) {
      this.ends.push(this.length + at);
    }
    this.length += bytes.length;
  }

  /** The line, from 1, of the byte at this offset. */
  lineOf(offset: number): number {
    for (let end = this.ends[this.next]; end !== undefined && end < offset; end = this.ends[this.next]) {
      this.next += 1;
      this.passed += 1;
    }
    return this.passed + 1;
  }
}
