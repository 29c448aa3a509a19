import type { StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import type { ChatMessage } from '../../../domain/chat/types.ts';
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
/** Packs kept open: some 60 KB of memory each. */
const OPEN_PACKS = 32;

const SETTINGS = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};

/** The texts of rows as the bytes of a pack, with a sum that tells whether they are still these. */
export const packOf = (texts: readonly RowTexts[]): Buffer =>
  zstdCompressSync(
    JSON.stringify(texts.map(({ prompt, completion, whole, thoughts }) => [prompt, completion, whole, thoughts])),
    SETTINGS,
  );

const packedSchema = z.array(
  z.tuple([
    z.array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() })).nullable(),
    z.string(),
    z.string().nullable(),
    z.string().nullable(),
  ]),
);

/** What the bytes of a pack say, as JSON text. Throws where they are none. */
export const jsonIn = (bytes: Uint8Array): string => zstdDecompressSync(bytes).toString('utf8');

/** The texts in the JSON text of a pack. Throws where there are none. */
export const textsInJson = (json: string): readonly RowTexts[] =>
  packedSchema
    .parse(JSON.parse(json))
    .map(([prompt, completion, whole, thoughts]) => ({ prompt, completion, whole, thoughts }));

/** The texts in the bytes of a pack. Throws where they are none. */
export const textsIn = (bytes: Uint8Array): readonly RowTexts[] => textsInJson(jsonIn(bytes));

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
