import { stat } from 'node:fs/promises';
import type { DatasetCheck } from '../../domain/dataset/check.ts';
import type { CountOfBoth } from '../../domain/dataset/plain/look.ts';
import type { Quote } from '../../domain/dataset/rubbish/repeats.ts';
import { type DecodingFault, sniffEncoding, TextDecoding } from '../../domain/text/decoding.ts';
import type { EncodingGuess } from '../../domain/text/encoding-guess.ts';
import { fileKindOf } from '../../domain/text/file-kinds.ts';
import { JsonTextReader, type JsonValue, layoutOf } from '../../domain/text/json-values.ts';
import { readBytes } from '../filesystem/bytes.ts';
import type { LineHelpers } from './helpers.ts';
import { BlockMemory, lineBlocks } from './line-blocks.ts';
import { lineStarts, lookAtBlock, type PackedLooks, textsAt, unpackLooks } from './line-looks.ts';

/** Bytes of a file from which more threads than one are worth their start, and what each compiles for itself. */
export const LARGE = 32 * 1024 * 1024;
/** Bytes that a layout is known by: two lines of nearly every file. */
const HEAD = 512 * 1024;

/** Bytes of a file that can be read twice; null for anything else, a pipe or what is not there. */
export const fileBytes = async (path: string): Promise<number | null> => {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? found.size : null;
};

/**
 * Puts the lines of a file through a check, without their ends. A byte order mark stays, for a check reports it; lines
 * that hold bytes of no text are findings, and the others are checked all the same.
 */
export async function checkLines(path: string, check: DatasetCheck, signal: AbortSignal): Promise<void> {
  const faults: DecodingFault[] = [];
  const decoding = new TextDecoding({ onFault: (fault) => faults.push(fault) });
  const reader = new JsonTextReader();
  let guess: EncodingGuess | null = null;
  const sayFaults = async (): Promise<void> => {
    for (const fault of faults.splice(0)) {
      // Loaded at the first file that is no UTF-8: few are.
      guess ??= await (await import('../filesystem/encoding-guess.ts')).fileEncoding(path);
      check.pushFault(fault, guess);
    }
  };
  const take = (values: readonly JsonValue[]): void => {
    for (const { line, text } of values) check.push(text, line);
  };
  let begun = false;
  for await (const bytes of readBytes(path, { signal, isReused: true })) {
    const kind = begun ? null : fileKindOf(bytes);
    if (kind !== null) {
      check.pushKind(kind);
      return;
    }
    begun = true;
    const isLines = reader.layout === 'lines';
    const batch = isLines ? decoding.pushLines(bytes) : decoding.push(bytes);
    await sayFaults();
    take(typeof batch === 'string' ? reader.push(batch) : reader.pushLines(batch));
  }
  const rest = decoding.end();
  await sayFaults();
  take(reader.push(rest));
  take(reader.end());
  if (reader.layout !== null && reader.layout !== 'lines') check.pushLayout(reader.layout, reader.wrapped);
  if (decoding.encoding !== null && decoding.encoding !== 'utf-8') check.pushEncoding(decoding.encoding);
}

interface WaitingBlock {
  readonly bytes: Buffer;
  readonly looks: Promise<PackedLooks | null>;
  /** What came of it; undefined while a helper is at it. */
  seen: PackedLooks | null | undefined;
}

export interface BlockSetup {
  readonly count: CountOfBoth;
  /** Null where no other thread is worth its start. */
  readonly helpers: LineHelpers | null;
  readonly signal: AbortSignal;
}

/**
 * The same by the bytes of its lines, with the help of other threads, which look at blocks of them while this one looks at some and puts
 * together, in their order, what all of them saw. False, and the check is of no use, for a file that is not UTF-8 with an object a line: that is for
 * `checkLines`.
 */
export async function checkBlocks(path: string, check: DatasetCheck, setup: BlockSetup): Promise<boolean> {
  const { count, helpers, signal } = setup;
  const memory = new BlockMemory();
  const waiting: WaitingBlock[] = [];
  let lines = 0;
  /** Adds the first blocks that are ready, and waits for them while more than `most` are not. False where one is no UTF-8. */
  const settle = async (most: number): Promise<boolean> => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (first.seen === undefined && waiting.length <= most) return true;
      const seen = await first.looks;
      if (seen === null) return false;
      addLooks(check, first.bytes, seen, lines);
      lines += seen.lines;
      memory.give(first.bytes);
      waiting.shift();
    }
    return true;
  };
  let begun = false;
  for await (const bytes of lineBlocks(path, memory, signal)) {
    if (bytes === null || !(begun || isPlain(bytes))) return false;
    begun = true;
    waiting.push(blockOf(bytes, helpers?.look(bytes) ?? lookAtBlock(bytes, count)));
    if (!(await settle((helpers?.room ?? 0) + 1))) return false;
  }
  return settle(0);
}

function blockOf(bytes: Buffer, looks: Promise<PackedLooks | null> | PackedLooks | null): WaitingBlock {
  if (!(looks instanceof Promise)) return { bytes, looks: Promise.resolve(looks), seen: looks };
  const block: WaitingBlock = { bytes, looks, seen: undefined };
  looks.then(
    (seen) => {
      block.seen = seen;
    },
    // Whoever waits for the block is told.
    () => {},
  );
  return block;
}

/** Whether a file is UTF-8 with an object a line, by its first block. */
function isPlain(head: Buffer): boolean {
  if (fileKindOf(head) !== null || sniffEncoding(head) !== 'utf-8') return false;
  return layoutOf(head.toString('utf8', 0, HEAD)) === 'lines';
}

function addLooks(check: DatasetCheck, block: Buffer, packed: PackedLooks, before: number): void {
  let starts: readonly number[] | null = null;
  for (const look of unpackLooks(packed, before)) {
    check.add(look, () => {
      starts ??= lineStarts(block);
      const index = look.line - before - 1;
      return textsAt(block, starts[index] ?? 0, starts[index + 1] ?? 0, look.line);
    });
  }
}

/** Reads the lines again that are to be quoted, of a file that `checkBlocks` read. */
export async function giveQuotes(path: string, quotes: readonly Quote[], signal: AbortSignal): Promise<void> {
  const left = quotes.toSorted((a, b) => a.line - b.line);
  const memory = new BlockMemory();
  let before = 0;
  if (left.length === 0) return;
  for await (const block of lineBlocks(path, memory, signal)) {
    if (block === null) return;
    const starts = lineStarts(block);
    const lines = starts.length - 1;
    for (let quote = left[0]; quote !== undefined && quote.line <= before + lines; quote = left[0]) {
      const index = quote.line - before - 1;
      quote.give(textsAt(block, starts[index] ?? 0, starts[index + 1] ?? 0, quote.line).answer);
      left.shift();
    }
    if (left.length === 0) return;
    before += lines;
    memory.give(block);
  }
}
