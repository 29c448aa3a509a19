import { isRecord, type Json } from '../common/json.ts';
import type { TableContent, TrackedRun } from '../tracking/types.ts';
import { fileNameOf, type KeyValue, MOST, uniqueNames } from './names.ts';

/** One value of a metric, as `runs/log-batch` takes it. */
export interface Point {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly step: number;
}

/** The tag by which a run is found again: MLflow gives its runs ids of its own. */
export const RUN_TAG = 'luthier.run';
export const STATUS_TAG = 'luthier.status';

/** What of a config cannot change any more while the job runs. MLflow never lets a parameter change. */
const STABLE_WHILE_RUNNING: ReadonlySet<string> = new Set([
  'model',
  'training_file',
  'validation_file',
  'seed',
  'luthier.project',
  'luthier.provider',
  'luthier.method',
]);

/** The config a value a line, `hyperparameters.n_epochs` for what lies deeper. Long values are cut; the whole is `config.json`. */
export function paramsOf({ config, end }: Pick<TrackedRun, 'config' | 'end'>): readonly KeyValue[] {
  const leaves = leavesOf(config)
    .filter(([key]) => end !== null || STABLE_WHILE_RUNNING.has(key))
    .flatMap(([key, value]) => (value === null || value === '' ? [] : [[key, textOf(value)] as const]));
  const names = uniqueNames(leaves.map(([key]) => key));
  return leaves.map(([, value], place) => ({ key: names[place] ?? '', value: cut(value, MOST.param) }));
}

/** Who wrote it, of which kind it is, and what of its summary is no figure. Tags may change as the run goes on. */
export function tagsOf(run: Omit<TrackedRun, 'artifacts' | 'output' | 'system'>): readonly KeyValue[] {
  const words = Object.entries(run.summary).flatMap(([key, value]) =>
    value === null || typeof value === 'number' ? [] : [[`luthier.${key}`, textOf(value)] as const],
  );
  const all = new Map<string, string>([
    ...words,
    [RUN_TAG, run.id],
    ['luthier.type', run.jobType],
    ['luthier.tags', run.tags.join(', ')],
    ['mlflow.source.name', 'luthier'],
    ['mlflow.source.type', 'LOCAL'],
    // By this its page knows what is to be drawn as a table.
    ['mlflow.loggedArtifacts', JSON.stringify(run.tables.map(({ key }) => ({ path: tablePath(key), type: 'table' })))],
  ]);
  const said = [...all].filter(([, value]) => value !== '');
  const names = uniqueNames(said.map(([key]) => key));
  return said.map(([, value], place) => ({ key: names[place] ?? '', value: cut(value, MOST.tag) }));
}

/** Every figure. Those of one metric keep their order as the run goes on; what only the summary has comes with the end. */
export function* pointsOf(run: Pick<TrackedRun, 'history' | 'system' | 'summary' | 'end'>): Generator<Point> {
  const seen = new Map<string, Set<string>>();
  let last = 0;
  for (const { step, at, values } of run.history) {
    last = Math.max(last, step);
    yield* pointsIn(values, '', at, step, seen);
  }
  for (const [step, { at, values }] of run.system.entries()) yield* pointsIn(values, 'system/', at, step, seen);
  if (run.end === null) return;
  const rest = Object.entries(run.summary).filter(([key]) => !seen.has(nameOf(key)) && key !== '_step');
  yield* pointsIn(Object.fromEntries(rest), '', run.end.at, last, seen);
}

function* pointsIn(
  values: Readonly<Record<string, Json>>,
  prefix: string,
  at: number,
  step: number,
  seen: Map<string, Set<string>>,
): Generator<Point> {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number') continue;
    const point = { key: nameOf(`${prefix}${name}`), value, timestamp: Math.round(at), step };
    const marks = seen.get(point.key) ?? new Set();
    seen.set(point.key, marks);
    const mark = markOf(point);
    // The same figure twice is one: that is how what is there already is told from what is missing.
    if (marks.has(mark)) continue;
    marks.add(mark);
    yield point;
  }
}

/** What tells one point of a metric from another. */
export const markOf = ({ step, timestamp, value }: Omit<Point, 'key'>): string => `${step} ${timestamp} ${value}`;

const nameOf = (key: string): string => uniqueNames([key])[0] ?? '';

/** Files of a run by their paths there; the tables in the form `mlflow.log_table` gives them. */
export interface FormFile {
  readonly path: string;
  readonly chunks: () => Iterable<string>;
}

export function filesOf(run: TrackedRun): readonly FormFile[] {
  const json = (value: unknown) => () => [`${JSON.stringify(value, null, 2)}\n`];
  const artifacts = run.artifacts.flatMap(({ name, files }) =>
    files
      .filter(({ only }) => only === undefined || only === 'mlflow')
      .map(({ path, chunks }) => ({
        path: `${fileNameOf(name)}/${path.split('/').map(fileNameOf).join('/')}`,
        chunks,
      })),
  );
  const lines = run.output.map(({ at, text }) => `${new Date(at).toISOString()} ${text}\n`);
  return [
    { path: 'config.json', chunks: json(run.config) },
    { path: 'summary.json', chunks: json(run.summary) },
    ...(lines.length === 0 ? [] : [{ path: 'log.txt', chunks: () => lines }]),
    ...run.tables.map((table) => ({ path: tablePath(table.key), chunks: () => splitTable(table) })),
    ...artifacts,
  ];
}

const tablePath = (key: string): string => `tables/${fileNameOf(key)}.json`;

/** `{"columns": [...], "data": [...]}`, a row a chunk. */
function* splitTable({ columns, rows }: TableContent): Generator<string> {
  yield `{"columns":${JSON.stringify(columns)},"data":[`;
  let first = true;
  for (const row of rows()) {
    yield `${first ? '' : ',\n'}${JSON.stringify(row)}`;
    first = false;
  }
  yield ']}';
}

function leavesOf(values: Readonly<Record<string, Json>>, above = ''): readonly (readonly [string, Json])[] {
  return Object.entries(values).flatMap(([key, value]): readonly (readonly [string, Json])[] =>
    isJsonObject(value) ? leavesOf(value, `${above}${key}.`) : [[`${above}${key}`, value]],
  );
}

const isJsonObject = (value: Json): value is { readonly [key: string]: Json } => isRecord(value);

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
