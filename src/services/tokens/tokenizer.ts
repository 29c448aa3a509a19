import { type CountTokens, countText } from '../../domain/chat/tokens.ts';
import { encodingFor } from '../../domain/provider/models.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import type { BytePairs } from './byte-pairs.ts';
import { adoptBytePairs, readBytePairs } from './encodings.ts';
import type { Alive, Reply, Request, Stop } from './protocol.ts';

/** Counts under the model's encoding. For texts without very long runs. */
const counterOf =
  (pairs: BytePairs): CountTokens =>
  (text) =>
    pairs.count(withoutMark(text));

const readFor = (model: string): Promise<BytePairs> => readBytePairs(encodingFor(model));

/** A byte order mark is no text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

const ALIVE_MS = 1_000;

/**
 * The work of the tokenizer's thread: counts, and checks of training files, one reply a request, with signs of life meanwhile. `worker` is
 * the thread's own file.
 */
export function createServer(worker: URL, reply: (reply: Reply | Alive) => void): (message: Request | Stop) => void {
  const running = new Map<number, AbortController>();
  let pulse: NodeJS.Timeout | undefined;

  const answer = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const { id } = request;
    switch (request.kind) {
      case 'count': {
        const count = counterOf(await readFor(request.model));
        return { id, kind: 'counts', counts: request.texts.map((text) => countText(text, count)) };
      }
      case 'check-file': {
        // Loaded here, like what looks at lines: a thread that only counts is spared most of its memory.
        const { checkFile } = await import('./file-work.ts');
        const pairs = await readFor(request.model);
        return {
          id,
          kind: 'report',
          report: await checkFile(request, { pairs, count: counterOf(pairs), worker, signal }),
        };
      }
      case 'look': {
        const { lookAtBlock } = await import('./line-looks.ts');
        const pairs = await adoptBytePairs(encodingFor(request.model), request.pairs);
        const block = Buffer.from(request.block, 0, request.length);
        return { id, kind: 'looks', looks: lookAtBlock(block, counterOf(pairs)) };
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

function messageOf(error: unknown): string {
  if (error instanceof FileError) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
