import { FileError } from './file-faults.ts';

const REPAIR = '`luthier doctor --recover` saves what can be read into a new file and keeps this one beside it.';

/** The store, or a record in it, that cannot be read as it was written. Nothing more is asked of anyone until it is mended. */
export class StoreDamage extends FileError {
  constructor(what: string, next: string = REPAIR) {
    super(what, next);
    this.name = 'StoreDamage';
  }
}

/** SQLite's primary result codes for a damaged file and for one that is no database (sqlite.org/rescode.html). */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Whether SQLite found a file damaged. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  const primary = error.errcode & 0xff;
  return primary === CORRUPT || primary === NOT_A_DATABASE;
}

/** What SQLite found damaged while it was used, in words; any other error as it is. */
export const namedDamage = (error: unknown): unknown =>
  isDamage(error) && error instanceof Error ? new StoreDamage(`luthier.db is damaged: ${error.message}.`) : error;
