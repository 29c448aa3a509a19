import { isRecord } from '../common/json.ts';
import { type ColumnInfo, type ColumnMapping, isEmpty, type TableRow, type TableValue, textOf } from './records.ts';

/** At most how many distinct values of a column are listed. */
const MOST_VALUES = 100;
const YES_NO = new Set(['yes', 'no', 'true', 'false']);

/** Counts columns row by row, so that a table of any size passes through. */
export class ColumnCounter {
  private rows = 0;
  private readonly tallies = new Map<
    string,
    { types: Map<string, number>; filled: number; values: Map<string, number> }
  >();

  push(row: TableRow): void {
    this.rows += 1;
    for (const [name, value] of Object.entries(row)) {
      const column = this.tallies.get(name) ?? { types: new Map(), filled: 0, values: new Map() };
      this.tallies.set(name, column);
      if (isEmpty(value)) continue;
      column.filled += 1;
      increment(column.types, typeOf(value));
      // One more than is listed is enough to know that there are more.
      const text = textOf(value);
      if (column.values.size <= MOST_VALUES || column.values.has(text)) increment(column.values, text);
    }
  }

  columns(): readonly ColumnInfo[] {
    return Array.from(this.tallies, ([name, { types, filled, values }]) => ({
      name,
      type: commonType([...types.keys()]),
      empty: this.rows - filled,
      values: values.size > MOST_VALUES ? null : ranked(values),
    }));
  }
}

function typeOf(value: TableValue): string {
  if (Array.isArray(value)) return 'list';
  if (isRecord(value)) return 'object';
  if (typeof value === 'boolean') return 'yes/no';
  const text = textOf(value).trim();
  if (/^[-+]?\d{1,15}$/.test(text)) return 'integer';
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return 'number';
  return YES_NO.has(text.toLowerCase()) ? 'yes/no' : 'text';
}

function commonType(types: readonly string[]): string {
  const [only] = types;
  if (only === undefined) return 'empty';
  if (types.length === 1) return only;
  if (types.every((type) => type === 'integer' || type === 'number')) return 'number';
  // A word among texts, or a number among texts, is text too; a list among texts is something else.
  return types.some((type) => type === 'list' || type === 'object') ? 'mixed' : 'text';
}

function ranked(values: ReadonlyMap<string, number>): readonly { readonly value: string; readonly count: number }[] {
  return Array.from(values, ([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count);
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The names that data sets use, first the one that decides when several are there. */
const PAIRS: readonly (readonly [user: readonly string[], assistant: readonly string[]])[] = [
  [['instruction'], ['output', 'response', 'answer']],
  [
    ['question', 'query'],
    ['answer', 'response', 'answers'],
  ],
  [['prompt'], ['completion', 'response', 'answer']],
  [
    ['text', 'sentence', 'utterance', 'input', 'content', 'message', 'query'],
    ['answer', 'label_text', 'category', 'label', 'intent', 'output', 'target', 'class', 'response'],
  ],
];
const GROUPS = /^(document|doc|source|file|group|case|conversation|session|user)(_?(name|id))?$/i;

/** The first of the names that a column has. */
function columnNamed<Column extends Pick<ColumnInfo, 'name'>>(
  columns: readonly Column[],
  names: readonly string[],
): Column | undefined {
  return names.flatMap((name) => columns.find((column) => column.name.trim().toLowerCase() === name) ?? [])[0];
}

/** Whether names of columns suggest a question and its answer. */
export const suggestsPair = (names: readonly string[]): boolean => pairsIn(names.map((name) => ({ name }))).length > 0;

const pairsIn = <Column extends Pick<ColumnInfo, 'name'>>(columns: readonly Column[]) =>
  PAIRS.flatMap(([users, assistants]) => {
    const user = columnNamed(columns, users);
    const assistant = columnNamed(columns, assistants);
    return user === undefined || assistant === undefined || user === assistant ? [] : [{ users, user, assistant }];
  });

/** The mapping that the columns' names suggest; null when they suggest none. */
export function guessMapping(columns: readonly ColumnInfo[]): ColumnMapping | null {
  const named = (names: readonly string[]): ColumnInfo | undefined => columnNamed(columns, names);
  for (const { users, user, assistant } of pairsIn(columns)) {
    const [context, system] = [
      named(users.includes('instruction') ? ['input', 'context'] : ['context']),
      named(['system']),
    ];
    const before =
      context === undefined ? placeholder(user.name) : `${placeholder(user.name)}\n\n${placeholder(context.name)}`;
    return {
      system: system === undefined ? '' : placeholder(system.name),
      user: before,
      assistant: placeholder(assistant.name),
      label: isLabel(assistant) ? assistant.name : null,
      group: columns.find(({ name }) => GROUPS.test(name.trim()))?.name ?? null,
    };
  }
  return null;
}

const placeholder = (name: string): string => `{${name}}`;

/** A few values, most of them more than once. */
function isLabel({ values }: ColumnInfo): boolean {
  if (values === null || values.length < 2) return false;
  const rows = values.reduce((total, { count }) => total + count, 0);
  return values.length * 2 <= rows;
}
