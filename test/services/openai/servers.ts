import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { createProvider } from '../../../src/services/openai/connect.ts';
import type { DialectMemory } from '../../../src/services/openai/dialect-memory.ts';
import { standInKey } from './stand-in-keys.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

export interface TestServer {
  readonly url: string;
  readonly heard: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** A server that answers as the test says, for shapes no ready-made one has. */
export async function startServer(
  answer: (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>,
): Promise<TestServer> {
  const heard: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = Buffer.concat(chunks);
    const one: ReceivedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
      json: () => JSON.parse(body.toString('utf8')),
    };
    heard.push(one);
    await answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/v1`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export const KEY = 'sk-test-9f8e7d6c5b4a39281706f5e4d3c2b1a0';

export function profileOf(change: Partial<ProviderProfile> = {}): ProviderProfile {
  return {
    id: 'there',
    name: 'There',
    kind: 'compatible',
    baseUrl: 'http://127.0.0.1:1/v1',
    jobDialect: 'method',
    apiVersion: null,
    ...change,
  };
}

/** A provider for the server at `baseUrl`; looks at files it works on without waiting. */
export function providerAt(baseUrl: string, change: Partial<ProviderProfile> = {}, memory?: DialectMemory) {
  return createProvider(
    { profile: profileOf({ baseUrl, ...change }), baseUrl, apiKey: standInKey(baseUrl) ?? KEY },
    { pollMs: 0, sleep: () => Promise.resolve() },
    memory,
  );
}

/** A whole chat completion, as OpenAI answers. */
export function completion(content: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'some-model-2026',
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 } },
    ...change,
  };
}

export async function* bytesOf(text: string, chunk = 7): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
}
