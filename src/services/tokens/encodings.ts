import { open, readFile } from 'node:fs/promises';
import { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import type { Encoding } from '../../domain/provider/models.ts';
import { BytePairs, type PieceSplit } from './byte-pairs.ts';
import { readPairs, type SharedPairs, unpackPairs } from './pair-table.ts';
import { cl100kPieceEnd, o200kPieceEnd } from './pieces.ts';

const SPLITS: Readonly<Record<Encoding, PieceSplit>> = {
  o200k_base: { pattern: O200K_TOKEN_SPLIT_REGEX, pieceEnd: o200kPieceEnd },
  cl100k_base: { pattern: CL100K_TOKEN_SPLIT_REGEX, pieceEnd: cl100kPieceEnd },
};

const loaded = new Map<Encoding, Promise<BytePairs>>();

/** An encoding, read on first use. Special tokens are text like any other. */
export function readBytePairs(encoding: Encoding): Promise<BytePairs> {
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const reading = readTable(encoding).then((pairs) => new BytePairs(pairs, SPLITS[encoding]));
  loaded.set(encoding, reading);
  return reading;
}

/** An encoding that another thread has read. */
export async function adoptBytePairs(encoding: Encoding, shared: SharedPairs): Promise<BytePairs> {
  const known = loaded.get(encoding) ?? Promise.resolve(new BytePairs(shared, SPLITS[encoding]));
  loaded.set(encoding, known);
  return known;
}

/**
 * The library's own table where the source runs. `bin/build.js` packs it: read as it is, it takes thousands of lines through a loop that V8
 * compiles for this one use, and three times the memory.
 */
async function readTable(encoding: Encoding): Promise<SharedPairs> {
  const self = import.meta.url;
  if (self.endsWith('.ts'))
    return readPairs(await readFile(new URL(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`))));
  await using file = await open(new URL(`./${encoding}.pairs`, self));
  const packed = new SharedArrayBuffer((await file.stat()).size);
  for (let at = 0; at < packed.byteLength; ) {
    const { bytesRead } = await file.read(new Uint8Array(packed, at));
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return unpackPairs(packed);
}
