import { request } from 'node:http';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { checkOrigin } from '../../src/engine/http/guard.ts';
import { startEngine } from './support/engine.ts';
import { KEY } from './support/options.ts';

/** `fetch` does not let a program forge Host or Origin. */
function get(url: string, headers: Record<string, string>): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/models`, { headers: { authorization: `Bearer ${KEY}`, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    call.on('error', reject).end();
  });
}

test('a foreign Host or Origin is refused before the key is looked at; one’s own is not', async () => {
  const { server } = await startEngine();
  const { port, host } = new URL(server.url);
  for (const headers of [
    { host: `evil.example:${port}` },
    { host: '127.0.0.1.evil.example' },
    { host: '192.168.1.5' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000', host: `localhost:${port}` },
  ]) {
    const { status, body } = await get(server.url, { ...headers, authorization: '' });
    expect([headers, status]).toEqual([headers, 403]);
    expect(body).toMatchObject({
      error: { type: 'invalid_request_error', code: expect.stringContaining('not_allowed') },
    });
  }
  for (const headers of [{ host: `localhost:${port}` }, { host: `[::1]:${port}` }, { origin: `http://${host}` }]) {
    expect((await get(server.url, headers)).status).toBe(200);
  }
});

describe('bound to the network', () => {
  const bound = { host: '0.0.0.0', hostname: 'Forge' };
  test.each(['192.168.1.5:80', '[fe80::1]:80', 'forge:80', 'localhost'])('%s is its own name', (host) => {
    expect(() => checkOrigin({ host }, bound)).not.toThrow();
  });
  test.each(['evil.example', '192.168.1.5.evil.example', 'forge.evil.example:80'])('%s is not', (host) => {
    expect(() => checkOrigin({ host }, bound)).toThrow('host name');
  });
});

test('a wrong or missing key is a 401 that does not repeat it', async () => {
  const { server } = await startEngine();
  const stranger = new OpenAI({ baseURL: server.url, apiKey: 'sk-secret-guess', maxRetries: 0 });
  const refusal = await stranger.models.list().catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  expect(String(refusal)).not.toContain('secret');
  expect((await fetch(`${server.url}/models`)).status).toBe(401);
  expect((await fetch(`${server.url}/nowhere`)).status).toBe(401);
});

test('an unknown route answers in the API’s own form', async () => {
  const { server } = await startEngine();
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const lost = await fetch(`${server.url}/nowhere`, { method: 'POST', headers, body: '{}' });
  expect(lost.status).toBe(404);
  const error = { message: 'Invalid URL (POST /v1/nowhere)', type: 'invalid_request_error', param: null, code: null };
  expect(await lost.json()).toEqual({ error });
  const newer = await fetch(`${server.url}/responses`, { method: 'POST', headers, body: '{}' });
  expect([newer.status, await newer.text()]).toEqual([
    404,
    expect.stringContaining('answers at /v1/chat/completions.'),
  ]);
});

test('base models are listed and found, and cannot be deleted', async () => {
  const { client } = await startEngine();
  const [first] = (await client.models.list()).data;
  expect(first).toEqual({
    ...{ id: 'test-writer', object: 'model', created: 1, owned_by: 'luthier', shutdown_date: null },
    ...{ practice: true, state: 'ready', bytes: null, methods: [] },
  });
  expect(await client.models.retrieve('test-writer')).toEqual(first);
  await expect(client.models.delete('test-writer')).rejects.toMatchObject({ status: 403 });
  await expect(client.models.retrieve('gpt-5')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});
