import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startEngine } from './support/engine.ts';
import { KEY } from './support/options.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ERROR_SHAPE = {
  error: {
    message: expect.stringMatching(/^[A-Z]/),
    type: 'invalid_request_error',
    param: expect.toSatisfy((param) => param === null || typeof param === 'string'),
    code: expect.toSatisfy((code) => code === null || typeof code === 'string'),
  },
};

/** Sends bytes as they are: `fetch` cannot say anything malformed. Reads one answer. */
function raw(url: string, head: readonly string[], body = '', host = new URL(url).host): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('error', reject).on('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
      const content = text.slice(text.indexOf('\r\n\r\n') + 4);
      resolve({ status, body: content === '' ? null : JSON.parse(content) });
    });
    const [line, ...headers] = head;
    const own = [`Host: ${host}`, `Authorization: Bearer ${KEY}`, 'Connection: close'];
    socket.write([line, ...own, ...headers, '', body].join('\r\n'));
  });
}

const post = (url: string, path: string, type: string, body: string): Promise<Answer> =>
  raw(url, [`POST /v1${path} HTTP/1.1`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body);

const PART = 'Content-Disposition: form-data; name="file"; filename="x.jsonl"\r\n\r\n{}\r\n';
const FORM = 'multipart/form-data; boundary=B';

test.each<[string, string, string]>([
  ['no boundary', 'multipart/form-data', `--B\r\n${PART}--B--\r\n`],
  ['an empty boundary', 'multipart/form-data; boundary=', `--\r\n${PART}----\r\n`],
  ['an end that never comes', FORM, `--B\r\n${PART}`],
  ['nothing in it', FORM, ''],
  ['no parts', FORM, 'hello'],
  ['a part without headers', FORM, '--B\r\n\r\n{}\r\n--B--\r\n'],
  ['another boundary', FORM, `--C\r\n${PART}--C--\r\n`],
  [
    'a field of a name objects have',
    FORM,
    '--B\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--B--\r\n',
  ],
  ['two files', FORM, `--B\r\n${PART}--B\r\n${PART}--B--\r\n`],
  [
    'fields by the hundred',
    FORM,
    `${'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'.repeat(100)}--B--\r\n`,
  ],
  [
    'a field as long as a file',
    FORM,
    `--B\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${'x'.repeat(100_000)}\r\n--B\r\n${PART}--B--\r\n`,
  ],
  ['JSON', 'application/json', '{"purpose":"fine-tune"}'],
  ['a form of the other kind', 'application/x-www-form-urlencoded', 'purpose=fine-tune'],
  ['no type that there is', 'nonsense', 'x'],
])('an upload with %s is a 400 in the API’s own form', async (_name, type, body) => {
  const { server, client } = await startEngine();
  const answer = await post(server.url, '/files', type, body);
  expect(answer).toEqual({ status: 400, body: ERROR_SHAPE });
  expect((await client.files.list()).data).toEqual([]);
});

test.each<[string, string, string]>([
  ['cut off', 'application/json', '{"model":'],
  ['empty', 'application/json', ''],
  ['a list', 'application/json', '[]'],
  ['a text', 'application/json', '"hi"'],
  ['null', 'application/json', 'null'],
  ['not JSON', 'application/json', 'hello'],
  ['of another type', 'text/csv', 'hello'],
  ['plain text', 'text/plain', '{}'],
  ['a form', 'application/x-www-form-urlencoded', 'model=x'],
  ['a form with a boundary', FORM, `--B\r\n${PART}--B--\r\n`],
  ['a form without one', 'multipart/form-data', `--B\r\n${PART}--B--\r\n`],
  ['of a type nobody knows', '???', '{}'],
])('a request whose body is %s is a 400 in the API’s own form', async (_name, type, body) => {
  const { server } = await startEngine();
  for (const path of ['/chat/completions', '/completions', '/fine_tuning/jobs']) {
    expect(await post(server.url, path, type, body)).toEqual({ status: 400, body: ERROR_SHAPE });
  }
});

test('a body in bytes that are no UTF-8 is a 400, not read with other letters in their place', async () => {
  const { server } = await startEngine();
  const body = Buffer.from('{"model":"test-writer","messages":[{"role":"user","content":"caf\u00e9"}]}', 'latin1');
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const answer = await fetch(`${server.url}/chat/completions`, { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining('UTF-8') } });
});

test('a body that is too large is a 413 in the API’s own form, whether its length is said or not', async () => {
  const { server } = await startEngine();
  const head = ['POST /v1/chat/completions HTTP/1.1', 'Content-Type: application/json'];
  const said = await raw(server.url, [...head, `Content-Length: ${33 * 1024 * 1024}`]);
  expect(said).toMatchObject({ status: 413, body: ERROR_SHAPE });
  const half = `${(16 * 1024 * 1024).toString(16)}\r\n${' '.repeat(16 * 1024 * 1024)}\r\n`;
  const unsaid = await raw(server.url, [...head, 'Transfer-Encoding: chunked'], `${half}${half}1\r\n{\r\n0\r\n\r\n`);
  expect(unsaid).toMatchObject({ status: 413, body: ERROR_SHAPE });
  expect(said.body).toMatchObject({ error: { message: expect.stringContaining('32 MB') } });
});

test.each<[string, readonly string[], number]>([
  ['an address that cannot be decoded', ['GET /v1/files/%zz HTTP/1.1'], 400],
  ['an address that leads nowhere', ['GET /v2/files HTTP/1.1'], 404],
  ['an id longer than any', [`GET /v1/files/${'x'.repeat(2000)} HTTP/1.1`], 404],
  ['a method that the route lacks', ['PUT /v1/files HTTP/1.1'], 404],
  ['a header that is none', ['GET /v1/files HTTP/1.1', 'no colon'], 400],
  ['no HTTP', ['hello there'], 400],
  ['headers without end', ['GET /v1/files HTTP/1.1', `X: ${'x'.repeat(100_000)}`], 431],
  ['a length that is none', ['POST /v1/completions HTTP/1.1', 'Content-Length: ten'], 400],
])('%s is refused in the API’s own form', async (_name, head, status) => {
  const { server } = await startEngine();
  expect(await raw(server.url, head)).toEqual({ status, body: ERROR_SHAPE });
});
