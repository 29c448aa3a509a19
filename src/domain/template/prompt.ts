import type { ChatMessage } from '../chat/types.ts';
import type { Cell, Template } from './types.ts';

/**
 * A prompt is text with `{slot}` marks; `{{` and `}}` are literal braces. Parsing never fails: what cannot be
 * read is a part of its own that says why, so that an editor can mark it while the person is still typing.
 */
export type PromptPart = {
  /** UTF-16 offsets in the prompt, end exclusive. Parts follow one another without a gap. */
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string }
  /** A brace without its partner. */
  | { readonly kind: 'stray-brace'; readonly brace: '{' | '}' }
  /** Braces around something that cannot be a slot's name. */
  | { readonly kind: 'not-a-name'; readonly content: string }
);

const SLOT_NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_-]{0,39}$/u;
const TOKEN = /\{\{|\}\}|\{([^{}\n]*)\}|[{}]/g;

/** Whether `name` can name a slot: a letter or `_`, then letters, digits, `_` and `-`, 40 at most. */
export function isSlotName(name: string): boolean {
  return SLOT_NAME.test(name) && name !== '__proto__';
}

/** The parts of a prompt, in order and without gaps. Spaces just inside a slot's braces are allowed. */
export function parsePrompt(prompt: string): readonly PromptPart[] {
  const parts: PromptPart[] = [];
  let done = 0;
  for (const match of prompt.matchAll(TOKEN)) {
    const start = match.index;
    const end = start + match[0].length;
    if (start > done) parts.push({ kind: 'text', text: prompt.slice(done, start), start: done, end: start });
    parts.push(partOf(match[0], match[1], start, end));
    done = end;
  }
  if (done < prompt.length) parts.push({ kind: 'text', text: prompt.slice(done), start: done, end: prompt.length });
  return parts;
}

function partOf(token: string, content: string | undefined, start: number, end: number): PromptPart {
  if (content !== undefined) {
    const name = content.trim();
    return isSlotName(name) ? { kind: 'slot', name, start, end } : { kind: 'not-a-name', content, start, end };
  }
  if (token === '{{' || token === '}}') return { kind: 'text', text: token.slice(0, 1), start, end };
  return { kind: 'stray-brace', brace: token === '{' ? '{' : '}', start, end };
}

type Render = (cell: Cell) => string;

/** A prompt that is read once for all its cells. */
function rendererOf(prompt: string): Render {
  const parts = parsePrompt(prompt);
  return (cell) => {
    let text = '';
    for (const part of parts)
      text += part.kind === 'text' ? part.text : (slotValue(part, cell) ?? prompt.slice(part.start, part.end));
    return text;
  };
}

const slotValue = (part: PromptPart, cell: Cell): string | undefined =>
  part.kind === 'slot' && Object.hasOwn(cell, part.name) ? cell[part.name] : undefined;

/** The prompt with the cell's values in their places. A slot the cell lacks, and what is no slot, stays as written. */
export const renderPrompt = (prompt: string, cell: Cell): string => rendererOf(prompt)(cell);

/** Names of the slots a prompt uses. */
export function slotsUsed(prompt: string): ReadonlySet<string> {
  return new Set(parsePrompt(prompt).flatMap((part) => (part.kind === 'slot' ? [part.name] : [])));
}

/** The prompt with every mark of one slot renamed, everything else untouched. */
export function renameInPrompt(prompt: string, from: string, to: string): string {
  return parsePrompt(prompt)
    .map((part) => (part.kind === 'slot' && part.name === from ? `{${to}}` : prompt.slice(part.start, part.end)))
    .join('');
}

interface Renders {
  readonly system: Render;
  readonly teacher: Render;
  readonly student: Render;
}

/** Of templates whose cells are being rendered: a lattice has thousands of them, for each of which its prompts would be read again. */
const renders = new WeakMap<Template, Renders>();

function rendersOf(template: Template): Renders {
  const known = renders.get(template);
  if (known !== undefined) return known;
  const { system, teacherPrompt, studentPrompt } = template;
  const read = { system: rendererOf(system), teacher: rendererOf(teacherPrompt), student: rendererOf(studentPrompt) };
  renders.set(template, read);
  return read;
}

/** The messages the teacher gets for one cell: the system message when there is one, and the teacher prompt. */
export function teacherMessages(template: Template, cell: Cell): readonly ChatMessage[] {
  const { system, teacher } = rendersOf(template);
  return messages(system(cell), teacher(cell));
}

/** The messages the tuned model gets for one cell, in training and in use alike. */
export function studentMessages(template: Template, cell: Cell): readonly ChatMessage[] {
  const { system, student } = rendersOf(template);
  return messages(system(cell), student(cell));
}

/**
 * Line ends at the close of a prompt are dropped: a block in a YAML file brings one along, a person typing in the
 * chat does not, and the model must see the same text from both.
 */
function messages(system: string, prompt: string): readonly ChatMessage[] {
  const user: ChatMessage = { role: 'user', content: withoutLineEnds(prompt) };
  const instructions = withoutLineEnds(system);
  return instructions.trim() === '' ? [user] : [{ role: 'system', content: instructions }, user];
}

const withoutLineEnds = (text: string): string => text.replace(/[\r\n]+$/, '');
