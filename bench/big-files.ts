import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { root } from './measure.ts';

/** Where the texts come from: tables with a column of texts, of another folder where one is named. */
const texts = process.env.LUTHIER_BENCH_TEXTS ?? join(root, 'examples');
const COLUMNS = ['text', 'question', 'description'];
const PIECE = 1 << 20;

export interface BigFile {
  readonly lines: number;
  /** Bytes of a line on average, some per cent more or less. */
  readonly bytesPerLine: number;
}

/**
 * Writes a training file of chat lines, each of sentences that people wrote, drawn and ordered by a seeded draw, so that every
 * run has the same file, no two lines are the same, and few are nearly so.
 */
export function writeChatFile(path: string, { lines, bytesPerLine }: BigFile): void {
  const sentences = sentencesOf(texts);
  const draw = seeded(20_261_130);
  const file = openSync(path, 'w');
  let piece = '';
  for (let line = 0; line < lines; line += 1) {
    const wanted = bytesPerLine * (0.6 + 0.8 * draw()) - FRAME;
    const said: string[] = [];
    for (let length = 0; length < wanted; ) {
      const sentence = sentences[Math.floor(draw() * sentences.length)] ?? '';
      said.push(sentence);
      length += sentence.length + 1;
    }
    const asked = Math.ceil(said.length / 2);
    const messages = [
      { role: 'system', content: 'You read contracts and letters.' },
      { role: 'user', content: `${said.slice(0, asked).join(' ')} (${line})` },
      { role: 'assistant', content: said.slice(asked).join(' ') || `It is number ${line}.` },
    ];
    piece += `${JSON.stringify({ messages })}\n`;
    if (piece.length < PIECE) continue;
    writeSync(file, piece);
    piece = '';
  }
  writeSync(file, piece);
  closeSync(file);
}

/** Bytes of a line beside its sentences, and half a sentence that goes over. */
const FRAME = 190;

/** Sentences of 20 to 240 characters from every table of a folder, each once. */
function sentencesOf(folder: string): readonly string[] {
  const tables = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[ct]sv$/.test(name))
    .sort();
  const found = tables.flatMap((name) =>
    rowsOf(join(folder, name)).flatMap((row) =>
      COLUMNS.flatMap((column) => (row[column] ?? '').split(/(?<=[.?!])\s+|\s*<br>\s*/)),
    ),
  );
  return [...new Set(found.map((one) => one.trim()))].filter(({ length }) => length >= 20 && length <= 240);
}

function rowsOf(path: string): readonly Record<string, string>[] {
  const delimiter = path.endsWith('.csv') ? ',' : '\t';
  return parse(readFileSync(path), { columns: true, delimiter, relax_quotes: true, relax_column_count: true });
}

/** Numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
