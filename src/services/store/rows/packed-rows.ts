import { statusOfText } from '../../../domain/dataset/row.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import type { ImportedRow, PackedRows } from '../../../domain/importing/conversion.ts';
import { giveBack, PACKED_ROWS, packOf, textsIn } from './packs.ts';

/** Bytes of an identity that is a hash. */
export const HASH_BYTES = 32;

/** Rows of an import as columns, with their texts in packs. Their identities are hashes, and no two are the same. */
export function packRows(rows: readonly ImportedRow[]): PackedRows {
  const ids = new Uint8Array(HASH_BYTES * rows.length);
  for (const [n, { id }] of rows.entries()) ids.set(Buffer.from(id, 'hex'), HASH_BYTES * n);
  const texts = rows.map(({ prompt, completion, whole = null }) => ({ prompt, completion, whole, thoughts: null }));
  return {
    ids,
    lengths: rows.map(({ completion }) => completion.length),
    cells: rows.map(({ cell }) => cell),
    ratings: rows.map(({ rating }) => rating),
    statuses: rows.map(({ completion }) => statusOfText(completion)),
    packs: Array.from({ length: Math.ceil(rows.length / PACKED_ROWS) }, (_, n) =>
      inOwnMemory(packOf(texts.slice(PACKED_ROWS * n, PACKED_ROWS * (n + 1)))),
    ),
  };
}

/** The same bytes with no room beside them, and what they lay in given back: of the rows of a long file that is hundreds of megabytes. */
function inOwnMemory(bytes: Uint8Array): Uint8Array {
  const own = new Uint8Array(bytes);
  giveBack(bytes);
  return own;
}

/** What of packed rows another thread can be given instead of a copy. */
export const movedWith = ({ ids, packs }: PackedRows): ArrayBuffer[] =>
  [ids, ...packs].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));

/** What the columns say of the row at a place; the rest is as `like` has it. */
const rowAt = (like: Row, { ids, cells, ratings, statuses }: PackedRows, n: number): Row => ({
  ...like,
  id: Buffer.from(ids.subarray(HASH_BYTES * n, HASH_BYTES * (n + 1))).toString('hex'),
  cell: cells[n] ?? like.cell,
  rating: ratings[n] ?? like.rating,
  status: statuses[n] ?? like.status,
});

/** Packed rows one by one. Throws where the texts are none. */
export const unpackRows = (like: Row, packed: PackedRows): readonly Row[] =>
  packed.packs.flatMap(textsIn).map(({ prompt, completion, whole }, n) => ({
    ...rowAt(like, packed, n),
    prompt,
    completion,
    ...(whole === null ? {} : { whole }),
  }));

/** Rows one after the other that differ in their identities and texts alone. */
export interface Stretch {
  readonly start: number;
  /** The place after its last row. */
  readonly end: number;
  /** Its first, without texts. */
  readonly row: Row;
}

export function* stretchesOf(like: Row, packed: PackedRows): Generator<Stretch> {
  const { cells, ratings, statuses, lengths } = packed;
  const kinds = lengths.map((_, n) => `${ratings[n]} ${statuses[n]} ${JSON.stringify(cells[n])}`);
  let start = 0;
  for (let end = 1; end <= kinds.length; end += 1) {
    if (end < kinds.length && kinds[end] === kinds[start]) continue;
    yield { start, end, row: rowAt(like, packed, start) };
    start = end;
  }
}
