import { hash } from 'node:crypto';
import { joinThoughts, splitThoughts } from '../chat/thoughts.ts';
import type { ChatMessage, Sampling } from '../chat/types.ts';
import { canonicalJson } from '../common/json.ts';
import { studentMessages } from '../template/prompt.ts';
import type { Cell, Template } from '../template/types.ts';
import { isBlank } from '../text/blank.ts';
import { valuesNotNamed } from '../text/named-values.ts';
import { answerFlags, contentFlags } from './rubbish/flags.ts';
import type { SeenLines } from './seen-lines.ts';
import type { ChatExample, FilterFlag, Row, RowFlag, RowStatus } from './types.ts';

export interface RowRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: Sampling;
  readonly cell: Cell;
}

/**
 * A row's identity: SHA-256 in hex over the canonical JSON of the request that makes it. The same request is the same
 * row, whenever and in whatever order it is sent, so a rerun finds it and generates nothing. The student prompt is
 * not part of it: rewording that costs nothing.
 */
export function rowId(request: RowRequest): string {
  const { model, messages, parameters, cell } = request;
  return hash('sha256', canonicalJson({ cell, messages, model, parameters }));
}

/** The identity of an example that no request made: of its messages, and of `salt` where equal ones are to stay apart. */
export function exampleId(messages: readonly ChatMessage[], salt = ''): string {
  return hash('sha256', canonicalJson({ messages, salt }));
}

/** A line by what is shown of it, and as it stands where that is more. */
interface ShownLine {
  readonly prompt: readonly ChatMessage[];
  readonly completion: string;
  readonly whole?: string | undefined;
}

/**
 * The identity of a line of a file. Equal ones are counted in `seen`, so that they stay apart, and a second reading
 * gives the same ids.
 */
export function lineId({ prompt, completion, whole = '' }: ShownLine, seen: SeenLines): string {
  const messages: readonly ChatMessage[] = [...prompt, { role: 'assistant', content: completion }];
  const plain = exampleId(messages, whole);
  const before = seen.count(plain);
  return before === 0 ? plain : exampleId(messages, `${before}${whole}`);
}

/** What is said of a text that no model was asked for. */
export const statusOfText = (completion: string): RowStatus => (isBlank(completion) ? 'empty' : 'done');

/** The messages before a row's answer: its own, or the student prompt of its cell. */
export function promptOf(row: Row, template: Template): readonly ChatMessage[] {
  return row.prompt ?? studentMessages(template, row.cell);
}

/** A row as the training line it makes: its prompt, and its completion as the assistant's answer. */
export function exampleOf(row: Row, template: Template): ChatExample {
  return { messages: [...promptOf(row, template), { role: 'assistant', content: row.completion }], whole: row.whole };
}

/**
 * A row with its thoughts in the completion, in `<think>` as models write them, or beside it. A completion that a person
 * edited stays as it is.
 */
export function withThoughts(row: Row, inside: boolean): Row {
  const { thoughts, completion, edited } = row;
  if (edited) return row;
  if (inside) return thoughts === undefined ? row : { ...without(row), completion: joinThoughts(thoughts, completion) };
  const split = splitThoughts(completion);
  if (row.source !== 'generated' || split.thoughts === '') return row;
  return { ...row, completion: split.answer, thoughts: split.thoughts };
}

function without({ thoughts: _, ...row }: Row): Row {
  return row;
}

/** Which rows are trained on and exported: the accepted ones, or all but the rejected. */
export type TrainableRows = 'accepted' | 'not-rejected';

/**
 * Whether a row is trained on. Accepted rows are, whatever became of them; unrated ones only under `not-rejected`, and
 * only when the answer came whole or a person has edited it. An empty answer teaches nothing and never is.
 */
export function isTrainable(row: Row, rows: TrainableRows): boolean {
  if (isBlank(row.completion) || row.rating === 'rejected') return false;
  return row.rating === 'accepted' || (rows === 'not-rejected' && (row.status === 'done' || row.edited));
}

/** What of a row its flags are read from. */
export type FlaggedRow = Pick<Row, 'source' | 'cell' | 'completion' | 'status' | 'edited'>;

/**
 * What a person should look at in a row, by what became of it and by its text; `FLAG_RULES` has the rules.
 * `missing-slot-value`: the answer names not every value of its cell.
 */
export function flagsOf(row: FlaggedRow): readonly RowFlag[] {
  const flags = new Set<RowFlag>();
  if (row.edited) flags.add('edited');
  if (row.status !== 'done') flags.add(row.status);
  // Of an answer that never came whole its status says why it is empty.
  for (const flag of answerFlags({ text: row.completion }))
    if (flag !== 'empty' || row.status === 'done') flags.add(flag);
  if (missingValues(row).length > 0) flags.add('missing-slot-value');
  return [...flags];
}

/** Whether a row has the flag a filter asks for. */
export function hasFlag(row: FlaggedRow, flag: FilterFlag): boolean {
  const flags = contentFlags(flagsOf(row));
  return flag === 'any' ? flags.length > 0 : flags.includes(flag);
}

/** The slot values that an answer has to name: none of an imported row, whose cell holds its label and document. */
export const slotsOf = ({ cell, source }: Pick<Row, 'cell' | 'source'>): Cell => (source === 'imported' ? {} : cell);

/** The slot values that the answer does not name as whole words, letter case aside. None for an empty answer. */
export const missingValues = (row: Pick<Row, 'cell' | 'completion' | 'source'>): readonly string[] =>
  isBlank(row.completion) ? [] : valuesNotNamed(Object.values(slotsOf(row)), row.completion);
