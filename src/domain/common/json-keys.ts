/** A key that stands more than once in one object, and where it stands again: UTF-16 units from the start of the text. */
export interface RepeatedKey {
  readonly key: string;
  readonly offset: number;
}

/**
 * The first key that one object of a JSON text has twice; null where there is none. RFC 8259 (4) leaves open which of
 * the two a reader takes: JSON.parse and Python take the last. `value` is the parsed text.
 */
export function repeatedKey(text: string, value: unknown): RepeatedKey | null {
  // Every key that is written is counted, and perhaps a quote of a text: where there are no more than members, none stands twice.
  return mostKeys(text) > membersOf(value) ? new KeyFinder(text).find() : null;
}

/** Colons after a quote. */
function mostKeys(text: string): number {
  let found = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= SPACE) before -= 1;
    if (text.charCodeAt(before) === QUOTE) found += 1;
  }
  return found;
}

const SPACE = 0x20;
const QUOTE = 0x22;

/** Without recursion: a text may be nested deeper than the stack is. */
function membersOf(value: unknown): number {
  const open: unknown[] = [value];
  let found = 0;
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    const parts: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
    if (!Array.isArray(one)) found += parts.length;
    for (const part of parts) open.push(part);
  }
  return found;
}

class KeyFinder {
  private readonly text: string;
  /** Keys of the objects that are open; null for a list. */
  private readonly open: (Set<string> | null)[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  find(): RepeatedKey | null {
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === '"') {
        const repeated = this.string();
        if (repeated !== null) return repeated;
        continue;
      }
      this.at += 1;
      if (char === '{') this.open.push(new Set());
      else if (char === '[') this.open.push(null);
      else if (char === '}' || char === ']') this.open.pop();
    }
    return null;
  }

  /** Goes past a text in quotes, which is a key where a colon follows. */
  private string(): RepeatedKey | null {
    const offset = this.at;
    this.at += 1;
    while (this.text.charAt(this.at) !== '"') this.at += this.text.charAt(this.at) === '\\' ? 2 : this.plain();
    this.at += 1;
    const keys = this.open.at(-1);
    if (!keys || !this.beforeColon()) return null;
    const key = String(JSON.parse(this.text.slice(offset, this.at)));
    if (keys.has(key)) return { key, offset };
    keys.add(key);
    return null;
  }

  private plain(): number {
    const text = /[^"\\]*/y;
    text.lastIndex = this.at;
    return text.exec(this.text)?.[0].length ?? 1;
  }

  private beforeColon(): boolean {
    const colon = /[ \t\r\n]*:/y;
    colon.lastIndex = this.at;
    return colon.test(this.text);
  }
}
