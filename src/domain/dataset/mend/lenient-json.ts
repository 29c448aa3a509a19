/** A value of JSON as it is written: what is no list and no object keeps its text, digits and escapes included. */
export type Written =
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Written[] }
  | { readonly kind: 'object'; readonly members: readonly WrittenMember[] };

export interface WrittenMember {
  readonly key: string;
  /** The key in its quotes. */
  readonly keyText: string;
  readonly value: Written;
}

/** What was written otherwise than JSON has it, and can mean one thing only. */
export type JsonMend = 'trailing-comma' | 'python-word' | 'single-quotes' | 'second-value';

export interface LenientJson {
  readonly values: readonly Written[];
  readonly mends: ReadonlySet<JsonMend>;
}

const PYTHON: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };
const SPACE = /[ \t\r\n]*/y;
const RAW = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?![\w.+-])/y;
const WORD = /(?:None|True|False)(?!\w)/y;
const PIECE = /[^"'\\\u0000-\u001f]+/y;
/** Escapes of Python's `repr` that JSON has too, and those it writes otherwise. */
const SAME_ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const BYTE_ESCAPE = /\\x([\da-fA-F]{2})/y;
const WIDE_ESCAPE = /\\U([\da-fA-F]{8})/y;

class Unreadable extends Error {}

/**
 * Reads JSON, and what Python and people write in its place where that can mean one thing only: a comma with nothing after
 * it, None, True and False, single quotes, several values one after another. Null for everything else.
 */
export function readLenient(text: string): LenientJson | null {
  try {
    return new LenientReader(text).read();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** Whether a text puts a space after its first colon, as Python's json.dumps does and JSON.stringify does not; later ones may stand in a text. */
export const isSpaced = (text: string): boolean => /^\s*[{[\s]*["'][^"']*["']\s*:\s/.test(text);

/** A value on one line; `spaced` with a space after colons and commas. */
export function writeOut(value: Written, spaced = true): string {
  if (value.kind === 'raw') return value.text;
  const [colon, comma] = spaced ? [': ', ', '] : [':', ','];
  if (value.kind === 'list') return `[${value.items.map((item) => writeOut(item, spaced)).join(comma)}]`;
  const members = value.members.map((member) => `${member.keyText}${colon}${writeOut(member.value, spaced)}`);
  return `{${members.join(comma)}}`;
}

class LenientReader {
  private readonly text: string;
  private readonly mends = new Set<JsonMend>();
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): LenientJson {
    const values: Written[] = [];
    this.skip();
    while (this.at < this.text.length) {
      values.push(this.value());
      this.skip();
      if (this.taken(',')) this.mends.add('trailing-comma');
      this.skip();
    }
    if (values.length === 0) throw new Unreadable();
    if (values.length > 1) {
      this.mends.add('second-value');
      if (values.some(({ kind }) => kind !== 'object')) throw new Unreadable();
    }
    return { values, mends: this.mends };
  }

  private value(): Written {
    if (this.taken('{')) return { kind: 'object', members: this.parts('}', () => this.member()) };
    if (this.taken('[')) return { kind: 'list', items: this.parts(']', () => this.value()) };
    const first = this.text.charAt(this.at);
    if (first === '"' || first === "'") return { kind: 'raw', text: this.string() };
    const raw = this.matched(RAW);
    if (raw !== null) return { kind: 'raw', text: raw };
    const word = PYTHON[this.matched(WORD) ?? ''];
    if (word === undefined) throw new Unreadable();
    this.mends.add('python-word');
    return { kind: 'raw', text: word };
  }

  private parts<T>(end: string, part: () => T): readonly T[] {
    const found: T[] = [];
    for (;;) {
      this.skip();
      if (this.taken(end)) {
        if (found.length > 0) this.mends.add('trailing-comma');
        return found;
      }
      found.push(part());
      this.skip();
      if (this.taken(end)) return found;
      if (!this.taken(',')) throw new Unreadable();
    }
  }

  private member(): WrittenMember {
    if (!/["']/.test(this.text.charAt(this.at))) throw new Unreadable();
    const keyText = this.string();
    this.skip();
    if (!this.taken(':')) throw new Unreadable();
    this.skip();
    return { key: String(JSON.parse(keyText)), keyText, value: this.value() };
  }

  /** A text in JSON's quotes, as it stands where it stands in them. */
  private string(): string {
    const quote = this.text.charAt(this.at);
    this.at += 1;
    if (quote === "'") this.mends.add('single-quotes');
    let text = '';
    while (!this.taken(quote)) text += this.piece();
    return `"${text}"`;
  }

  private piece(): string {
    const plain = this.matched(PIECE) ?? this.matched(SAME_ESCAPE);
    if (plain !== null) return plain;
    if (this.taken("\\'")) return this.python("'");
    if (this.taken("'")) return "'";
    if (this.taken('"')) return '\\"';
    const code = this.matched(BYTE_ESCAPE) ?? this.matched(WIDE_ESCAPE);
    const point = code === null ? Number.NaN : Number.parseInt(code.slice(2), 16);
    if (!(point <= 0x10ffff)) throw new Unreadable();
    return this.python(JSON.stringify(String.fromCodePoint(point)).slice(1, -1));
  }

  private python(text: string): string {
    this.mends.add('single-quotes');
    return text;
  }

  private taken(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private skip(): void {
    this.matched(SPACE);
  }

  private matched(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }
}
