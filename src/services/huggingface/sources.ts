import { join } from 'node:path';
import { ImportError, type SourceRecord, type TableFormat } from '../../domain/importing/records.ts';
import type { SourceKind, SourceOf } from '../../domain/importing/source.ts';
import { TrackingError } from '../../domain/tracking/types.ts';
import type { TransportParts } from '../http/transport.ts';

/** A source whose records can be read. */
export interface OpenedSource {
  readonly format: TableFormat;
  readonly way: string;
  readonly rows: number | null;
  readonly look: number;
  readonly reading: readonly string[];
  readonly columns?: readonly string[];
  records(signal?: AbortSignal): AsyncIterable<SourceRecord>;
}

export interface SourcesOptions {
  /** The data folder; downloads are kept in `hub` below it. */
  readonly home: string;
  /** `HF_ENDPOINT` (a mirror), `HF_DATASETS_SERVER` and `HF_TOKEN` are read of it, at each use. */
  readonly env: NodeJS.ProcessEnv;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Limits of calls, and who is told of what is waited for. */
  readonly connection?: TransportParts | undefined;
  /** Fetches a file of a W&B artifact and says where it lies. Throws TrackingError. */
  readonly artifactFile: (path: string, options: { readonly signal?: AbortSignal }) => Promise<string>;
}

const ENDPOINT = 'https://huggingface.co';
const SERVER = 'https://datasets-server.huggingface.co';

interface OpenOptions {
  readonly signal?: AbortSignal;
}

type Opener<Source> = (source: Source, setup: SourcesOptions, options: OpenOptions) => Promise<OpenedSource>;

/** How a source of each kind is opened. What reads it is loaded at the first use: the first frame need not wait for it. */
const OPENERS: { readonly [K in SourceKind]: Opener<SourceOf<K>> } = {
  file: async (source, _, { signal }) => (await import('../readers/readers.ts')).openFile(source.path, source, signal),
  wandb: async ({ path }, { artifactFile }, options) => {
    const file = await artifactFile(path, options).catch(asImportError);
    return (await import('../readers/readers.ts')).openFile(file, {}, options.signal);
  },
  hub: async (source, { home, env, sleep, connection }, { signal }) => {
    const { createHub } = await import('./hub.ts');
    const address = (name: string, usual: string): string => (env[name] || usual).replace(/\/+$/, '');
    const hub = createHub({
      endpoint: address('HF_ENDPOINT', ENDPOINT),
      server: address('HF_DATASETS_SERVER', SERVER),
      token: env.HF_TOKEN?.trim() || null,
      cache: join(home, 'hub'),
      sleep,
      connection,
    });
    return hub.open(source, signal);
  },
};

/** Files, datasets of the Hub and artifacts of W&B. */
export function createSources(setup: SourcesOptions) {
  return {
    open: <Kind extends SourceKind>(source: SourceOf<Kind>, options: OpenOptions = {}): Promise<OpenedSource> =>
      OPENERS[source.kind](source, setup, options),
  };
}

function asImportError(error: unknown): never {
  if (error instanceof TrackingError) throw new ImportError(error.message, error.next);
  throw error;
}
