import { countText } from '../../domain/chat/tokens.ts';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import { counterFor } from './encodings.ts';
import { lineBatches } from './lines.ts';
import type { Reply, Request, Stop } from './protocol.ts';

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
