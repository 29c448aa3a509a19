import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface ReceivedRequest {
  readonly method: string;
  /** Without the `/v1`. */
  readonly path: string;
  /** Last user message of a chat request; empty for anything else. */
  readonly user: string;
  readonly key: string;
  /** Whether an answer was sent. */
  answered: boolean;
}

/** Null leaves the call open for ever. */
export type Answer =
  | { readonly text: string }
  | { readonly status: number; readonly message: string; readonly code?: string }
  | { readonly json: unknown }
  | null;

export interface Server {
  /** Ends in `/v1`. */
  readonly url: string;
  /** Every call but those for the list of models. */
  readonly asked: readonly ReceivedRequest[];
  close(): Promise<void>;
}

export const SERVER_MODEL = 'far-writer';

const chatSchema = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  stream: z.boolean().optional(),
});

/** A server that speaks enough of the protocol and is not ours: it lists `models` and leaves the rest to `answer`. */
export async function startServer(
  answer: (asked: ReceivedRequest, nth: number) => Answer,
  models: readonly string[] = [SERVER_MODEL],
): Promise<Server> {
  const asked: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => respond(request, response, body))
      .catch(() => response.destroy());
  });
  function respond(request: IncomingMessage, response: ServerResponse, body: string): void {
    const method = request.method ?? '';
    const path = (request.url ?? '').replace(/^\/v1/, '').replace(/\?.*$/, '');
    if (method === 'GET' && path === '/models') {
      sendJson(response, 200, listOf(models));
      return;
    }
    const chat = path === '/chat/completions' ? chatSchema.parse(JSON.parse(body)) : null;
    const user = chat?.messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    const call: ReceivedRequest = { method, path, user, key, answered: false };
    asked.push(call);
    const reply = answer(call, asked.length);
    if (reply === null) return;
    call.answered = true;
    send(response, reply, chat?.stream === true);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listOf = (models: readonly string[]) => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'somebody-else' })),
});
const USAGE = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };

const errorBody = (message: string, code: string | null) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, reply: NonNullable<Answer>, stream: boolean): void {
  if ('json' in reply) sendJson(response, 200, reply.json);
  else if ('status' in reply) sendJson(response, reply.status, errorBody(reply.message, reply.code ?? null));
  else if (stream) sendStream(response, reply.text);
  else sendJson(response, 200, completion(reply.text));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const HEAD = { id: 'chatcmpl-1', created: 1_700_000_000, model: SERVER_MODEL };

const completion = (text: string) => ({
  ...HEAD,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage: USAGE,
});

/** In pieces of 7 characters, so that sequences and clusters arrive torn apart. */
function sendStream(response: ServerResponse, text: string): void {
  const chunk = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({
      ...HEAD,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: reason }],
    })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let start = 0; start < text.length; start += 7)
    response.write(chunk({ content: text.slice(start, start + 7) }, null));
  response.write(chunk({}, 'stop'));
  response.end('data: [DONE]\n\n');
}
