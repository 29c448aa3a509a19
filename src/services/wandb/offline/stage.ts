import { join } from 'node:path';
import type { Json } from '../../../domain/common/json.ts';
import type { TrackedArtifact, TrackedTable } from '../../../domain/tracking/types.ts';
import { artifactName } from '../../../domain/wandb/names.ts';
import { artifactDigest, clientId, type LoggedArtifact, type LoggedEntry } from '../../../domain/wandb/run-log.ts';
import { ARTIFACT_TABLE_ROWS, artifactTable, runTable } from '../../../domain/wandb/table.ts';
import type { Draft, Drafts } from './drafts.ts';
import { filePath, logicalPath, tableArtifactName } from './names.ts';
import type { Item } from './records.ts';

type Chart = NonNullable<TrackedTable['chart']>;

/** The key a table is logged under: W&B draws a chart from a table beside it. */
const loggedKey = ({ key, chart }: Pick<TrackedTable, 'key' | 'chart'>): string =>
  chart === undefined ? key : `${key}_table`;

/** What makes W&B draw a chart from a table: an entry in the run's config (`CustomChartSpec.config_value`). */
function chartConfig(table: Pick<TrackedTable, 'key'>, chart: Chart): Item {
  const leaf = (name: string): Json => ({ name, fields: [] });
  const summaryTable: Json = {
    name: 'summaryTable',
    args: [{ name: 'tableKey', value: loggedKey({ key: table.key, chart }) }],
    fields: [],
  };
  const runSets: Json = {
    name: 'runSets',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of W&B's own query language.
    args: [{ name: 'runSets', value: '${runSets}' }],
    fields: [leaf('id'), leaf('name'), leaf('_defaultColorIndex'), summaryTable],
  };
  const value: Json = {
    panel_type: 'Vega2',
    panel_config: {
      panelDefId: 'wandb/confusion_matrix/v1',
      fieldSettings: { Actual: 'Actual', Predicted: 'Predicted', nPredictions: 'nPredictions' },
      stringSettings: { title: chart.title },
      transform: { name: 'tableWithLeafColNames' },
      userQuery: { queryFields: [runSets] },
    },
  };
  return { path: ['_wandb', 'visualize', table.key], json: JSON.stringify(value) };
}

/** Characters that are masked and hashed in one go: a few milliseconds of work. */
const MOST = 256 * 1024;

/**
 * A text in pieces, so that the event loop can turn in between: a training file may come as one text of 100 MB. Pieces
 * end where lines do, as a secret stands within one line: cut elsewhere, it would be masked in neither piece. A line that
 * is longer stays whole.
 */
function* pieces(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (text.length - from > MOST) {
    const within = text.lastIndexOf('\n', from + MOST - 1);
    const end = within >= from ? within : text.indexOf('\n', from + MOST);
    if (end === -1) break;
    yield text.slice(from, end + 1);
    from = end + 1;
  }
  yield text.slice(from);
}

/** A table as its run names it. */
export interface StagedTable {
  readonly key: string;
  readonly step: number;
  /** What history and summary say under the key. */
  readonly value: Readonly<Record<string, Json>>;
  /** Relative to the run's `files`, with forward slashes. */
  readonly file: string;
  readonly artifact: LoggedArtifact;
  readonly chart: Item | null;
}

export interface StageOptions {
  readonly folder: string;
  readonly runId: string;
  readonly entity: string | null;
  readonly project: string;
  readonly mask: (text: string) => string;
}

export interface Stage {
  table(table: TrackedTable): Promise<StagedTable>;
  artifact(artifact: TrackedArtifact): Promise<LoggedArtifact>;
  /** Puts all files where they belong, beside those of the old log, which stay as they are. */
  commit(): Promise<void>;
  /** Files of the run that were staged, absolute. */
  files(): ReadonlySet<string>;
}

/** Of the SHA-256 of a file, in its path: enough to distinguish the contents of one file. */
const CONTENT_DIGITS = 12;

