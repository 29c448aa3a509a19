import { relative } from 'node:path';
import { type CountTokens, countText } from '../../domain/chat/tokens.ts';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import { encodingFor } from '../../domain/provider/models.ts';
import { type DecodingFault, TextDecoding } from '../../domain/text/decoding.ts';
import type { EncodingGuess } from '../../domain/text/encoding-guess.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import { fileKindOf } from '../../domain/text/file-kinds.ts';
import { JsonTextReader } from '../../domain/text/json-values.ts';
import { readBytes } from '../filesystem/bytes.ts';
import { withPath } from '../filesystem/lines.ts';
import { readBytePairs } from './encodings.ts';
import type { Alive, Reply, Request, Stop } from './protocol.ts';

/**
 * Puts the lines of a file through a check, without their ends. A byte order mark stays, for a check reports it; lines
 * that hold bytes of no text are findings, and the others are checked all the same.
 */
async function checkLines(path: string, check: DatasetCheck, signal: AbortSignal): Promise<void> {
  const faults: DecodingFault[] = [];
  const decoding = new TextDecoding({ onFault: (fault) => faults.push(fault) });
  const reader = new JsonTextReader();
  let guess: EncodingGuess | null = null;
  const take = async (text: string): Promise<void> => {
    for (const fault of faults.splice(0)) {
      // Loaded at the first file that is no UTF-8: few are.
      guess ??= await (await import('../filesystem/encoding-guess.ts')).fileEncoding(path);
      check.pushFault(fault, guess);
    }
    for (const { line, text: value } of reader.push(text)) check.push(value, line);
  };
  let begun = false;
  for await (const bytes of readBytes(path, { signal })) {
    const kind = begun ? null : fileKindOf(bytes);
    if (kind !== null) {
      check.pushKind(kind);
      return;
    }
    begun = true;
    await take(decoding.push(bytes));
  }
  await take(decoding.end());
  for (const { line, text } of reader.end()) check.push(text, line);
  if (reader.layout !== null && reader.layout !== 'lines') check.pushLayout(reader.layout, reader.wrapped);
  if (decoding.encoding !== null && decoding.encoding !== 'utf-8') check.pushEncoding(decoding.encoding);
}

/** Counts under the model's encoding. For texts without very long runs. */
async function counterFor(model: string): Promise<CountTokens> {
  const pairs = await readBytePairs(encodingFor(model));
  return (text) => pairs.count(withoutMark(text));
}

/** A byte order mark is no text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

const ALIVE_MS = 1_000;

/** The work of the tokenizer's thread: counts, and checks of training files, one reply a request, with signs of life meanwhile. */
export function createServer(reply: (reply: Reply | Alive) => void): (message: Request | Stop) => void {
  const running = new Map<number, AbortController>();
  let pulse: NodeJS.Timeout | undefined;

  const answer = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const { id } = request;
    switch (request.kind) {
      case 'count': {
        const count = await counterFor(request.model);
        return { id, kind: 'counts', counts: request.texts.map((text) => countText(text, count)) };
      }
      case 'check-file': {
        const { model, prices } = request;
        const check = new DatasetCheck({
          model,
          prices,
          count: await counterFor(model),
          path: shortPath(request.path),
        });
        await checkLines(request.path, check, signal).catch((error: unknown) => {
          throw withPath(error, request.path, shortPath(request.path));
        });
        signal.throwIfAborted();
        return { id, kind: 'report', report: check.finish() };
      }
    }
  };

  return (message) => {
    if (message.kind === 'stop') {
      running.get(message.id)?.abort();
      return;
    }
    const { id } = message;
    const control = new AbortController();
    running.set(id, control);
    pulse ??= setInterval(() => reply({ kind: 'alive' }), ALIVE_MS);
    answer(message, control.signal)
      .catch((error: unknown): Reply => ({ id, kind: 'failed', message: messageOf(error) }))
      .then((done) => {
        running.delete(id);
        if (running.size === 0) {
          clearInterval(pulse);
          pulse = undefined;
        }
        reply(done);
      });
  };
}

/** As a person in the working folder would type it. */
function shortPath(path: string): string {
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}

function messageOf(error: unknown): string {
  if (error instanceof FileError) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
