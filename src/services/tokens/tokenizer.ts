import { createReadStream } from 'node:fs';
import { type CountTokens, countText } from '../../domain/chat/tokens.ts';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import { type Encoding, encodingFor } from '../../domain/provider/models.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import type { Reply, Request, Stop } from './protocol.ts';

/** The lines of a file, some at a time, without their ends; a byte order mark stays, for a check tells of it. */
async function* lineBatches(path: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const splitter = new LineSplitter();
  for await (const chunk of createReadStream(path, { signal, encoding: 'utf8', highWaterMark: 256 * 1024 })) {
    yield splitter.push(String(chunk));
  }
  yield splitter.end();
}

const loaded = new Map<Encoding, Promise<CountTokens>>();

/** Counts under the model's encoding, loaded on first use (about 150 ms). For texts without very long runs. */
function counterFor(model: string): Promise<CountTokens> {
  const encoding = encodingFor(model);
  const known = loaded.get(encoding);
  if (known !== undefined) return known;
  const counter = load(encoding);
  loaded.set(encoding, counter);
  return counter;
}

async function load(encoding: Encoding): Promise<CountTokens> {
  const { countTokens } =
    encoding === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  // Every call throws on `<|endoftext|>` in a person's text unless told that no special token is forbidden.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(withoutMark(text), options);
}

/** gpt-tokenizer counts a byte order mark otherwise than the reference does; it is no text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The work of the tokenizer's thread: counts, and checks of training files, one reply a request. */
export function createServer(reply: (reply: Reply) => void): (message: Request | Stop) => void {
  const running = new Map<number, AbortController>();

  const answer = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const { id } = request;
    switch (request.kind) {
      case 'count': {
        const count = await counterFor(request.model);
        return { id, kind: 'counts', counts: request.texts.map((text) => countText(text, count)) };
      }
      case 'check-file': {
        const { model, prices } = request;
        const check = new DatasetCheck({ model, prices, count: await counterFor(model) });
        for await (const lines of lineBatches(request.path, signal)) for (const line of lines) check.push(line);
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
    answer(message, control.signal)
      .catch((error: unknown): Reply => ({ id, kind: 'failed', message: messageOf(error) }))
      .then((done) => {
        running.delete(id);
        reply(done);
      });
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
