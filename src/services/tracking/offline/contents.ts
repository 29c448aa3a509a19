import type { Json } from '../../../domain/common/json.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { HistoryRow, OutputLine, TrackedRun } from '../../../domain/tracking/types.ts';
import type { LoggedArtifact } from '../../../domain/wandb/run-log.ts';
import { clockOf, historyRecord, withTables } from './history.ts';
import { extendedJson, leavesOf } from './json.ts';
import type { Item, LogRecord } from './records.ts';
import type { StagedTable } from './stage.ts';

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
  yield { kind: 'exit', exitCode: run.end.exitCode, runtime: secondsOf(run, run.end.at) };
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
