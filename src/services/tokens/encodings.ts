import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import type { Encoding } from '../../domain/provider/models.ts';
import { BytePairs, type PieceSplit } from './byte-pairs.ts';
import { readPairs, type SharedPairs, unpackPairs } from './pair-table.ts';
import { cl100kPieceEnd, cl100kWordEnd, o200kPieceEnd, o200kWordEnd } from './pieces.ts';

const SPLITS: Readonly<Record<Encoding, PieceSplit>> = {
  o200k_base: { pattern: O200K_TOKEN_SPLIT_REGEX, pieceEnd: o200kPieceEnd, wordEnd: o200kWordEnd },
  cl100k_base: { pattern: CL100K_TOKEN_SPLIT_REGEX, pieceEnd: cl100kPieceEnd, wordEnd: cl100kWordEnd },
};

const loaded = new Map<Encoding, BytePairs>();

/** An encoding, read on first use. Special tokens are text like any other. */
export const readBytePairs = (encoding: Encoding): BytePairs =>
  loaded.get(encoding) ?? keep(encoding, readTable(encoding));

/** An encoding that another thread has read. */
export const adoptBytePairs = (encoding: Encoding, shared: SharedPairs): BytePairs =>
  loaded.get(encoding) ?? keep(encoding, shared);

function keep(encoding: Encoding, shared: SharedPairs): BytePairs {
  const pairs = new BytePairs(shared, SPLITS[encoding]);
  loaded.set(encoding, pairs);
  return pairs;
}

/** The library's own table, which takes a tenth of a second to read; beside the bundle lies what `bin/build.js` made of it. */
function readTable(encoding: Encoding): SharedPairs {
  const self = import.meta.url;
  if (self.endsWith('.ts'))
    return readPairs(readFileSync(new URL(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`), self)));
  const pairs = unpackPairs(readShared(new URL(`./${encoding}.pairs`, self)));
  if (pairs === null) throw new Error(`The table of ${encoding} was not built for this machine.`);
  return pairs;
}

/** In one go: it takes a millisecond, and whoever counts has nothing else to do. */
function readShared(path: URL): SharedArrayBuffer {
  const file = openSync(path, 'r');
  try {
    const memory = new SharedArrayBuffer(fstatSync(file).size);
    const bytes = new Uint8Array(memory);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) throw new Error(`${path} is cut.`);
      at += read;
    }
    return memory;
  } finally {
    closeSync(file);
  }
}
