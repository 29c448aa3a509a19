import { isRecord } from '../common/json.ts';
import { REQUEST_FIELDS } from '../dataset/whole-lines.ts';
import { columnsOfMapping } from './mapping.ts';
import { holdsNothing, type ImportMapping, mapsColumns, type TableRow, type TableValue } from './records.ts';
import { shapeEntry, shapeOf } from './shapes.ts';

const TURN_KEYS = ['role', 'from', 'content', 'value'];

/**
 * The fields of a record that none of its examples holds, by name; `conversations.weight` of one inside its turns. A
 * field with nothing in it is not missed; of turns that are kept whole nothing is.
 */
export function fieldsNotTaken(row: TableRow, mapping: ImportMapping | null, isWhole = false): readonly string[] {
  const named = mapping === null ? [] : columnsOfMapping(mapping);
  const shape = shapeOf(row);
  const takes = shapeEntry(shape).takes(row);
  return Object.entries(row).flatMap(([name, value]) => {
    if (holdsNothing(value) || named.includes(name)) return [];
    if (isWhole && REQUEST_FIELDS.includes(name)) return [];
    if (mapsColumns(mapping) || !takes.includes(name)) return [name];
    // A chat line with more than text in a message is kept whole.
    return shape === 'chat' || isWhole ? [] : insideTurns(name, value);
  });
}

function insideTurns(name: string, value: TableValue): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((turn) => othersIn(name, turn, TURN_KEYS)))];
  if (name === 'system' && typeof value !== 'string') return [name];
  // OpenAI's preference form; without tools, whether they are called in parallel says nothing.
  if (name !== 'input' || !isMembers(value)) return [];
  return [
    ...othersIn(name, value, ['messages', 'parallel_tool_calls']),
    ...insideTurns(`${name}.messages`, value.messages ?? null),
  ];
}

function othersIn(name: string, value: TableValue, known: readonly string[]): readonly string[] {
  if (!isMembers(value)) return [];
  const others = Object.entries(value).filter(([key, member]) => !known.includes(key) && !holdsNothing(member));
  return others.map(([key]) => `${name}.${key}`);
}

const isMembers = (value: TableValue): value is TableRow => isRecord(value);
