import { afterEach, describe, expect, it } from 'vitest';
import { providerAt, sendJson, startServer, type TestServer } from './servers.ts';

let server: TestServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

describe('words in the place of an answer', () => {
  it.each([
    [{ success: false, message: 'No such file' }, 'No such file'],
    [{ id: 'file-1', object: 'file', deleted: false }, '"deleted":false'],
    [{ error_msg: 'locked' }, 'locked'],
    [{ base_resp: { status_code: 1004, status_msg: 'login fail' } }, 'login fail'],
  ])('are a failure where a thing is not deleted: %j', async (answer, words) => {
    server = await startServer((_request, response) => sendJson(response, answer));
    await expect((await providerAt(server.url)).files.remove('file-1')).rejects.toThrow(words);
  });

  it('are shown where a text comes in the place of a job or a file', async () => {
    server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.end('upstream connect error');
    });
    const { jobs, files } = await providerAt(server.url);
    for (const call of [() => jobs.retrieve('j'), () => jobs.act('j', 'cancel'), () => files.standing('f')])
      await expect(call()).rejects.toMatchObject({
        message: expect.stringContaining('upstream connect error'),
        detail: { code: 'malformed_answer' },
      });
  });
});
