import { jsonFault } from '../common/json-fault.ts';
import { tooLong } from './decoding.ts';
import { type JsonWrapper, membersAfter, wrapperOf } from './json-wrapper.ts';
import { LineSplitter } from './lines.ts';

/**
 * How the values of a JSON file stand in it: one a line, in one list, one after another over several lines or between
 * carriage returns alone, or in a list that is a member of one object.
 */
export type JsonLayout = 'lines' | 'list' | 'values' | 'returns' | 'wrapped';

/** The layout by the beginning of a file, which must hold its first two lines where it has them. */
export function layoutOf(head: string): JsonLayout {
  const text = head.trimStart();
  if (wrapperOf(head) !== null) return 'wrapped';
  if (!text.includes('\n') && /^\{.*\}\r+\s*\{/.test(text)) return 'returns';
  const end = text.indexOf('\n');
  const first = (end === -1 ? text : text.slice(0, end)).trim();
  const rest = end === -1 ? '' : text.slice(end + 1);
  if (!/^[[{]/.test(first)) return 'lines';
  const fault = jsonFault(first);
  if (first.startsWith('[')) return fault === null && rest.trim() !== '' ? 'lines' : 'list';
  const goesOn = fault?.cutOff === true && !fault.inText && /[[{,]$/.test(first);
  return goesOn && /^\s*\n?(?:[ \t]|["}\]])/.test(rest) ? 'values' : 'lines';
}

/** Characters of a value at most. */
const MAX_VALUE = 64 * 1024 * 1024;

/** A value as it stands, and the line it begins on. */
export interface JsonValue {
  readonly line: number;
  readonly text: string;
}

/**
 * Cuts the items of a list, or values that stand one after another, out of text that comes in pieces. What is no JSON
 * stays in the value it stands in, for whoever parses that.
 */
export class JsonValueSplitter {
  /** Brackets around each value: those of the list, until it ends. */
  private base: number;
  private depth = 0;
  private inText = false;
  private escaped = false;
  private line = 1;
  /** What is there of the value that has begun; null between two. */
  private parts: string[] | null = null;
  private held = 0;
  private start = 0;
  private begunOn = 1;
  private readonly lineEnd: string;
  /** Whether what follows the list is no value of its own. */
  private readonly isMember: boolean;
  /** What follows a list that is a member of an object; its beginning, where it is long. Null while the list goes on. */
  private after: string | null = null;

  constructor(layout: Exclude<JsonLayout, 'lines'>) {
    this.base = layout === 'list' || layout === 'wrapped' ? 1 : 0;
    this.lineEnd = layout === 'returns' ? '\r' : '\n';
    this.isMember = layout === 'wrapped';
  }

  /** Goes past a text that comes before the values. */
  skip(text: string): void {
    for (const char of text) if (char === this.lineEnd) this.line += 1;
  }

  /** The members that follow the list in its object. */
  get membersAfter(): readonly string[] {
    return membersAfter(this.after ?? '');
  }

  /** The values that `piece` ends. */
  push(piece: string): readonly JsonValue[] {
    const ended: JsonValue[] = [];
    this.start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      if (this.after !== null) {
        if (this.after.length < HEAD) this.after += piece.slice(at, at + HEAD);
        return ended;
      }
      const char = piece.charAt(at);
      if (char === this.lineEnd) this.line += 1;
      if (this.inText) this.walkText(char);
      else if (char > ' ') {
        const end = this.walk(char, at);
        if (end !== null && this.parts !== null) ended.push(this.cut(piece.slice(this.start, end)));
      }
    }
    this.hold(piece.slice(this.start));
    return ended;
  }

  /** A value that was begun and never ended. */
  end(): readonly JsonValue[] {
    return this.parts === null ? [] : [this.cut('')];
  }

  private walkText(char: string): void {
    if (this.escaped) this.escaped = false;
    else if (char === '\\') this.escaped = true;
    else if (char === '"') this.inText = false;
  }

  /** Where the value that has begun ends; null when it goes on, or none has begun. */
  private walk(char: string, at: number): number | null {
    const opens = char === '{' || char === '[';
    const closes = char === '}' || char === ']';
    if (this.depth === this.base && char === ',') return at;
    if (this.base > this.depth - (closes ? 1 : 0)) return this.walkList(opens, closes, at);
    if (this.parts === null) this.begin(at);
    if (char === '"') this.inText = true;
    if (opens) this.depth += 1;
    if (!closes) return null;
    this.depth = Math.max(this.base, this.depth - 1);
    return this.depth === this.base ? at + 1 : null;
  }

  /** The brackets of the list itself; what follows it is a value of its own. */
  private walkList(opens: boolean, closes: boolean, at: number): number | null {
    this.depth = opens ? 1 : 0;
    if (closes) this.base = 0;
    if (closes && this.isMember) this.after = '';
    return closes ? at : null;
  }

  private hold(part: string): void {
    if (this.parts === null) return;
    this.parts.push(part);
    this.held += part.length;
    if (this.held > MAX_VALUE) throw tooLong(`The value that begins on line ${this.begunOn}`);
  }

  private begin(at: number): void {
    this.parts = [];
    this.held = 0;
    this.start = at;
    this.begunOn = this.line;
  }

  private cut(last: string): JsonValue {
    const text = [...(this.parts ?? []), last].join('').trimEnd();
    this.parts = null;
    return { line: this.begunOn, text };
  }
}

/** A list that is a member of one object, and the names of the members beside it. */
export interface WrappedList {
  readonly name: string;
  readonly beside: readonly string[];
}

/** The JSON values of a text that comes in pieces of whole lines, in whichever layout it has. */
export class JsonTextReader {
  /** Null while too little is there to know it. */
  layout: JsonLayout | null = null;
  private head = '';
  private line = 0;
  private readonly lines = new LineSplitter();
  private values: JsonValueSplitter | null = null;
  private wrapper: JsonWrapper | null = null;

  /** Of a list in an object, its name and the other members, once all is read; null for every other layout. */
  get wrapped(): WrappedList | null {
    if (this.wrapper === null) return null;
    const { name, before } = this.wrapper;
    return { name, beside: [...before, ...(this.values?.membersAfter ?? [])] };
  }

  push(piece: string): readonly JsonValue[] {
    if (this.layout !== null) return this.take(piece);
    this.head += piece;
    return this.head.length < HEAD ? [] : this.settle();
  }

  /** Whole lines without their ends, once the layout is known to be lines. */
  pushLines(lines: readonly string[]): readonly JsonValue[] {
    return this.numbered(lines);
  }

  end(): readonly JsonValue[] {
    const first = this.layout === null ? this.settle() : [];
    const rest = this.values === null ? this.numbered(this.lines.end()) : this.values.end();
    return [...first, ...rest];
  }

  private settle(): readonly JsonValue[] {
    this.layout = layoutOf(this.head);
    if (this.layout !== 'lines') this.values = new JsonValueSplitter(this.layout);
    const { head } = this;
    this.head = '';
    this.wrapper = this.layout === 'wrapped' ? wrapperOf(head) : null;
    const start = this.wrapper?.offset ?? 0;
    this.values?.skip(head.slice(0, start));
    return this.take(head.slice(start));
  }

  private take(piece: string): readonly JsonValue[] {
    return this.values === null ? this.numbered(this.lines.push(piece)) : this.values.push(piece);
  }

  private numbered(lines: readonly string[]): readonly JsonValue[] {
    return lines.map((text) => {
      this.line += 1;
      return { line: this.line, text };
    });
  }
}

/** Characters that a layout is known by. */
const HEAD = 64 * 1024;
