/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type JsonRecord = Readonly<Record<string, unknown>>;

// What Node has had since 21 and TypeScript's libraries do not name yet.
declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
  }
}

/** A number that JavaScript would write otherwise than its file does, such as `9007199254740993`, `1.10` or `1e400`. */
export class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** Writes the digits of the file again. */
  toJSON(): object {
    return JSON.rawJSON(this.source);
  }
}

/** Whether a parsed JSON value is an object, neither null nor an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);
}

/**
 * The members of an object that are there: null stands for a key that is absent, as exports of data frames and of API
 * objects write it. The object itself where none is null.
 */
export function presentMembers(record: JsonRecord): JsonRecord {
  for (const key in record) {
    if (record[key] === null) return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
  }
  return record;
}

/** A JSON text as a value; undefined where it is none, which no JSON text says. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As `parseJson`, with every number as it is written; only a text with numbers in it is parsed twice. */
export function parseExactJson(text: string): unknown {
  const value = parseJson(text);
  return hasNumber(value) ? JSON.parse(text, asWritten) : value;
}

const asWritten = (_key: string, value: unknown, { source }: { readonly source?: string }): unknown =>
  typeof value === 'number' && source !== undefined && String(value) !== source ? new WrittenNumber(source) : value;

function hasNumber(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNumber);
}

/**
 * JSON with one spelling for each value: keys in UTF-16 order at every depth, no white space, undefined members left
 * out (in the manner of RFC 8785, with JavaScript's own number and string forms).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  let members = '';
  for (const key of inOrder(Object.keys(value))) {
    const member = value[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Sorted where they are not: an identity is made for every row, of objects whose keys mostly stand in their order. */
const inOrder = (keys: string[]): readonly string[] =>
  keys.every((key, at) => at === 0 || (keys[at - 1] ?? '') < key) ? keys : keys.sort();
