import { open, readFile } from 'node:fs/promises';
import { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import type { Encoding } from '../../domain/provider/models.ts';
import { BytePairs, type PieceSplit } from './byte-pairs.ts';
import { readPairs, type SharedPairs, unpackPairs } from './pair-table.ts';
import { cl100kPieceEnd, cl100kWordEnd, o200kPieceEnd, o200kWordEnd } from './pieces.ts';

const SPLITS: Readonly<Record<Encoding, PieceSplit>> = {
  o200k_base: { pattern: O200K_TOKEN_SPLIT_REGEX, pieceEnd: o200kPieceEnd, wordEnd: o200kWordEnd },
  cl100k_base: { pattern: CL100K_TOKEN_SPLIT_REGEX, pieceEnd: cl100kPieceEnd, wordEnd: cl100kWordEnd },
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

/** The library's own table, which takes a tenth of a second to read; beside the bundle lies what `bin/build.js` made of it. */
async function readTable(encoding: Encoding): Promise<SharedPairs> {
  const self = import.meta.url;
  if (self.endsWith('.ts'))
    return readPairs(await readFile(new URL(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`), self)));
  const pairs = unpackPairs(await readShared(new URL(`./${encoding}.pairs`, self)));
  if (pairs === null) throw new Error(`The table of ${encoding} was not built for this machine.`);
  return pairs;
}

async function readShared(path: URL): Promise<SharedArrayBuffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const memory = new SharedArrayBuffer(size);
  const bytes = new Uint8Array(memory);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, at, size - at, at);
    if (bytesRead === 0) throw new Error(`${path} is cut.`);
    at += bytesRead;
  }
  return memory;
}
