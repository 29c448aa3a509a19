import { DatasetCheck } from '../../domain/dataset/check.ts';
import { countText } from '../../domain/tokens/count.ts';
import { counterFor } from './encodings.ts';
import { lineBatches } from './lines.ts';
import type { Reply, Request, Stop } from './protocol.ts';

/** The work of the tokenizer's thread: counts, and checks of training files, one reply a request. */
export function createServer(reply: (reply: Reply) => void): (message: Request | Stop) => void {
  const running = new Map<number, AbortController>();
  const checks = new Map<number, DatasetCheck>();

  const answer = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const { id } = request;
    switch (request.kind) {
      case 'count': {
        const count = await counterFor(request.model);
        return { id, kind: 'counts', counts: request.texts.map((text) => countText(text, count)) };
      }
      case 'check-file': {
        const check = await openCheck(request);
        for await (const lines of lineBatches(request.path, signal)) for (const line of lines) check.push(line);
        signal.throwIfAborted();
        return { id, kind: 'report', report: check.finish() };
      }
      case 'check-begin':
        checks.set(id, await openCheck(request));
        return { id, kind: 'taken' };
      case 'check-lines':
        for (const line of request.lines) checks.get(request.check)?.push(line);
        return { id, kind: 'taken' };
      case 'check-end': {
        const check = checks.get(request.check);
        checks.delete(request.check);
        if (check === undefined) throw new Error('The check was stopped.');
        return { id, kind: 'report', report: check.finish() };
      }
    }
  };

  return (message) => {
    if (message.kind === 'stop') {
      running.get(message.id)?.abort();
      checks.delete(message.id);
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

async function openCheck({ model, prices }: Extract<Request, { kind: 'check-file' | 'check-begin' }>) {
  return new DatasetCheck({ model, prices, count: await counterFor(model) });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
