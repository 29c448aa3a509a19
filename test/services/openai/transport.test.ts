import { afterEach, expect, it } from 'vitest';
import { createTransport } from '../../../src/services/openai/transport.ts';
import { startServer, type TestServer } from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

it('an answer without end is given up, and costs no more memory than the largest that is read', async () => {
  let written = 0;
  server = await startServer((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
    };
    response.on('drain', more);
    more();
  });
  const post = createTransport(1_000_000);
  const asked = post({ url: `${server.url}/chat/completions`, headers: {}, body: '{}', timeoutMs: 60_000 });
  await expect(asked).rejects.toMatchObject({ kind: 'invalid-request', message: expect.stringMatching(/1 MB/) });
  expect(written).toBeLessThan(50_000_000);
});

it('the largest answer that is read is read', async () => {
  server = await startServer((_request, response) => void response.end('x'.repeat(1_000_000)));
  const answer = await createTransport(1_000_000)({ url: server.url, headers: {}, body: '{}', timeoutMs: 60_000 });
  expect(answer.text.length).toBe(1_000_000);
});
