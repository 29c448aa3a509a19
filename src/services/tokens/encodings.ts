import { readFile } from 'node:fs/promises';
import { CL100K_TOKEN_SPLIT_REGEX, O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import type { Encoding } from '../../domain/provider/models.ts';
import { BytePairs, type PieceSplit } from './byte-pairs.ts';
import { readPairs, type SharedPairs } from './pair-table.ts';
import { cl100kPieceEnd, o200kPieceEnd } from './pieces.ts';

const SPLITS: Readonly<Record<Encoding, PieceSplit>> = {
  o200k_base: { pattern: O200K_TOKEN_SPLIT_REGEX, pieceEnd: o200kPieceEnd },
  cl100k_base: { pattern: CL100K_TOKEN_SPLIT_REGEX, pieceEnd: cl100kPieceEnd },
};

const loaded = new Map<Encoding, Promise<BytePairs>>();

/** An encoding, read on first use (some tens of milliseconds). Special tokens are text like any other. */
export function readBytePairs(encoding: Encoding): Promise<BytePairs> {
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const reading = readFile(tableOf(encoding)).then((table) => new BytePairs(readPairs(table), SPLITS[encoding]));
  loaded.set(encoding, reading);
  return reading;
}

/** An encoding that another thread has read. */
export async function adoptBytePairs(encoding: Encoding, shared: SharedPairs): Promise<BytePairs> {
  const known = loaded.get(encoding) ?? Promise.resolve(new BytePairs(shared, SPLITS[encoding]));
  loaded.set(encoding, known);
  return known;
}

/** The library's own table: `bin/build.js` puts it beside the bundle. */
function tableOf(encoding: Encoding): URL {
  const name = `${encoding}.tiktoken`;
  const self = import.meta.url;
  return new URL(self.endsWith('.ts') ? import.meta.resolve(`gpt-tokenizer/data/${name}`) : `./${name}`, self);
}
