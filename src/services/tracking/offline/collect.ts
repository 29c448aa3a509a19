import type { LoggedArtifact, LoggedRun, RunLog } from '../../../domain/wandb/run-log.ts';
import { JsonTree } from './json.ts';
import { staysInside } from './names.ts';
import { ConsoleLines } from './output.ts';
import type { Item, LogRecord, RunFields } from './records.ts';

/** Puts a run together from the records of its log, in their order. */
export class RunCollector {
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
