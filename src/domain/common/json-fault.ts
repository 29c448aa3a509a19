/** Where a text stops being JSON (RFC 8259), and what stands there. */
export interface JsonFault {
  /** In UTF-16 units from the start of the text; its length where it is only a beginning. */
  readonly offset: number;
  /** Nothing is wrong with the text but that it goes on. */
  readonly cutOff: boolean;
  /** Within a text in quotes. */
  readonly inText: boolean;
  /** What stands there, where it has a name, such as `Python’s None`. */
  readonly name: string | null;
  readonly fix: string;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

interface Place {
  readonly expected: Expected;
  readonly inText: boolean;
  /** What comes before, without white space at its end. */
  readonly before: string;
  readonly rest: string;
}

interface NamedFault {
  readonly applies: (place: Place) => boolean;
  readonly name: (rest: string) => string;
  readonly fix: string;
}

const word = (rest: string): string => /^[-+]?[\w$.]+/.exec(rest)?.[0] ?? rest.slice(0, 1);
const control = (rest: string): string => `U+${rest.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

/** What people and programs write that is not JSON; the first that applies names the fault. */
const NAMED: readonly NamedFault[] = [
  {
    applies: ({ inText, rest }) => inText && rest.startsWith('\\'),
    name: (rest) => `the escape ${rest.slice(0, 2)}`,
    fix: 'Write a backslash itself as \\\\.',
  },
  {
    applies: ({ inText }) => inText,
    name: (rest) => `${control(rest)} within a text`,
    fix: 'Write a line end as \\n, a tab as \\t, and other control characters as \\u and four digits.',
  },
  {
    applies: ({ rest }) => /^[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/.test(rest),
    name: (rest) => `${control(rest)}, a space that JSON does not know`,
    fix: 'Remove it, or write an ordinary space.',
  },
  {
    applies: ({ rest }) => /^(?:None|True|False)\b/.test(rest),
    name: (rest) => `Python’s ${word(rest)}`,
    fix: 'Write null, true and false; json.dumps does, str() does not.',
  },
  {
    applies: ({ rest }) => /^[-+]?(?:NaN|Infinity|inf|nan)\b/.test(rest),
    name: word,
    fix: 'JSON has no such number: write null, or leave the key out.',
  },
  {
    applies: ({ rest }) => /^undefined\b/.test(rest),
    name: word,
    fix: 'Write null, or leave the key out.',
  },
  {
    applies: ({ rest }) => rest.startsWith("'"),
    name: () => 'single quotes',
    fix: 'Write double quotes; Python’s json.dumps does, str() does not.',
  },
  {
    applies: ({ rest }) => /^[“”„‘’«»]/.test(rest),
    name: () => 'typographic quotes',
    fix: 'Write straight double quotes.',
  },
  {
    applies: ({ before, rest }) => before.endsWith(',') && /^[\]}]/.test(rest),
    name: () => 'a comma with nothing after it',
    fix: 'Remove the comma before it.',
  },
  {
    applies: ({ rest }) => /^(?:\/[/*]|#)/.test(rest),
    name: () => 'a comment',
    fix: 'JSON has no comments: remove it.',
  },
  {
    applies: ({ expected, rest }) => expected.startsWith('key') && /^[\w$]/.test(rest),
    name: () => 'a key without quotes',
    fix: 'Put the key in double quotes.',
  },
  {
    applies: ({ expected, rest }) => expected === 'nothing' && /^[[{]/.test(rest),
    name: () => 'a second value',
    fix: 'Put each object on a line of its own.',
  },
  {
    applies: ({ expected, rest }) => expected === 'nothing' && rest.startsWith(','),
    name: () => 'a comma after the value',
    fix: 'Remove it: a line is one object, not an item of a list.',
  },
  {
    applies: ({ expected, rest }) => expected === ', or end' && /^["[{]/.test(rest),
    name: () => 'a comma missing',
    fix: 'Put a comma between the two.',
  },
  {
    applies: ({ expected, rest }) => expected === 'nothing' && /^[\]}]/.test(rest),
    name: () => 'a bracket too many',
    fix: 'Remove it.',
  },
  {
    applies: ({ expected, rest }) => expected !== 'value' && /^[\]}]/.test(rest),
    name: (rest) => `${rest.charAt(0)} where ${rest.startsWith(']') ? '}' : ']'} is to stand`,
    fix: 'Close each bracket with its own kind, the last that was opened first.',
  },
  {
    applies: ({ expected, before, rest }) =>
      /^[:,]/.test(expected) && before.endsWith('"') && /^(?!(?:true|false|null)\b)\p{L}/u.test(rest),
    name: () => 'a quote within a text',
    fix: 'Write a quote within a text as \\".',
  },
  {
    applies: ({ expected }) => expected === ':',
    name: () => 'a colon missing',
    fix: 'Put a colon between the key and its value.',
  },
  {
    applies: ({ expected }) => expected === 'nothing',
    name: () => 'text after the value',
    fix: 'Remove it, or put it on a line of its own.',
  },
  {
    applies: ({ rest }) => /^[-+]?[.\d]/.test(rest),
    name: (rest) => `${word(rest)}, a number that JSON writes otherwise`,
    fix: 'Write digits before and after the point, no + and no 0 in front, or put it in quotes.',
  },
];

const USUAL_FIX = 'Write one whole JSON object a line, with quoted keys and no trailing commas.';
const LITERALS = ['true', 'false', 'null'];

/** The first fault of a text that is not JSON; null when it is JSON. Its place is where `JSON.parse` stops, for a number where it begins. */
export function jsonFault(text: string): JsonFault | null {
  return new FaultFinder(text).find();
}

/** The first fault of a text that is to be JSON, as a person finds it: lines and columns count from 1. */
export interface JsonFaultPlace {
  readonly line: number;
  readonly column: number;
  /** What stands there, such as `a comment`; null where it has no name. */
  readonly what: string | null;
  readonly fix: string;
}

/** Null where the text is JSON. */
export function jsonFaultPlace(text: string): JsonFaultPlace | null {
  const fault = jsonFault(text);
  if (fault === null) return null;
  const before = text.slice(0, fault.offset).split('\n');
  const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  if (fault.cutOff) return { ...place, what: 'it ends too early', fix: fault.fix };
  const usual = 'Write JSON: keys and text in double quotes, no trailing commas.';
  return { ...place, what: fault.name, fix: fault.name === null ? usual : fault.fix };
}

/** Why a text is not JSON, with its place and its fix: `line 2, column 5: single quotes. Write double quotes.`; null when it is JSON. */
export function describeJsonFault(text: string): string | null {
  const fault = jsonFaultPlace(text);
  if (fault === null) return null;
  const { line, column, what, fix } = fault;
  return `line ${line}, column ${column}${what === null ? '' : `: ${what}`}. ${fix}`;
}

class FaultFinder {
  private readonly text: string;
  private readonly open: ('{' | '[')[] = [];
  private expected: Expected = 'value';
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  find(): JsonFault | null {
    for (;;) {
      this.skip(/[ \t\r\n]*/y);
      if (this.at === this.text.length) return this.expected === 'nothing' ? null : this.fault(this.at, false);
      const found = this.token(this.text.charAt(this.at));
      if (found !== null) return found;
    }
  }

  private token(first: string): JsonFault | null {
    const { expected } = this;
    if (expected === ':') return first === ':' ? this.step('value') : this.fault(this.at, false);
    if (expected === ', or end') {
      if (first === ',') return this.step(this.open.at(-1) === '{' ? 'key' : 'value');
      return this.close(first);
    }
    if (expected === 'nothing') return this.fault(this.at, false);
    if (expected === 'key' || expected === 'key or }') {
      if (first === '"') return this.string(':');
      return expected === 'key or }' ? this.close(first) : this.fault(this.at, false);
    }
    if (expected === 'value or ]' && first === ']') return this.close(first);
    return this.value(first);
  }

  private value(first: string): JsonFault | null {
    if (first === '{' || first === '[') {
      this.open.push(first);
      return this.step(first === '{' ? 'key or }' : 'value or ]');
    }
    if (first === '"') return this.string(this.afterValue());
    if (/[-\d]/.test(first)) return this.number();
    const literal = LITERALS.find((word) => this.text.startsWith(word, this.at));
    if (literal !== undefined) return this.step(this.afterValue(), literal.length);
    const rest = this.text.slice(this.at, this.at + 5);
    const isBeginning = LITERALS.some((word) => word.startsWith(rest)) && this.at + rest.length === this.text.length;
    return this.fault(isBeginning ? this.text.length : this.at, false);
  }

  private close(first: string): JsonFault | null {
    if (first !== (this.open.at(-1) === '{' ? '}' : ']')) return this.fault(this.at, false);
    this.open.pop();
    return this.step(this.afterValue());
  }

  private afterValue(): Expected {
    return this.open.length === 0 ? 'nothing' : ', or end';
  }

  private step(next: Expected, length = 1): null {
    this.at += length;
    this.expected = next;
    return null;
  }

  private string(next: Expected): JsonFault | null {
    this.at += 1;
    for (;;) {
      this.skip(/[^"\\\u0000-\u001f]*/y);
      const escaped = this.matched(/\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y);
      if (escaped > 0) this.at += escaped;
      else if (this.text.charAt(this.at) === '"') return this.step(next);
      else {
        const cut = this.matched(/\\(?:u[\da-fA-F]{0,3})?$/y);
        return this.fault(this.at + cut, true);
      }
    }
  }

  private number(): JsonFault | null {
    const length = this.matched(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    const end = this.at + length;
    const begun = this.matched(/-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][-+]?)?)?$/y);
    if (begun > length) return this.fault(this.at + begun, false);
    if (length === 0 || /[\w.+-]/.test(this.text.charAt(end))) return this.fault(this.at, false);
    return this.step(this.afterValue(), length);
  }

  private skip(pattern: RegExp): void {
    this.at += this.matched(pattern);
  }

  private matched(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0].length ?? 0;
  }

  private fault(offset: number, inText: boolean): JsonFault {
    if (offset === this.text.length) {
      return { offset, cutOff: true, inText, name: null, fix: 'Write the whole object, down to its last bracket.' };
    }
    const before = this.text.slice(Math.max(0, offset - 64), offset).trimEnd();
    const place: Place = { expected: this.expected, inText, before, rest: this.text.slice(offset, offset + 64) };
    const named = NAMED.find(({ applies }) => applies(place));
    return { offset, cutOff: false, inText, name: named?.name(place.rest) ?? null, fix: named?.fix ?? USUAL_FIX };
  }
}
