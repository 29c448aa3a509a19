import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { TrackingError } from '../../../domain/tracking/types.ts';
import type { Manifest } from './downloadQueries.ts';
import { safeFault } from './faults.ts';

export interface ChosenFile {
  readonly path: string;
  /** Base64 of its MD5. */
  readonly digest: string;
}

const DATA = /\.(jsonl|ndjson|csv|tsv|parquet|json)$/i;
const TABLE = /\.table\.json$/i;
/** A training file by its id at OpenAI, as the official integration names it: it has no ending. */
const FILE_ID = /^file-[A-Za-z0-9]+$/;
const MOST_NAMED = 20;
/** Characters of a path, or of an address, that are shown. */
const MOST_SHOWN = 200;

/**
 * The file of an artifact that is meant: the named one, or the only one that holds data. A table of W&B's counts where
 * there is nothing else, for it is mostly another view of the file beside it. Throws TrackingError.
 */
export function chooseFile({ contents }: Manifest, name: string, wanted: string | null): ChosenFile {
  const paths = Object.keys(contents).toSorted();
  const data = paths.filter((path) => isData(path) || paths.length === 1);
  const plain = data.filter((path) => !TABLE.test(path));
  const fitting = wanted !== null ? paths.filter((path) => path === wanted) : plain.length > 0 ? plain : data;
  const [path, ...others] = fitting;
  if (path === undefined || others.length > 0) throw unclear(name, wanted, others.length > 0 ? fitting : paths);
  const entry = contents[path];
  if (entry === undefined) throw unclear(name, wanted, paths);
  if (entry.ref) {
    throw safeFault(
      'not-found',
      `${shown(path)} of the artifact ${name} is a reference: W&B does not hold it.`,
      `Get it where it lies, ${shown(withoutQuery(entry.ref))}, and import that file.`,
    );
  }
  return { path, digest: entry.digest };
}

const isData = (path: string): boolean => DATA.test(path) || FILE_ID.test(path);

function unclear(name: string, wanted: string | null, paths: readonly string[]): TrackingError {
  const listed = paths.slice(0, MOST_NAMED).map(shown).join(', ') + (paths.length > MOST_NAMED ? ', …' : '');
  if (paths.length === 0) {
    return safeFault('not-found', `The artifact ${name} is empty.`, 'Choose another one, or another version.');
  }
  const problem =
    wanted !== null
      ? `The artifact ${name} has no file “${wanted}”.`
      : paths.some(isData)
        ? `The artifact ${name} has several files.`
        : `The artifact ${name} has no file of rows.`;
  return safeFault('not-found', problem, `Write #FILE after its name; there is: ${listed}.`);
}

/** Whoever made the artifact named it. */
function shown(name: string): string {
  const line = sanitizeLine(name);
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}

/** A reference may be signed: what signs it is a secret. */
const withoutQuery = (ref: string): string => ref.replace(/[?#].*$/s, '');
