import { isRecord, type JsonRecord } from '../json/record.ts';
import type { Json, TableContent } from './types.ts';

/** Lines looked at to find the columns; a column that first appears later is added to no row. */
type Cells = ReadonlyMap<string, Json>;

/**
 * A training file as a table: a column for each role (`role: system`, `role: user`, `role: assistant`, then
 * `role: user 2` and so on for longer conversations), the two answers of preference lines, prompt and completion of
 * legacy ones. A line that is no example has a column of its own, so that no line is lost. The official integration
 * knows exactly three messages only.
 */
export function examplesTable(lines: readonly string[]): TableContent {
  const columns = new Set<string>();
  for (const line of lines) for (const column of cellsOf(line).keys()) columns.add(column);
  const ordered = [...columns].toSorted((a, b) => orderOf(a) - orderOf(b));
  return {
    columns: ordered,
    *rows() {
      for (const line of lines) {
        const cells = cellsOf(line);
        yield ordered.map((column) => cells.get(column) ?? null);
      }
    },
  };
}

const ROLES = ['system', 'user', 'assistant', 'tool'];

/** Turns in the order they are spoken; what is no message after them. */
function orderOf(column: string): number {
  const [, role = '', turn = '1'] = /^role: (\S+)(?: (\d+))?$/.exec(column) ?? [];
  const place = ROLES.indexOf(role);
  if (role === 'system') return 0;
  return role === '' ? 1e9 : Number(turn) * 10 + (place < 0 ? ROLES.length : place);
}

function cellsOf(line: string): Cells {
  const cells = new Map<string, Json>();
  const record = objectOf(line);
  if (record === null) return cells.set('line', line);
  addMessages(cells, isRecord(record.input) ? record.input.messages : record.messages);
  for (const side of ['preferred_output', 'non_preferred_output'] as const) {
    const [answer] = Array.isArray(record[side]) ? record[side] : [];
    if (isRecord(answer)) cells.set(side, textOf(answer));
  }
  for (const side of ['prompt', 'completion'] as const) {
    if (typeof record[side] === 'string') cells.set(side, record[side]);
  }
  return cells.size === 0 ? cells.set('line', line) : cells;
}

function addMessages(cells: Map<string, Json>, messages: unknown): void {
  if (!Array.isArray(messages)) return;
  const spoken = new Map<string, number>();
  for (const message of messages) {
    if (!isRecord(message) || typeof message.role !== 'string') continue;
    const turn = (spoken.get(message.role) ?? 0) + 1;
    spoken.set(message.role, turn);
    cells.set(`role: ${message.role}${turn === 1 ? '' : ` ${turn}`}`, textOf(message));
  }
}

/** What a message says; parts, and the calls of a message without words, as JSON. */
function textOf(message: JsonRecord): Json {
  const { content, tool_calls: calls } = message;
  if (typeof content === 'string') return content;
  const said = content ?? calls;
  return said === undefined || said === null ? null : JSON.stringify(said);
}

function objectOf(line: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
