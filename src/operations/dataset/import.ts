import { sourceLabel } from '../../domain/importing/source.ts';
import type { ColumnMapping, ImportSource } from '../../domain/importing/types.ts';
import type { ImportDetail, OperationHandle } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';
import type { OpenSource, Sources } from '../ports.ts';
import { Importer, type ImportResult, ROWS_AT_ONCE } from './importer.ts';

export type { ImportResult } from './importer.ts';
export { plainRow } from './importer.ts';

export interface ImportRequest {
  readonly projectId: string;
  readonly source: ImportSource;
  /** Null takes records as the shape they have. */
  readonly mapping: ColumnMapping | null;
  /** The source, where it is open already. */
  readonly opened?: OpenSource;
}

export interface ImportHandle extends OperationHandle<ImportDetail> {
  result(): ImportResult;
}

type ImportDeps = Pick<OperationDeps, 'registry' | 'rows' | 'clock'> & { readonly sources: Sources };

/** Keys pressed meanwhile are heard between two batches. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Adds the records of a source as rows. One that cannot become a row is named by line with its fix; the others go in.
 * What is in when it is cancelled or fails stays in, and the same import again adds only what is missing.
 */
export function startImport(deps: ImportDeps, request: ImportRequest): ImportHandle {
  const { projectId, source, mapping } = request;
  const importer = new Importer(deps, projectId, mapping);
  const path = sourceLabel(source);
  const handle = deps.registry.start<ImportDetail>({
    projectId,
    title: `Import ${path}`,
    detail: { kind: 'import', path, rows: 0 },
    async run({ signal, report }) {
      const opened = request.opened ?? (await deps.sources.open(source, { signal }));
      let taken = 0;
      const tell = (whole: boolean): void => {
        importer.flush();
        const fraction = opened.rows === null ? null : Math.min(1, taken / Math.max(1, opened.rows));
        report({ kind: 'import', path, rows: importer.result().added }, whole ? 1 : fraction);
      };
      try {
        for await (const record of opened.records(signal)) {
          signal.throwIfAborted();
          importer.take(record);
          taken += 1;
          if (taken % ROWS_AT_ONCE !== 0) continue;
          tell(false);
          await turn();
        }
        tell(true);
      } finally {
        importer.flush();
      }
      const { added, there, refused } = importer.result();
      const parts = [`${added} rows imported`];
      if (there > 0) parts.push(`${there} were there`);
      if (refused > 0) parts.push(`${refused} refused`);
      return { summary: `${parts.join(', ')}.`, costUsd: 0 };
    },
  });
  return { ...handle, result: () => importer.result() };
}
