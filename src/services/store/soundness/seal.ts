import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { writePrivateFile } from '../../filesystem/private-files.ts';

const sealSchema = z.object({
  size: z.number(),
  inode: z.number(),
  modifiedMs: z.number(),
  changedMs: z.number(),
  /** SHA-256 of the bytes in hexadecimal digits; null of a file too large to read at every end. */
  sha256: z.string().nullable(),
});

/** What a file was when the last process that had it open closed it. */
type Seal = z.infer<typeof sealSchema>;

/** Larger files are known by size and times alone: reading them would hold up the end of every command. */
const HASHED_BYTES = 64 * 2 ** 20;

const sealPath = (path: string): string => `${path}.seal`;

const PIECE_BYTES = 2 ** 20;

function hashOf(path: string, size: number): string | null {
  if (size > HASHED_BYTES) return null;
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

function readSeal(path: string): Seal | null {
  try {
    return sealSchema.safeParse(parseJson(readFileSync(sealPath(path), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

type Standing = Omit<Seal, 'sha256'>;

function standingOf(path: string): Standing | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  return { size: found.size, inode: found.ino, modifiedMs: found.mtimeMs, changedMs: found.ctimeMs };
}

const sameStanding = (a: Standing, b: Standing): boolean =>
  a.size === b.size && a.inode === b.inode && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs;

/**
 * Whether a file is what it was when it was sealed. `unsealed`: nothing says what it was; `unknown`: it is too large to be sure.
 */
export type SealVerdict = 'same' | 'changed' | 'gone' | 'unsealed' | 'unknown';

export function verifySeal(path: string): SealVerdict {
  const seal = readSeal(path);
  if (seal === null) return 'unsealed';
  const now = standingOf(path);
  if (now === null) return seal.size === 0 ? 'unsealed' : 'gone';
  if (sameStanding(seal, now)) return 'same';
  if (seal.size !== now.size) return 'changed';
  if (seal.sha256 === null) return 'unknown';
  return hashOf(path, now.size) === seal.sha256 ? 'same' : 'changed';
}

/** Seals a file as it stands. One that is sealed so already is not read again. */
export function seal(path: string): void {
  const now = standingOf(path);
  const before = readSeal(path);
  if (now === null || (before !== null && sameStanding(before, now))) return;
  writePrivateFile(sealPath(path), `${JSON.stringify({ ...now, sha256: hashOf(path, now.size) })}\n`);
}

export function breakSeal(path: string): void {
  rmSync(sealPath(path), { force: true });
}
