import { type CooperativeTask, runToEnd } from '../common/cooperative.ts';
import { isRecord, type Json, type JsonRecord, parseJson } from '../common/json.ts';
import type { TableContent } from './types.ts';

/** Columns of messages. Every row pays for every column, and nobody reads thousands. */
const MOST_MESSAGE_COLUMNS = 50;

/** Where the messages stand that have no column. */
const MORE = 'more messages';

const ROLES = ['system', 'user', 'assistant', 'tool'];

/** Past every turn; what is no message comes after that, in the order it was met. */
const AFTER_TURNS = 1e9;

/** By the numbers of the columns; most of a row's places are empty where lines differ. */
type Cells = (Json | undefined)[];

interface Column {
  readonly name: string;
  /** Columns stand in the order of this. */
  readonly rank: number;
}

/**
 * A training file as a table: a column for each role (`role: system`, `role: user`, `role: assistant`, then
 * `role: user 2` and so on for longer conversations), the two answers of preference lines, prompt and completion of
 * legacy ones. Messages past 50 such columns are together in one, as JSON. A line that is no example has a column of
 * its own, so that no line is lost. The official integration knows exactly three messages only.
 */
export const examplesTable = (lines: Iterable<string>): TableContent => runToEnd(examplesTask(lines)).table();

/** The same with its cells, of which more than one table can be made; a line a part. */
export function* examplesTask(lines: Iterable<string>): CooperativeTask<Examples> {
  const examples = new Examples();
  for (const line of lines) {
    examples.add(line);
    yield;
  }
  return examples;
}

/** The cells of lines that were parsed once, whatever is made of them. */
export class Examples {
  private readonly rows: Cells[] = [];
  private readonly columns: Column[] = [];
  private readonly numbers = new Map<string, number>();
  private messageColumns = 0;

  get size(): number {
    return this.rows.length;
  }

  add(line: string): void {
    const cells: Cells = [];
    const record = objectOf(line);
    if (record !== null) this.addExample(cells, record);
    if (cells.every((cell) => cell === undefined || cell === null)) this.put(cells, 'line', line);
    this.rows.push(cells);
  }

  /** The rows from one place to before another, with the columns that they have something in. */
  table(from = 0, to = this.rows.length): TableContent {
    const rows = this.rows.slice(from, to);
    const whole = rows.length === this.rows.length;
    const used = this.columns.map((_, number) => whole || rows.some((cells) => cells[number] !== undefined));
    const rank = (number: number): number => this.columns[number]?.rank ?? AFTER_TURNS;
    const ordered = [...used.keys()].filter((number) => used[number]).toSorted((a, b) => rank(a) - rank(b) || a - b);
    return {
      columns: ordered.map((number) => this.columns[number]?.name ?? ''),
      *rows() {
        for (const cells of rows) yield ordered.map((number) => cells[number] ?? null);
      },
    };
  }

  private addExample(cells: Cells, record: JsonRecord): void {
    this.addMessages(cells, isRecord(record.input) ? record.input.messages : record.messages);
    for (const side of ['preferred_output', 'non_preferred_output'] as const) {
      const [answer] = Array.isArray(record[side]) ? record[side] : [];
      if (isRecord(answer)) this.put(cells, side, textOf(answer));
    }
    for (const side of ['prompt', 'completion'] as const) {
      if (typeof record[side] === 'string') this.put(cells, side, record[side]);
    }
  }

  private addMessages(cells: Cells, messages: unknown): void {
    if (!Array.isArray(messages)) return;
    const spoken = new Map<string, number>();
    const more: JsonRecord[] = [];
    for (const message of messages) {
      if (!isRecord(message) || typeof message.role !== 'string') continue;
      const turn = (spoken.get(message.role) ?? 0) + 1;
      spoken.set(message.role, turn);
      const number = this.messageColumn(message.role, turn);
      // A role that is called `user 2` would take the place of what a user said second.
      if (number === null || cells[number] !== undefined) more.push(message);
      else cells[number] = textOf(message);
    }
    if (more.length > 0) this.put(cells, MORE, JSON.stringify(more), AFTER_TURNS - 1);
  }

  /** Null when there are as many as there may be. */
  private messageColumn(role: string, turn: number): number | null {
    const name = `role: ${role}${turn === 1 ? '' : ` ${turn}`}`;
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.messageColumns === MOST_MESSAGE_COLUMNS) return null;
    this.messageColumns += 1;
    return this.column(name, rankOf(role, turn));
  }

  private put(cells: Cells, name: string, value: Json, rank = AFTER_TURNS): void {
    cells[this.numbers.get(name) ?? this.column(name, rank)] = value;
  }

  private column(name: string, rank: number): number {
    const number = this.columns.push({ name, rank }) - 1;
    this.numbers.set(name, number);
    return number;
  }
}

/** Turns in the order they are spoken. */
function rankOf(role: string, turn: number): number {
  if (role === 'system') return 0;
  const place = ROLES.indexOf(role);
  return turn * 10 + (place < 0 ? ROLES.length : place);
}

/** What a message says; parts, and the calls of a message without words, as JSON. */
function textOf(message: JsonRecord): Json {
  const { content, tool_calls: calls } = message;
  if (typeof content === 'string') return content;
  const said = content ?? calls;
  return said === undefined || said === null ? null : JSON.stringify(said);
}

function objectOf(line: string): JsonRecord | null {
  const value = parseJson(line);
  return isRecord(value) ? value : null;
}
