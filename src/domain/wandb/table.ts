import type { Json } from '../common/json.ts';
import type { TableContent } from '../tracking/types.ts';

/** W&B's tables, in the two forms it keeps them: a file of the run, and a file of an artifact. */

/** Rows that each form takes; W&B's limits (`MAX_ROWS`, `MAX_ARTIFACT_ROWS`). */
const RUN_TABLE_ROWS = 10_000;
export const ARTIFACT_TABLE_ROWS = 200_000;

/** `{"columns": [...], "data": [...]}`, a row a chunk. */
export function* runTable(table: TableContent): Generator<string, void, undefined> {
  yield `{"columns":${JSON.stringify(table.columns)},"data":[`;
  yield* dataOf(table, RUN_TABLE_ROWS);
  yield ']}';
}

/** The same with the types of its columns, as an artifact keeps it. */
export function* artifactTable(table: TableContent): Generator<string, void, undefined> {
  const { types, rows } = yield* surveyed(table, ARTIFACT_TABLE_ROWS);
  const typeMap = Object.fromEntries(table.columns.map((name, place) => [name, unionOf(types[place] ?? 'string')]));
  const columnTypes = { wb_type: 'typedDict', params: { type_map: typeMap } };
  yield `{"_type":"table","column_types":${JSON.stringify(columnTypes)},"columns":${JSON.stringify(table.columns)},"data":[`;
  yield* dataOf(table, ARTIFACT_TABLE_ROWS);
  yield `],"log_mode":"IMMUTABLE","ncols":${table.columns.length},"nrows":${rows}}`;
}

function* dataOf(table: TableContent, most: number): Generator<string, void, undefined> {
  let written = 0;
  for (const row of table.rows()) {
    if (written === most) return;
    yield `${written === 0 ? '' : ','}${JSON.stringify(row)}`;
    written += 1;
  }
}

type ColumnType = 'string' | 'number' | 'boolean' | 'any';

interface Survey {
  readonly types: readonly ColumnType[];
  readonly rows: number;
}

/** Rows looked at before whoever writes the chunks may let others go on. */
const ROWS_AT_ONCE = 500;

/** Looks at every row; the empty chunks on the way are for the writer's turns. */
function* surveyed(table: TableContent, most: number): Generator<string, Survey, undefined> {
  const found = table.columns.map(() => new Set<ColumnType>());
  let rows = 0;
  for (const row of table.rows()) {
    if (rows === most) break;
    rows += 1;
    if (rows % ROWS_AT_ONCE === 0) yield '';
    for (const [place, value] of row.entries()) if (value !== null) found[place]?.add(typeOf(value));
  }
  return {
    rows,
    types: found.map((types) => (types.size === 1 ? ([...types][0] ?? 'any') : types.size === 0 ? 'string' : 'any')),
  };
}

function typeOf(value: Json): ColumnType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'any';
  }
}

/** W&B's columns are optional unless their type says otherwise. */
const unionOf = (type: ColumnType): Json =>
  type === 'any'
    ? { wb_type: 'any' }
    : { wb_type: 'union', params: { allowed_types: [{ wb_type: 'none' }, { wb_type: type }] } };
