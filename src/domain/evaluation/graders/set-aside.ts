import * as z from 'zod';
import { splitThoughts } from '../../chat/thoughts.ts';

/** What can be left out of an answer before it is compared. */
export const ASIDES = ['thoughts', 'markdown'] as const;
export type Aside = (typeof ASIDES)[number];

/** Of every grader: what it leaves out; absent, what its kind usually does. */
export const asideShape = { aside: z.array(z.enum(ASIDES)).readonly().optional() };

/** What `--set-aside` takes: names with commas between them, or `nothing`; null when one is none of them. */
export function readAsides(typed: string): readonly Aside[] | null {
  if (typed.trim() === 'nothing') return [];
  const named = typed.split(',').map((name) => name.trim());
  const known = ASIDES.filter((aside) => named.includes(aside));
  return known.length === new Set(named).size ? known : null;
}

export interface ComparedText {
  readonly text: string;
  /** What was there and was left out. */
  readonly left: readonly Aside[];
}

/**
 * What looks the same is the same: `é` as one character, and as `e` with a combining accent; the ends of lines; characters
 * that nobody sees, where they are no part of a word (a soft hyphen, a zero-width space, a byte order mark).
 */
export const sameCharacters = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u00ad\u200b\u2060\ufeff]/g, '');

const FENCE = /^(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?\1$/;
const WRAPPED = /^(\*\*\*|\*\*|\*|___|__|_|~~|`{1,2})(?=\S)([\s\S]*\S)\1$/;
const LINE_START = /^(?:#{1,6}|>|[-*+])\s+(?=\S)/;

/** A text without what markdown puts around the whole of it: a code fence, backticks, emphasis, the mark of a line. */
function withoutMarkdown(text: string): string {
  let bare = text.trim();
  for (;;) {
    const inside = bare.replace(FENCE, '$2').replace(WRAPPED, '$2').replace(LINE_START, '').trim();
    if (inside === bare || inside === '') return bare;
    bare = inside;
  }
}

const WITHOUT: Readonly<Record<Aside, (text: string) => string>> = {
  thoughts: (text) => splitThoughts(text).answer,
  markdown: withoutMarkdown,
};

/** A text as a grader compares it. What is not there is not said to be left out. */
export function setAside(text: string, asides: readonly Aside[]): ComparedText {
  let compared = sameCharacters(text);
  const left: Aside[] = [];
  for (const aside of ASIDES.filter((one) => asides.includes(one))) {
    const rest = WITHOUT[aside](compared);
    if (rest.trim() !== compared.trim()) left.push(aside);
    compared = rest;
  }
  return { text: compared, left };
}

/** Whether an answer begins with thoughts. */
export const hasThoughts = (text: string): boolean => setAside(text, ['thoughts']).left.length > 0;
