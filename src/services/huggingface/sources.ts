import { join } from 'node:path';
import { ImportError, type ImportSource, type SourceRecord, type TableFormat } from '../../domain/importing/records.ts';
import { TrackingError } from '../../domain/tracking/types.ts';

/** What satisfies the operations' port of the same name. */
export interface OpenedSource {
  readonly format: TableFormat;
  readonly way: string;
  readonly rows: number | null;
  readonly look: number;
  records(signal?: AbortSignal): AsyncIterable<SourceRecord>;
}

export interface SourcesOptions {
  /** The data folder; downloads are kept in `hub` below it. */
  readonly home: string;
  /** `HF_ENDPOINT` (a mirror), `HF_DATASETS_SERVER` and `HF_TOKEN` are read of it, at each use. */
  readonly env: NodeJS.ProcessEnv;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Fetches a file of a W&B artifact and says where it lies. Throws TrackingError. */
  readonly artifactFile: (path: string, options: { readonly signal?: AbortSignal }) => Promise<string>;
}

const ENDPOINT = 'https://huggingface.co';
const SERVER = 'https://datasets-server.huggingface.co';

/** Files, datasets of the Hub and artifacts of W&B. What reads them is loaded at the first use: the first frame need not wait for it. */
export function createSources({ home, env, sleep, artifactFile }: SourcesOptions) {
  return {
    async open(source: ImportSource, options: { readonly signal?: AbortSignal } = {}): Promise<OpenedSource> {
      switch (source.kind) {
        case 'file':
          return (await import('../readers/readers.ts')).openFile(source.path);
        case 'wandb': {
          const path = await artifactFile(source.path, options).catch(asImportError);
          return (await import('../readers/readers.ts')).openFile(path);
        }
        case 'hub': {
          const { createHub } = await import('./hub.ts');
          const address = (name: string, usual: string): string => (env[name] || usual).replace(/\/+$/, '');
          const hub = createHub({
            endpoint: address('HF_ENDPOINT', ENDPOINT),
            server: address('HF_DATASETS_SERVER', SERVER),
            token: env.HF_TOKEN?.trim() || null,
            cache: join(home, 'hub'),
            sleep,
          });
          return hub.open(source, options.signal);
        }
      }
    },
  };
}

function asImportError(error: unknown): never {
  if (error instanceof TrackingError) throw new ImportError(error.message, error.next);
  throw error;
}
