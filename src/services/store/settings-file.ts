import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ZodError, type ZodType } from 'zod';
import { isRecord } from '../../domain/common/json.ts';
import { profileSchema, type SettingsDocument, settingsSchema } from '../../domain/project/settings.ts';
import { EncodingError, withoutByteOrderMark } from '../../domain/text/decoding.ts';
import { FileKindError } from '../../domain/text/file-kinds.ts';
import { readTextSync } from '../filesystem/lines.ts';
import { ensurePrivateFolder, makePrivate } from '../filesystem/private-files.ts';
import { readWhenChanged } from '../filesystem/unchanged.ts';
import { isTooLarge, type Recovery, setAside, TOO_LARGE } from './recovery.ts';

/** Loaded with the first change that is saved, and not with the first frame, which it would make wait for a tenth of its time. */
function loadConf(): typeof import('conf') {
  return createRequire(import.meta.url)(fileURLToPath(import.meta.resolve('conf')));
}

export interface GuardedFile<T> {
  /** What the file holds now, whoever wrote it; null when there is none. */
  read(): T | null;
  /** Replaces what the file holds, atomically. */
  write(value: T): void;
}

export interface GuardedOptions<T> {
  readonly path: string;
  readonly schema: ZodType<T>;
  readonly recovery: Recovery;
  /** Whether a file of more than a megabyte cannot be one of these. */
  readonly isSmall?: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What can be kept of a file that is JSON but not of the schema; null for nothing. */
  salvage?(json: unknown): T | null;
}

/**
 * A JSON file written by conf, and checked against a schema at every read that finds it changed. One that cannot be read is set aside and
 * noted, never overwritten: what a person wrote by hand, or half a disk lost, can still be looked at.
 */
export function guardedFile<T extends Record<string, unknown>>(options: GuardedOptions<T>): GuardedFile<T> {
  const { path, schema, recovery } = options;
  const folder = dirname(path);

  const read = readWhenChanged(path, (): T | null => {
    try {
      makePrivate(path);
      if (options.isSmall === true && isTooLarge(path)) throw new TooLargeError();
      // Compiling a check of its own for each shape, as zod does, takes longer than to look at one file.
      return schema.parse(parseOrThrow(readTextSync(path)), { jitless: true });
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      return recover(error);
    }
  });

  let writer: { store: T } | null = null;
  const write = (value: T): void => {
    ensurePrivateFolder(folder);
    writer ??= new (loadConf().default)<T>({
      cwd: folder,
      configName: basename(path, '.json'),
      fileExtension: 'json',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      // conf reads a file before it writes it, and would end at one that is not of its shape; what it read is not used.
      deserialize: () => value,
    });
    writer.store = value;
  };

  const recover = (error: Corrupt): T | null => {
    recovery.replacing(path, reason(error));
    const aside = setAside(path, options.now());
    if (aside === null) return null;
    const kept = error instanceof ZodError ? (options.salvage?.(parseOrThrow(readTextSync(aside))) ?? null) : null;
    if (kept !== null) write(kept);
    const rest = kept === null ? '' : ' What could be read of it is kept in use.';
    recovery.note(`${join(basename(folder), basename(path))} ${reason(error)}. It was set aside as ${aside}.${rest}`);
    return kept;
  };

  return { read, write };
}

function parseOrThrow(text: string): unknown {
  return JSON.parse(withoutByteOrderMark(text));
}

/** What a file says that was not written by Luthier as it stands. */
type Corrupt = SyntaxError | ZodError | EncodingError | TooLargeError;

class TooLargeError extends Error {}

const isCorrupt = (error: unknown): error is Corrupt =>
  error instanceof SyntaxError ||
  error instanceof ZodError ||
  error instanceof EncodingError ||
  error instanceof TooLargeError;

function reason(error: Corrupt): string {
  if (error instanceof TooLargeError) return TOO_LARGE;
  if (error instanceof FileKindError) return `is ${error.kind.name}`;
  if (error instanceof EncodingError) return 'is not UTF-8';
  if (error instanceof SyntaxError) return 'is not valid JSON';
  const issue = error.issues[0];
  return issue === undefined ? 'has an unknown shape' : `is not right at ${issue.path.join('.') || 'its top'}`;
}

/** `settings.json`. Every update reads the file again, so another process's choices are kept beside ours. */
export interface SettingsFile {
  read(): SettingsDocument;
  update(change: SettingsDocument): void;
}

export function createSettingsFile(options: {
  readonly home: string;
  readonly recovery: Recovery;
  readonly now: () => number;
}): SettingsFile {
  const file = guardedFile<SettingsDocument>({
    path: join(options.home, 'settings.json'),
    schema: settingsSchema,
    isSmall: true,
    recovery: options.recovery,
    now: options.now,
    salvage,
  });
  const read = () => file.read() ?? {};
  return { read, update: (change) => file.write({ ...read(), ...change }) };
}

/** Keeps the parts that are sound, and of the profiles each one that is: a slip in one costs only that one. */
function salvage(json: unknown): SettingsDocument | null {
  if (!isRecord(json)) return null;
  const kept = Object.entries(json).flatMap(([key, value]): [string, unknown][] => {
    if (settingsSchema.safeParse({ [key]: value }).success) return [[key, value]];
    if (key !== 'profiles' || !Array.isArray(value)) return [];
    return [[key, value.filter((profile) => profileSchema.safeParse(profile).success)]];
  });
  return settingsSchema.parse(Object.fromEntries(kept));
}
