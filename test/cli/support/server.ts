import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.unknown().optional(),
  stream: z.boolean().optional(),
});

/** A call as the server saw it, and whether its answer was sent. */
export interface Call {
  readonly model: string;
  readonly user: string;
  /** Messages and tools as they were sent. */
  readonly sent: { readonly messages: readonly unknown[]; readonly tools: unknown };
  readonly authorization: string;
  answered: boolean;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface Reply {
  readonly status?: number;
  readonly text: string;
  /** A call in the place of the text, by its name and its arguments as the model writes them. */
  readonly call?: readonly [name: string, written: string];
  readonly finishReason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly usage?: Usage;
}

export interface CountingServer {
  readonly url: string;
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

/** A chat server that is not ours, counts what it is asked, and leaves a call unanswered when `answer` gives null. */
export async function countingServer(
  answer: (user: string, nth: number, authorization: string) => Reply | null | Promise<Reply | null>,
): Promise<CountingServer> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    read(request)
      .then((body) => {
        if (request.url?.endsWith('/chat/completions') !== true) send(response, 404, notFound);
        else return respond(response, request.headers.authorization ?? '', body);
      })
      .catch(() => response.destroy());
  });
  async function respond(response: ServerResponse, authorization: string, body: string): Promise<void> {
    const { model, messages, tools, stream } = requestSchema.parse(JSON.parse(body));
    const last = messages.findLast((message) => message.role === 'user')?.content ?? '';
    const user = typeof last === 'string' ? last : JSON.stringify(last);
    const call = { model, user, sent: { messages, tools }, authorization, answered: false };
    calls.push(call);
    const reply = await answer(user, calls.length, authorization);
    if (reply === null) return;
    call.answered = true;
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    if (reply.status !== undefined) send(response, reply.status, { error: { message: reply.text, code: null } });
    else if (stream === true) sendStream(response, model, reply);
    else send(response, 200, completion(model, reply));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const notFound = { error: { message: 'nothing here', type: 'invalid_request_error', code: null, param: null } };
/** About what the tests' prompts are, so that a cap's estimate holds. */
const usage: Usage = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const messageOf = ({ text, call }: Reply) =>
  call === undefined
    ? { role: 'assistant', content: text }
    : {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: call[0], arguments: call[1] } }],
      };

const completion = (model: string, reply: Reply) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model,
  choices: [{ index: 0, message: messageOf(reply), finish_reason: reply.finishReason ?? 'stop' }],
  usage: reply.usage ?? usage,
});

function sendStream(response: ServerResponse, model: string, reply: Reply): void {
  const chunk = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model,
      choices: [{ index: 0, delta, finish_reason: reason }],
    })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (reply.call !== undefined) response.write(chunk(messageOf(reply), null));
  else for (const piece of reply.text.split(/(?<= )/)) response.write(chunk({ content: piece }, null));
  response.write(chunk({}, reply.finishReason ?? 'stop'));
  response.end('data: [DONE]\n\n');
}
