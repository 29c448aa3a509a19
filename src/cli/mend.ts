import { DatasetMend, type MendedFact } from '../domain/dataset/mend/mend.ts';
import type { DatasetReport } from '../domain/dataset/report.ts';
import { EncodingError } from '../domain/text/decoding.ts';
import { JsonTextReader, type JsonValue } from '../domain/text/json-values.ts';
import { readPieces } from '../services/filesystem/lines.ts';
import { type CommandContext, CommandFailure } from './context.ts';
import { openFileSystem } from './named-files.ts';
import { settleOutputs } from './outputs.ts';

const WORK = 'mended dataset';

/** What reading the file mends, by the code of its finding. */
const OF_THE_FILE = [
  ['encoding', 'encoding'],
  ['byte-order-mark', 'byte-order-mark'],
  ['not-jsonl', 'layout'],
] as const;

export interface MendRequest {
  readonly file: string;
  readonly out: string;
  readonly force: boolean | undefined;
}

export interface MendedFile {
  readonly path: string;
  readonly lines: number;
  readonly facts: readonly MendedFact[];
}

/** Refuses an output that is the file itself, or holds something of someone else's, before anything is read. */
export function settleMend(context: CommandContext, { file, out, force }: MendRequest): Promise<boolean> {
  return settleOutputs(context, openFileSystem(context), { work: WORK, inputs: [file], outputs: [out] }, force);
}

/** Writes the file with what has one certain mend mended, streamed. A file that is no text has none: nothing is written. */
export async function mendFile(
  context: CommandContext,
  { file, out }: MendRequest,
  found: DatasetReport,
  replace: boolean,
): Promise<MendedFile> {
  const mend = new DatasetMend();
  let lines = 0;
  for (const [code, made] of OF_THE_FILE) {
    if (found.findings.some((finding) => finding.code === code && finding.line === 1)) mend.note(made, 1);
  }
  async function* mended(): AsyncGenerator<string> {
    for await (const { text, line } of valuesOf(file, (number) => mend.note('line-end', number))) {
      for (const whole of mend.push(text, line)) {
        lines += 1;
        yield `${whole}\n`;
      }
      context.signal.throwIfAborted();
    }
  }
  try {
    const path = await openFileSystem(context).writeText(out, mended(), { work: WORK, replace });
    return { path, lines, facts: mend.facts() };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new CommandFailure(error.message, `Nothing was written to ${out}.`, error.next);
  }
}

/** The values of the file with their lines; `onReturn` is called with each line that ends in a carriage return too. */
async function* valuesOf(file: string, onReturn: (line: number) => void): AsyncGenerator<JsonValue> {
  const reader = new JsonTextReader();
  let line = 0;
  for await (const piece of readPieces(file)) {
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', end + 1)) {
      line += 1;
      if (piece[end - 1] === '\r') onReturn(line);
    }
    yield* reader.push(piece);
  }
  yield* reader.end();
}
