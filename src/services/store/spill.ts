import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { ChatTurn } from '../../domain/chat/types.ts';
import { parseJson } from '../../domain/common/json.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { CallEnd } from '../../domain/pricing/spending.ts';
import { recordOf, rowOf } from './rows/record.ts';
import { turnSchema } from './transcripts.ts';

/** An answer that was paid for and found no room among the rows, with how its call ended. */
export interface UnstoredAnswer {
  readonly row: Row;
  readonly end: CallEnd;
}

/** A turn of a conversation whose answers were paid for and found no room. */
export interface UnstoredTurn {
  readonly projectId: string;
  readonly turn: ChatTurn;
}

export interface Spill<T> {
  keep(items: readonly T[]): string | null;
  giveBack(put: (items: readonly T[]) => void): number;
}

/** One kind of what finds no room: the folder it is kept in, and an item as a line of JSON and back. */
interface SpillKind<T> {
  readonly folder: string;
  readonly write: (item: T) => object;
  /** Null of what is none. */
  readonly read: (value: unknown) => T | null;
}

const endSchema = z.union([
  z.object({
    call: z.string(),
    outcome: z.literal('billed'),
    usage: z.object({ promptTokens: z.number(), completionTokens: z.number(), cachedTokens: z.number() }).nullable(),
    usd: z.number().nullable(),
  }),
  z.object({ call: z.string(), outcome: z.enum(['may-be-billed', 'unbilled']) }),
]);
const answerSchema = z.object({ record: z.record(z.string(), z.unknown()), end: endSchema });

const ANSWERS: SpillKind<UnstoredAnswer> = {
  folder: 'luthier-unstored',
  write: ({ row, end }) => ({ record: recordOf(row), end }),
  read(value) {
    const { data } = answerSchema.safeParse(value);
    return data === undefined ? null : { row: rowOf(data.record), end: data.end };
  },
};

const turnLineSchema = z.object({ projectId: z.string(), turn: turnSchema });

const TURNS: SpillKind<UnstoredTurn> = {
  folder: 'luthier-unstored-chat',
  write: (item) => item,
  read: (value) => turnLineSchema.safeParse(value).data ?? null,
};

export interface SpillOptions {
  /** The data folder whose answers these are. */
  readonly home: string;
  /** Where answers may be kept instead, the first that takes them. */
  readonly places?: readonly string[];
}

/** Answers of runs that the data folder has no room for. */
export const createSpill = (options: SpillOptions): Spill<UnstoredAnswer> => spillOf(ANSWERS, options);

/** Turns of conversations that it has no room for. */
export const createTurnSpill = (options: SpillOptions): Spill<UnstoredTurn> => spillOf(TURNS, options);

/**
 * What is paid for and has no room: in a private folder elsewhere, and in memory where nowhere is room. Each process
 * writes a file of its own; whoever starts next takes them all back.
 */
function spillOf<T>(kind: SpillKind<T>, { home, places = [tmpdir(), process.cwd()] }: SpillOptions): Spill<T> {
  /** Named at each look, and none is taken at a start: a digest needs what takes 5 ms to load. */
  const folders = (): readonly string[] => {
    const name = `${kind.folder}-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
    return [...new Set(places)].map((place) => join(place, name));
  };
  let inMemory: readonly T[] = [];

  /** A line that was cut by a disk that filled up there as well is left out. */
  const itemsOf = (text: string): readonly T[] => text.split('\n').flatMap((line) => kind.read(parseJson(line)) ?? []);

  function append(folder: string, text: string): string | null {
    try {
      if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
      if (!isOurs(folder)) return null;
      const path = join(folder, `${process.pid}.jsonl`);
      appendFileSync(path, text, { mode: 0o600 });
      return path;
    } catch {
      return null;
    }
  }

  /** Renamed first, so that no other process takes the same answers, and none is added to what is read. */
  function take(folder: string): { readonly path: string; readonly items: readonly T[] }[] {
    return namesIn(folder).flatMap((file) => {
      const taken = join(folder, `${file.replace(/\.taken.*$/, '')}.taken-${process.pid}`);
      try {
        renameSync(join(folder, file), taken);
        return [{ path: taken, items: itemsOf(readFileSync(taken, 'utf8')) }];
      } catch {
        return [];
      }
    });
  }

  return {
    keep(items) {
      const all = [...inMemory, ...items];
      const text = all.map((item) => `${JSON.stringify(kind.write(item))}\n`).join('');
      for (const folder of folders()) {
        const path = append(folder, text);
        if (path === null) continue;
        inMemory = [];
        return path;
      }
      inMemory = all;
      return null;
    },
    giveBack(put) {
      const files = folders().flatMap(take);
      const items = [...inMemory, ...files.flatMap((file) => file.items)];
      if (items.length > 0) put(items);
      inMemory = [];
      for (const { path } of files) rmSync(path, { force: true });
      return items.length;
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return isOurs(folder) ? readdirSync(folder).filter((file) => /^\d+\.jsonl/.test(file)) : [];
  } catch {
    return [];
  }
}

/** In a folder that all may write to, another user may have put one of that name. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}