/** Writes the files of a run's tables and artifacts, one after the other, and returns what the log is to say of them. */
export function createStage({ folder, runId, entity, project, mask }: StageOptions, drafts: Drafts): Stage {
  const placed = new Map<string, Draft>();
  /** Folded, as some file systems take `A` and `a` for one. */
  const taken = new Set<string>();

  function* masked(chunks: Iterable<string>): Generator<string, void, undefined> {
    for (const chunk of chunks) for (const piece of pieces(chunk)) yield mask(piece);
  }

  /**
   * Where an artifact's file lies: under its content, so that a new one never takes the place of what the log that is
   * there still names. Two that would lie in one place are kept apart.
   */
  function placeOf(artifact: string, path: string, { sha256 }: Draft): string {
    const wanted = join(folder, 'artifacts', filePath(artifact), sha256.slice(0, CONTENT_DIGITS), filePath(path));
    let place = wanted;
    for (let again = 2; taken.has(place.toLowerCase()); again += 1) place = `${wanted}~${again}`;
    taken.add(place.toLowerCase());
    return place;
  }

  async function entry(artifact: string, path: string, chunks: Iterable<string>): Promise<LoggedEntry> {
    const draft = await drafts.write(masked(chunks));
    const localPath = placeOf(artifact, path, draft);
    placed.set(localPath, draft);
    return { path, digest: draft.digest, bytes: draft.bytes, localPath };
  }

  function logged(
    artifact: Pick<LoggedArtifact, 'name' | 'type' | 'description' | 'metadata' | 'aliases' | 'useAfterCommit'>,
    entries: readonly LoggedEntry[],
  ): LoggedArtifact {
    const digest = artifactDigest(entries);
    return {
      ...artifact,
      digest,
      clientId: clientId('version', runId, artifact.name, digest),
      sequenceClientId: clientId('sequence', project, entity ?? '', artifact.name),
      entries,
    };
  }

  return {
    async table(table) {
      const key = mask(loggedKey(table));
      const draft = await drafts.write(masked(runTable(table)));
      const file = `media/table/${filePath(key)}_${table.step}_${draft.sha256.slice(0, 20)}.table.json`;
      placed.set(join(folder, 'files', file), draft);
      const name = tableArtifactName(runId, key);
      const counted = counting(table);
      const path = logicalPath(`${key}.table.json`);
      const written = await entry(name, path, artifactTable(counted.table));
      const about = {
        name,
        type: 'run_table',
        description: '',
        metadata: '{}',
        aliases: ['latest'],
        useAfterCommit: false,
      };
      const artifact = logged(about, [written]);
      const value = {
        _type: 'table-file',
        sha256: draft.sha256,
        size: draft.bytes,
        artifact_path: `wandb-client-artifact://${artifact.clientId}/${path}`,
        _latest_artifact_path: `wandb-client-artifact://${artifact.sequenceClientId}:latest/${path}`,
        path: file,
        ncols: table.columns.length,
        nrows: counted.rows(),
        log_mode: 'IMMUTABLE',
      };
      const chart = table.chart === undefined ? null : chartConfig({ key: mask(table.key) }, table.chart);
      return { key, step: table.step, value, file, artifact, chart };
    },

    async artifact({ type, description, metadata, aliases, role, ...rest }) {
      const name = artifactName(mask(rest.name));
      const entries: LoggedEntry[] = [];
      for (const { path, chunks } of rest.files) entries.push(await entry(name, logicalPath(mask(path)), chunks()));
      const useAfterCommit = role === 'input';
      return logged({ name, type, description, metadata: JSON.stringify(metadata), aliases, useAfterCommit }, entries);
    },

    async commit() {
      for (const [target, draft] of placed) await drafts.place(draft, target);
    },
    files: () => new Set(placed.keys()),
  };
}

/** A table that knows how many rows were last read of it, so that they need not be read once more to be counted. */
function counting(table: TrackedTable): { readonly table: TrackedTable; readonly rows: () => number } {
  let rows = 0;
  function* counted(): Generator<readonly Json[], void, undefined> {
    rows = 0;
    for (const row of table.rows()) {
      rows += 1;
      yield row;
    }
  }
  return { table: { ...table, rows: counted }, rows: () => Math.min(rows, ARTIFACT_TABLE_ROWS) };
}
