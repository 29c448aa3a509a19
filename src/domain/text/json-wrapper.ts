/** A list of records that is a member of the one object a file holds, as exports of APIs and tools write it. */
export interface JsonWrapper {
  /** The member's name, such as `data`. */
  readonly name: string;
  /** Where the list's bracket stands. */
  readonly offset: number;
  /** Members before it. */
  readonly before: readonly string[];
}

/** Names under which a file's records stand; under another name a list of objects is a part of one record. */
const NAMES: readonly string[] = [
  'data',
  'rows',
  'examples',
  'items',
  'records',
  'samples',
  'dataset',
  'instances',
  'entries',
  'results',
  'train',
];

/** The wrapper by the beginning of a file; null where its first value is no such object, or is not all there is. */
export function wrapperOf(head: string): JsonWrapper | null {
  const walk = new MemberWalk(head);
  for (const { name, offset, end } of walk.members()) {
    if (!NAMES.includes(name) || !/\[\s*\{/y.test(head.slice(offset, offset + 64).trimStart())) continue;
    if (end !== null && walk.after(end).trim() !== '') return null;
    return { name, offset, before: walk.passed };
  }
  return null;
}

/** The names of the members that follow a list in its object: `text` begins after the list's bracket. */
export function membersAfter(text: string): readonly string[] {
  return [...new MemberWalk(`{"":0${text}`).members()].map(({ name }) => name).slice(1);
}

/** A text in quotes, a bracket, a comma, or what stands between them. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]|[^"{}[\],]+/y;

interface Member {
  readonly name: string;
  /** Where its value begins. */
  readonly offset: number;
  /** Where its value ends; null where it goes on past the text. */
  readonly end: number | null;
}

/** Goes through the members of the object a text begins with, as far as the text goes. */
class MemberWalk {
  readonly passed: string[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  *members(): Generator<Member> {
    let at = this.matched(/\s*\{/y, 0);
    while (at > 0) {
      const key = this.matched(/\s*,?\s*"[^"\\]*(?:\\.[^"\\]*)*"\s*:\s*/y, at);
      if (key < 0) return;
      const name = /"([^"\\]*(?:\\.[^"\\]*)*)"/.exec(this.text.slice(at, key))?.[1] ?? '';
      const end = this.valueEnd(key);
      yield { name, offset: key, end };
      this.passed.push(name);
      if (end === null) return;
      at = end;
    }
  }

  /** What follows the object in which a value ended at `end`. */
  after(end: number): string {
    const close = this.valueEnd(0);
    return close === null || close < end ? '' : this.text.slice(close);
  }

  /** The end of the value that begins at `start`; null where the text ends first. */
  private valueEnd(start: number): number | null {
    let depth = 0;
    for (let at = start; at < this.text.length; ) {
      const end = this.matched(TOKEN, at);
      if (end < 0) return null;
      const char = this.text.charAt(at);
      const closes = char === '}' || char === ']';
      if (depth === 0 && (closes || char === ',')) return at;
      if (char === '{' || char === '[') depth += 1;
      if (closes) depth -= 1;
      if (closes && depth === 0) return end;
      at = end;
    }
    return null;
  }

  /** Where a match at `at` ends; -1 without one. */
  private matched(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }
}
