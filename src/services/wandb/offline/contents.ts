import type { Json } from '../../../domain/common/json.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { HistoryRow, OutputLine, RunOutcome, TrackedRun } from '../../../domain/tracking/types.ts';
import type { LoggedArtifact } from '../../../domain/wandb/run-log.ts';
import { extendedJson, leavesOf } from './json.ts';
import type { Item, LogRecord } from './records.ts';
import type { StagedTable } from './stage.ts';

/** W&B knows runs that went well and others. */
const EXIT_CODES: Readonly<Record<RunOutcome, number>> = { finished: 0, failed: 1, killed: 1 };

type TableValue = Pick<StagedTable, 'key' | 'step' | 'value'>;

/**
 * History with its tables in it: in the first row of a table's step, or else in a row of its own before the first row of
 * a later step. What stands in a row follows from the rows before it, so that a row that was streamed keeps its place
 * and its content as the run goes on.
 */
function* withTables(
  history: Iterable<HistoryRow>,
  tables: readonly TableValue[],
  startedAt: number,
): Generator<HistoryRow, void, undefined> {
  const waiting = bySteps(tables);
  let at = startedAt;
  for (const row of history) {
    for (const [step, values] of [...waiting].filter(([one]) => one < row.step)) {
      waiting.delete(step);
      yield { step, at, values };
    }
    const values = waiting.get(row.step);
    waiting.delete(row.step);
    at = row.at;
    yield values === undefined ? row : { ...row, values: { ...row.values, ...values } };
  }
  for (const [step, values] of waiting) yield { step, at, values };
}

/** Values of the tables by step, steps ascending. */
function bySteps(tables: readonly TableValue[]): Map<number, Record<string, Json>> {
  const steps = new Map<number, Record<string, Json>>();
  for (const { key, step, value } of tables.toSorted((a, b) => a.step - b.step)) {
    steps.set(step, { ...steps.get(step), [key]: value });
  }
  return steps;
}

/** A row with what W&B adds to each: the step, the time in seconds, and the seconds since the run began. */
function historyRecord(row: HistoryRow, startedAt: number): LogRecord {
  return { kind: 'history', step: row.step, items: leavesOf({ ...row.values, ...clockOf(row, startedAt) }) };
}

function clockOf({ step, at }: Pick<HistoryRow, 'step' | 'at'>, startedAt: number): Record<string, number> {
  return { _step: step, _timestamp: at / 1000, _runtime: (at - startedAt) / 1000 };
}

/** Who writes a log. Kept when it is written again by a newer version, as nothing else of it need have changed. */
export interface Origin {
  /** Such as `luthier 0.1.0`. */
  readonly producer: string;
  /** What W&B shows as the version of its client. */
  readonly cliVersion: string;
  readonly host: string;
}

export interface Content {
  readonly run: TrackedRun;
  readonly origin: Origin;
  readonly entity: string | null;
  readonly project: string;
  readonly tables: readonly StagedTable[];
  readonly artifacts: readonly LoggedArtifact[];
}

/** The records of a run's log, in order. Equal content gives equal records. */
export function* recordsOf(content: Content): Generator<LogRecord, void, undefined> {
  const { run, origin, tables } = content;
  const [entity, project] = [content.entity ?? '', content.project];
  yield { kind: 'header', producer: origin.producer };
  yield runRecord(content);
  yield* run.system.map(({ at, values }): LogRecord => ({ kind: 'stats', at, items: itemsOf(values) }));
  const last = new LastValues();
  for (const row of withTables(run.history, tables, run.startedAt)) {
    last.take(row);
    yield historyRecord(row, run.startedAt);
  }
  yield* run.output.map(outputRecord);
  for (const { file, artifact } of tables) {
    yield { kind: 'artifact', entity, project, artifact };
    yield { kind: 'files', paths: [file] };
  }
  yield* content.artifacts.map((artifact): LogRecord => ({ kind: 'artifact', entity, project, artifact }));
  const charts = tables.flatMap(({ chart }) => (chart === null ? [] : [chart]));
  if (charts.length > 0) yield { kind: 'config', update: charts, remove: [] };
  yield { kind: 'summary', update: last.summary(run).flatMap(summaryItems), remove: [] };
  if (run.end === null) return;
  yield { kind: 'exit', exitCode: EXIT_CODES[run.end.outcome], runtime: secondsOf(run, run.end.at) };
}

function runRecord({ run, origin, entity, project }: Content): LogRecord {
  return {
    kind: 'run',
    run: {
      id: run.id,
      entity: entity ?? '',
      project,
      displayName: run.name,
      jobType: run.jobType,
      tags: run.tags,
      host: origin.host,
      startedAt: run.startedAt,
      config: itemsOf({ _wandb: { cli_version: origin.cliVersion }, ...run.config }),
    },
  };
}

/** W&B runs what it is given through a terminal, which would obey what a server has put into its words. */
const outputRecord = ({ at, text }: OutputLine): LogRecord => ({
  kind: 'output',
  stream: 'stdout',
  at,
  text: `${sanitizeText(text)}\n`,
});

/** One item a key: W&B nests config only where it adds to what is there. */
const itemsOf = (values: Readonly<Record<string, Json>>): readonly Item[] =>
  Object.entries(values).map(([key, value]) => ({ path: [key], json: extendedJson(value) }));

const summaryItems = ([key, value]: readonly [string, Json]): readonly Item[] => leavesOf({ [key]: value });

const secondsOf = (run: TrackedRun, at: number): number => Math.max(0, Math.round((at - run.startedAt) / 1000));

/**
 * The summary as W&B's own client keeps it while a run goes on: of each key of history the last value, and how long the
 * run took. `wandb sync` sends only what the log says, so it has to say it.
 */
class LastValues {
  private readonly values = new Map<string, Json>();
  private last: HistoryRow | null = null;

  take(row: HistoryRow): void {
    for (const [key, value] of Object.entries(row.values)) this.values.set(key, value);
    this.last = row;
  }

  /** What the run itself says comes last and holds. */
  summary(run: TrackedRun): readonly (readonly [string, Json])[] {
    const until = run.end?.at ?? this.last?.at ?? run.startedAt;
    const clock = this.last === null ? {} : clockOf(this.last, run.startedAt);
    const all = new Map<string, Json>([
      ...this.values,
      ...Object.entries(clock),
      ['_wandb', { runtime: secondsOf(run, until) }],
      ...Object.entries(run.summary),
    ]);
    return [...all];
  }
}
