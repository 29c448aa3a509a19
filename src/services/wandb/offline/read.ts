import { createReadStream } from 'node:fs';
import { TrackingError } from '../../../domain/tracking/types.ts';
import type { LoggedArtifact, LoggedRun, RunLog } from '../../../domain/wandb/run-log.ts';
import { decodeRecord } from './decode.ts';
import { JsonTree } from './json.ts';
import { type FoundRecord, type LogCut, LogReader } from './log-blocks.ts';
import { staysInside } from './names.ts';
import type { Item, LogRecord, RunFields } from './records.ts';

type OutputRecord = Extract<LogRecord, { kind: 'output' }>;

/**
 * Lines of the console out of what was written to it, as W&B streams them: `ERROR ` for stderr, the time in UTC with
 * microseconds, the text. Of a line that was written over (`\r`), what stood there last.
 */
class ConsoleLines {
  readonly lines: string[] = [];
  private readonly open = { stdout: '', stderr: '' };

  take({ stream, at, text }: OutputRecord): void {
    const [first = '', ...others] = text.split('\n');
    const last = others.pop();
    if (last === undefined) {
      this.open[stream] += first;
      return;
    }
    for (const line of [this.open[stream] + first, ...others]) this.lines.push(outputLine(stream, at, line));
    this.open[stream] = last;
  }

  /** What no line end came after is a line too. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.open[stream] !== '') this.lines.push(outputLine(stream, null, this.open[stream]));
      this.open[stream] = '';
    }
  }
}

function outputLine(stream: 'stdout' | 'stderr', at: number | null, text: string): string {
  const time = at === null ? '' : `${new Date(at).toISOString().slice(0, -1)}000 `;
  const shown = text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return `${stream === 'stderr' ? 'ERROR ' : ''}${time}${shown}`;
}

/** Puts a run together from the records of its log, in their order. */
class RunCollector {
  private run: RunFields | null = null;
  private readonly config = new JsonTree();
  private readonly summary = new JsonTree();
  private readonly history: string[] = [];
  private readonly events: string[] = [];
  private readonly output = new ConsoleLines();
  private readonly files = new Set<string>();
  private readonly artifacts: LoggedArtifact[] = [];
  private exitCode: number | null = null;

  take(record: LogRecord): void {
    switch (record.kind) {
      case 'header':
        break;
      case 'run':
        this.takeRun(record.run);
        break;
      case 'config':
        applied(this.config, record.update, record.remove);
        break;
      case 'summary':
        applied(this.summary, record.update, record.remove);
        break;
      case 'history':
        this.history.push(lineOf(record.items));
        break;
      case 'stats':
        this.events.push(eventOf(record.at, record.items, this.run?.startedAt ?? record.at));
        break;
      case 'output':
        this.output.take(record);
        break;
      case 'files':
        this.takeFiles(record.paths);
        break;
      case 'artifact':
        this.artifacts.push(record.artifact);
        break;
      case 'exit':
        this.exitCode = record.exitCode;
        break;
    }
  }

  /** Null when no record named the run. */
  finish(cut: RunLog['cut']): RunLog | null {
    if (this.run === null) return null;
    this.output.end();
    const { config: _, ...run } = this.run;
    const logged: LoggedRun = { ...run, config: this.config.value() };
    return {
      run: logged,
      history: this.history,
      events: this.events,
      output: this.output.lines,
      summary: this.summary.value(),
      files: [...this.files],
      artifacts: this.artifacts,
      exitCode: this.exitCode,
      cut,
    };
  }

  private takeFiles(paths: readonly string[]): void {
    for (const path of paths.map((one) => one.replaceAll('\\', '/'))) if (staysInside(path)) this.files.add(path);
  }

  /** The first one makes the run; a later one changes what it names. */
  private takeRun(run: RunFields): void {
    for (const item of run.config) this.config.set(item);
    this.run =
      this.run === null
        ? run
        : {
            ...this.run,
            displayName: run.displayName || this.run.displayName,
            tags: run.tags.length > 0 ? run.tags : this.run.tags,
          };
  }
}

function applied(tree: JsonTree, update: readonly Item[], remove: readonly Item[]): void {
  for (const item of update) tree.set(item);
  for (const { path } of remove) tree.remove(path);
}

function lineOf(items: readonly Item[]): string {
  const tree = new JsonTree();
  for (const item of items) tree.set(item);
  return tree.text();
}

/** A row of the System tab; W&B's client makes it of a record in this way (core/internal/filestream/updatestats.go). */
function eventOf(at: number, items: readonly Item[], startedAt: number): string {
  const own = { _wandb: true, _timestamp: at / 1000, _runtime: (at - startedAt) / 1000 };
  const tree = new JsonTree();
  for (const [key, value] of Object.entries(own)) tree.set({ path: [key], json: JSON.stringify(value) });
  for (const { path, json } of items) tree.set({ path: [`system.${path.join('.')}`], json });
  return tree.text();
}

/** Read in one go: the event loop turns in between. */
const PIECE_BYTES = 64 * 1024;

/**
 * Reads the log of an offline run, ours or one of W&B's client. A log that is cut or damaged is read up to there, and
 * `cut` says where. Throws TrackingError (`broken-log`) for a file that is not there, cannot be read, is no W&B log, or
 * ends before it says which run it is of.
 */
export async function readRunLog(path: string): Promise<RunLog> {
  const [reader, collector] = [new LogReader(), new RunCollector()];
  let cut: LogCut | null = null;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
      cut = taken(collector, reader.push(piece)) ?? reader.cut;
      if (cut !== null) break;
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw brokenLog(`The log ${path} cannot be read${why}.`);
  }
  cut ??= taken(collector, reader.end()) ?? reader.cut;
  if (cut?.kind === 'header') throw brokenLog(`${path} is no W&B log.`);
  const log = collector.finish(cut === null ? null : { at: cut.at, why: cut.why });
  if (log === null) throw brokenLog(`The log ${path} ends before it says which run it is of.`);
  return log;
}

/** Null, or where and why a record was none. */
function taken(collector: RunCollector, records: readonly FoundRecord[]): LogCut | null {
  for (const { at, bytes } of records) {
    try {
      const record = decodeRecord(bytes);
      if (record !== null) collector.take(record);
    } catch {
      return { kind: 'content', at, why: 'A record is not what W&B writes.' };
    }
  }
  return null;
}

const brokenLog = (message: string): TrackingError =>
  new TrackingError('broken-log', message, 'Sync the run again: its log is then written anew.');
