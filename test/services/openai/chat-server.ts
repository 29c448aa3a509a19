import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { providerAt, type ReceivedRequest, startServer } from './servers.ts';

/** A server for one test that answers as `answer` does, and chat with it, which remembers refusals where `memory` is given. */
export async function serving(
  answer: (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>,
  memory?: Parameters<typeof providerAt>[2],
) {
  const started = await startServer(answer);
  onTestFinished(() => started.close());
  return { heard: started.heard, chat: (await providerAt(started.url, {}, memory)).chat };
}

export const hello = { model: 'm', messages: [{ role: 'user', content: 'hello' } as const] };

/** Events of a stream, and its end; none where `end` is empty. */
export function stream(response: ServerResponse, events: readonly unknown[], end = '[DONE]'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-ratelimit-remaining-requests': '7' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end(end === '' ? '' : `data: ${end}\n\n`);
}

export const delta = (content: string | null, finish: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'some-model-2026',
  choices: [{ index: 0, delta: content === null ? {} : { content }, finish_reason: finish }],
});
