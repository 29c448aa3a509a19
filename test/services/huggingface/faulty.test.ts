import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { createHub } from '../../../src/services/huggingface/hub.ts';
import { createHttp } from '../../../src/services/wandb/online/http.ts';
import { head, rawServer } from '../http/raw-server.ts';
import { temporaryHome } from '../store/sample.ts';

const WANTED = { id: 'owner/name', config: null, split: null };
const limits = () => ({ firstMs: 60, betweenMs: 60, wholeMs: 60 });
const pauses = { sleep: async () => undefined, random: () => 0, now: () => 0 };

async function serving(answer: (socket: Socket, nth: number) => void) {
  const server = await rawServer(answer);
  onTestFinished(() => server.close());
  const origin = `http://${server.place}`;
  const places = { endpoint: origin, server: origin, token: 'hf_secret', cache: temporaryHome() };
  const target = { baseUrl: origin, appUrl: origin, key: 'k'.repeat(40), keySource: 'environment' } as const;
  return {
    server,
    hub: createHub({ ...places, ...pauses, connection: { limits } }),
    wandb: createHttp({ target, deps: { ...pauses, connection: { limits } } }),
  };
}

const subject = { doing: 'sending rows', place: 'team/project' };

it('a server that says nothing is told by name and limit', async () => {
  const { hub, wandb, server } = await serving(() => undefined);
  await expect(hub.open(WANTED)).rejects.toThrow(`${server.place} sent nothing for 0.1 s`);
  await expect(wandb.post('/graphql', '{}', { subject })).rejects.toThrow(`${server.place} does not answer`);
});

it('an answer that unpacks to more than the limit is told, and asked for once', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
  const { hub, wandb, server } = await serving((socket) => {
    socket.write(head(`content-length: ${bomb.length}`, 'content-encoding: gzip'));
    socket.write(bomb);
  });
  await expect(hub.open(WANTED)).rejects.toThrow(`${server.place} sent an answer of more than 64 MB`);
  const before = server.heard.length;
  await expect(wandb.post('/graphql', '{}', { subject })).rejects.toThrow('64 MB');
  expect(server.heard.length).toBe(before + 1);
});

it('a redirect to where the data lie leaves the token behind', async () => {
  const there = await rawServer((socket) => socket.end(`${head()}{"splits":[]}`));
  onTestFinished(() => there.close());
  const { hub, server } = await serving((socket) =>
    socket.write(`HTTP/1.1 302 There\r\nlocation: ${there.url}/data\r\ncontent-length: 0\r\n\r\n`),
  );
  await expect(hub.open(WANTED)).rejects.toThrow();
  expect(server.heard.join()).toContain('hf_secret');
  expect(there.heard.length).toBeGreaterThan(0);
  expect(there.heard.join()).not.toContain('hf_secret');
});
