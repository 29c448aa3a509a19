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
import { parseJson } from '../../domain/common/json.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { CallEnd } from '../../domain/pricing/spending.ts';
import { ROW_COLUMNS, rowOf, valuesOf } from './row-record.ts';

/** An answer that was paid for and found no room among the rows, with how its call ended. */
export interface UnstoredAnswer {
  readonly row: Row;
  readonly end: CallEnd;
}

export interface Spill {
  keep(answers: readonly UnstoredAnswer[]): string | null;
  giveBack(put: (answers: readonly UnstoredAnswer[]) => void): number;
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
const lineSchema = z.object({ record: z.record(z.string(), z.unknown()), end: endSchema });

const lineOf = ({ row, end }: UnstoredAnswer): string => {
  const values = valuesOf(row);
  const record = Object.fromEntries(ROW_COLUMNS.map((name, index) => [name, values[index]]));
  return `${JSON.stringify({ record, end })}\n`;
};

/** A line that was cut by a disk that filled up there as well is left out. */
function answersOf(text: string): readonly UnstoredAnswer[] {
  return text.split('\n').flatMap((line) => {
    const parsed = lineSchema.safeParse(parseJson(line));
    return parsed.success ? [{ row: rowOf(parsed.data.record), end: parsed.data.end }] : [];
  });
}

export interface SpillOptions {
  /** The data folder whose answers these are. */
  readonly home: string;
  /** Where answers may be kept instead, the first that takes them. */
  readonly places?: readonly string[];
}

/**
 * Answers that the data folder has no room for: in a private folder elsewhere, and in memory where nowhere is room. Each
 * process writes a file of its own; whoever starts next takes them all back.
 */
export function createSpill({ home, places = [tmpdir(), process.cwd()] }: SpillOptions): Spill {
  const name = `luthier-unstored-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const folders = [...new Set(places)].map((place) => join(place, name));
  let inMemory: readonly UnstoredAnswer[] = [];

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
  function take(folder: string): { readonly path: string; readonly answers: readonly UnstoredAnswer[] }[] {
    return namesIn(folder).flatMap((file) => {
      const taken = join(folder, `${file.replace(/\.taken.*$/, '')}.taken-${process.pid}`);
      try {
        renameSync(join(folder, file), taken);
        return [{ path: taken, answers: answersOf(readFileSync(taken, 'utf8')) }];
      } catch {
        return [];
      }
    });
  }

  return {
    keep(answers) {
      const all = [...inMemory, ...answers];
      const text = all.map(lineOf).join('');
      for (const folder of folders) {
        const path = append(folder, text);
        if (path === null) continue;
        inMemory = [];
        return path;
      }
      inMemory = all;
      return null;
    },
    giveBack(put) {
      const files = folders.flatMap(take);
      const answers = [...inMemory, ...files.flatMap((file) => file.answers)];
      if (answers.length > 0) put(answers);
      inMemory = [];
      for (const { path } of files) rmSync(path, { force: true });
      return answers.length;
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
