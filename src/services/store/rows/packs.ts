import type { StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import type { ChatMessage } from '../../../domain/chat/types.ts';
import { isRecord } from '../../../domain/common/json.ts';
import { once } from '../../../domain/common/once.ts';
import { StoreDamage } from '../../../domain/text/store-damage.ts';

/** The texts of a row. */
export interface RowTexts {
  readonly prompt: readonly ChatMessage[] | null;
  readonly completion: string;
  readonly whole: string | null;
  readonly thoughts: string | null;
}

/** Rows whose texts are packed together: more make a pack smaller, and one row of it dearer to read. */
export const PACKED_ROWS = 64;
/** New rows that come together and are fewer are not packed: a pack of few is hardly smaller than their texts. */
export const FEWEST_PACKED = 32;
/** Packs kept open: some 60 KB of memory each. */
const OPEN_PACKS = 32;

/** Room for most packs, in a piece of memory of its own: Node puts fewer bytes in one that others are in as well. */
const ROOM = 32_768;

const settings = once(() => ({
  chunkSize: ROOM,
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
}));

/** The texts of rows as the bytes of a pack, with a sum that tells whether they are still these. */
export const packOf = (texts: readonly RowTexts[]): Buffer =>
  zstdCompressSync(
    JSON.stringify(texts.map(({ prompt, completion, whole, thoughts }) => [prompt, completion, whole, thoughts])),
    settings(),
  );

/** Gives back what a pack takes before garbage is collected, where nothing else can lie there. */
export function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const isOwn = byteOffset === 0 && (buffer.byteLength === ROOM || buffer.byteLength === byteLength);
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

type Packed = readonly [RowTexts['prompt'], string, string | null, string | null];

const ROLES: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant', 'tool']);
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';
const isMessage = (value: unknown): boolean =>
  isRecord(value) && ROLES.has(value.role) && typeof value.content === 'string';

/** Not a schema: it would make every text's place anew, for a million rows at a look for near-duplicates. */
const isPacked = (value: unknown): value is Packed =>
  Array.isArray(value) &&
  value.length === 4 &&
  (value[0] === null || (Array.isArray(value[0]) && value[0].every(isMessage))) &&
  typeof value[1] === 'string' &&
  isTextOrNull(value[2]) &&
  isTextOrNull(value[3]);

/** Most packs in one piece: pieces of the usual 16 KB would be put together. */
const PIECE = { chunkSize: 32_768 };

/** What the bytes of a pack say, as the bytes of JSON text. Throws where they are none. */
export const jsonIn = (bytes: Uint8Array): Buffer => zstdDecompressSync(bytes, PIECE);

/** The texts in the JSON text of a pack. Throws where there are none. */
export function textsInJson(json: string): readonly RowTexts[] {
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows) || !rows.every(isPacked)) throw new Error('These are not the texts of rows.');
  return rows.map(([prompt, completion, whole, thoughts]) => ({ prompt, completion, whole, thoughts }));
}

/** The texts in the bytes of a pack. Throws where they are none. */
export const textsIn = (bytes: Uint8Array): readonly RowTexts[] => textsInJson(jsonIn(bytes).toString());

const placeSchema = z.object({ first: z.number(), stamp: z.number() });
const bytesSchema = z.object({ texts: z.instanceof(Uint8Array) });

const FIND = 'SELECT first, stamp FROM packs WHERE first <= ? ORDER BY first DESC LIMIT 1';
const READ = 'SELECT texts FROM packs WHERE first = ?';

export interface Packs {
  /** The texts of the row at a place that has none of its own. Throws StoreDamage. */
  textsOf(seq: number): RowTexts;
}

/** Reads packs; the last ones stay open. */
export function createPacks(statement: (sql: string) => StatementSync): Packs {
  const open = new Map<number, readonly RowTexts[]>();

  function read(first: number, stamp: number): readonly RowTexts[] {
    const known = open.get(stamp);
    open.delete(stamp);
    const texts = known ?? textsIn(bytesSchema.parse(statement(READ).get(first)).texts);
    open.set(stamp, texts);
    for (const oldest of open.keys()) {
      if (open.size <= OPEN_PACKS) break;
      open.delete(oldest);
    }
    return texts;
  }

  return {
    textsOf(seq) {
      const found = statement(FIND).get(seq);
      if (found === undefined) throw lost(seq);
      const { first, stamp } = placeSchema.parse(found);
      const texts = attempt(() => read(first, stamp)[seq - first]);
      if (texts === undefined) throw lost(seq);
      return texts;
    },
  };
}

/** Bytes that are no pack are as good as none; a fault of reading them at all is told as what it is. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'errcode' in error) throw error;
    return undefined;
  }
}

const lost = (seq: number): StoreDamage =>
  new StoreDamage(`luthier.db is damaged: the texts of number ${seq} of its table rows cannot be read.`);
