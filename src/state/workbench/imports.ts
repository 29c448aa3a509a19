import { previewExample } from '../../domain/importing/preview.ts';
import { parseSource } from '../../domain/importing/source.ts';
import type { ColumnMapping, ImportSource } from '../../domain/importing/types.ts';
import { failed, ok } from '../../domain/text/problem.ts';
import { type ImportResult, startImport } from '../../operations/dataset/import.ts';
import { type Inspected, inspectSource } from '../../operations/dataset/inspect.ts';
import type { OpenSource } from '../../operations/ports.ts';
import { type Core, problemOfEnd, ROWS_SAFE } from './core.ts';
import type { ImportActions } from './importTypes.ts';

interface Looked {
  readonly key: string;
  readonly opened: OpenSource;
  readonly inspected: Inspected;
}

export function createImportActions(core: Core): ImportActions {
  const { sources } = core.deps;
  /** The last source looked at: previews ask at every key. */
  let last: Looked | null = null;

  async function look(source: ImportSource): Promise<Looked> {
    const opened = await sources.open(source);
    last = { key: JSON.stringify(source), opened, inspected: await inspectSource(opened) };
    return last;
  }

  const known = (source: ImportSource): Looked | null => (last?.key === JSON.stringify(source) ? last : null);

  return {
    sourceOf: parseSource,
    inspect: (source) =>
      core.attempt(ROWS_SAFE, async () => {
        const { opened, inspected } = await look(source);
        const { records: _, ...told } = inspected;
        return { source, format: opened.format, way: opened.way, rows: opened.rows, ...told };
      }),
    preview: (source, mapping, n) =>
      core.attempt(ROWS_SAFE, async () => {
        const { inspected } = known(source) ?? (await look(source));
        return inspected.records.slice(0, n).map((record) => previewExample(record, mapping));
      }),
    async start(source: ImportSource, mapping: ColumnMapping | null) {
      const opened = known(source)?.opened;
      const request = { projectId: core.project().id, source, mapping, ...(opened ? { opened } : {}) };
      const handle = startImport({ ...core.operations, sources }, request);
      const end = await handle.finished;
      const result = handle.result();
      if (end.status !== 'succeeded') return failed(problemOfEnd(end, `${result.added} rows are in.`));
      const summary = inWords(result);
      if (result.added + result.there > 0 || result.refused === 0) return ok({ ...result, summary });
      return failed({ what: summary, saved: ROWS_SAFE, next: firstError(result)?.fix ?? 'Map the columns.' });
    },
  };
}

const firstError = ({ findings }: ImportResult) => findings.find(({ severity }) => severity === 'error');

function inWords(result: ImportResult): string {
  const parts = [`${result.added} rows added`];
  if (result.there > 0) parts.push(`${result.there} were there`);
  if (result.refused > 0) parts.push(`${result.refused} lines refused`);
  const first = firstError(result);
  const cause = first === undefined ? '' : ` Line ${first.line}: ${first.message} ${first.fix}`;
  return `${parts.join(', ')}.${cause}`;
}
