import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { luthier, records, startLuthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

/** How the answer to a job that the engine has taken is thrown away. */
type Fault = (response: ServerResponse, answer: Buffer) => void;

const FAULTS: Readonly<Record<string, Fault>> = {
  reset: (response) => response.socket?.resetAndDestroy(),
  504: (response) => response.writeHead(504).end('{"error":{"message":"upstream timed out"}}'),
  'cut JSON': (response, answer) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.write(answer.subarray(0, 40), () => response.destroy());
  },
  'a whole half of JSON': (response, answer) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer.subarray(0, 40)),
  'a page': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Hi</title></html>'),
  silence: () => {},
  'a page of a gateway': (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html></html>'),
};

let folder = '';
let home = '';
let close = async (): Promise<void> => {};

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
});
afterEach(async () => {
  await close();
  await createEngineLauncher({ home }).stop();
  removeFolder(folder);
});

type Proxied = Awaited<ReturnType<typeof engineBehindProxy>>;

const pageSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Of silence: long enough for an engine on a machine under load. */
const SILENCE = ['--timeout-first', '5'] as const;

/** The embedded engine behind a proxy on loopback. Null for no fault; `lists`: whether lists of jobs are let through. */
async function engineBehindProxy() {
  const { url, apiKey } = await createEngineLauncher({ home }).ensure();
  const state: { fault: Fault | null; lists: boolean; taken: () => void } = { fault: null, lists: true, taken() {} };
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = 'GET', headers } = request;
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const type = headers['content-type'];
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const ofJobs = path.split('?')[0] === '/fine_tuning/jobs';
    if (method === 'POST' && ofJobs && answer.ok) state.taken();
    if (method === 'POST' && ofJobs && state.fault !== null) state.fault(response, body);
    else if (method === 'GET' && ofJobs && !state.lists) response.writeHead(503).end('{}');
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  close = () =>
    new Promise((resolve) => {
      proxy.close(() => resolve());
      proxy.closeAllConnections();
    });
  const jobs = async (): Promise<string[]> => {
    const answer = await fetch(`${url}/fine_tuning/jobs`, { headers: { authorization: `Bearer ${apiKey}` } });
    return pageSchema.parse(await answer.json()).data.map(({ id }) => id);
  };
  return { state, jobs, at: ['--base-url', `http://127.0.0.1:${port}/v1`] };
}

function trainingFile(): string {
  const path = join(folder, 'rows.jsonl');
  const line = (n: number) => ({
    messages: [
      { role: 'user', content: `question ${n}` },
      { role: 'assistant', content: `answer ${n}` },
    ],
  });
  writeFileSync(path, Array.from({ length: 12 }, (_, n) => `${JSON.stringify(line(n))}\n`).join(''));
  return path;
}

const trainArgs = (...more: string[]): string[] => ['train', trainingFile(), '--model', 'practice-small', ...more];

const jobCalls = async (): Promise<unknown> => {
  const said = records((await luthier(['spending', '--json'], { home })).stdout);
  return said.filter(({ kind }) => kind === 'job').map(({ calls, unsure }) => ({ calls, unsure }));
};

describe.each(Object.entries(FAULTS))('a job whose answer is lost by %s', (_, fault) => {
  it('is found and watched to its end, and stands in the ledger once', async () => {
    const { state, jobs, at } = await engineBehindProxy();
    state.fault = fault;
    const run = await luthier(trainArgs(...at, '--watch', '--json', ...SILENCE), { home });
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Luthier looks whether it is in the list')]);
    const [id] = await jobs();
    expect(await jobs()).toHaveLength(1);
    expect(records(run.stdout).at(-1)).toMatchObject({ event: 'trained', status: 'succeeded', job: { id } });
    expect(await jobCalls()).toEqual([{ calls: 1, unsure: 0 }]);
  });
});

describe('a job that is not found after its answer was lost', () => {
  it('is said to exist perhaps, is not created again unasked, and is taken up when it can be seen', async () => {
    const { state, jobs, at } = await engineBehindProxy();
    state.fault = (response) => response.writeHead(504).end('{}');
    state.lists = false;
    const lost = await luthier(trainArgs(...at), { home });
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringMatching(/A job may exist at .* cannot be read/)]);
    expect(lost.stderr).toContain(`luthier jobs ${at.join(' ')}`);
    expect(lost.stderr).not.toMatch(/try again/i);
    const second = await luthier(trainArgs(...at), { home });
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('with --again creates another')]);
    expect(await jobs()).toHaveLength(1);
    state.lists = true;
    const [id] = await jobs();
    const third = await luthier(trainArgs(...at), { home });
    expect([third.code, third.stdout]).toEqual([0, expect.stringContaining(`Job ${id} was asked for at`)]);
    expect(await jobs()).toHaveLength(1);
  });
});

/** Ends the asking process when the engine has taken the job and before its answer comes. */
async function killWhileAsking(state: Proxied['state'], at: readonly string[]): Promise<void> {
  const { promise: taken, resolve } = Promise.withResolvers<void>();
  state.taken = resolve;
  state.fault = () => {};
  const asking = startLuthier(trainArgs(...at), { home });
  await taken;
  asking.child.kill('SIGKILL');
  await asking.finished;
  state.fault = null;
}

describe('a job whose asking process is killed before the answer', () => {
  it.each([
    ['jobs', (at: readonly string[]) => ['jobs', ...at]],
    ['train', (at: readonly string[]) => trainArgs(...at)],
  ])('is taken up by luthier %s', async (_, next) => {
    const { state, jobs, at } = await engineBehindProxy();
    await killWhileAsking(state, at);
    const [id] = await jobs();
    const found = await luthier(next(at), { home });
    expect([found.code, found.stdout + found.stderr]).toEqual([0, expect.stringContaining(`Job ${id} was asked for`)]);
    expect(await jobs()).toHaveLength(1);
    expect(await jobCalls()).toEqual([{ calls: 1, unsure: 0 }]);
  });

  it('is created again with --again, and not without, where the list cannot be read', async () => {
    const { state, jobs, at } = await engineBehindProxy();
    await killWhileAsking(state, at);
    state.lists = false;
    const plain = await luthier(trainArgs(...at), { home });
    expect([plain.code, plain.stderr, await jobs()]).toEqual([
      1,
      expect.stringContaining('--again'),
      [expect.any(String)],
    ]);
    expect((await luthier(trainArgs(...at, '--again'), { home })).code).toBe(0);
    expect(await jobs()).toHaveLength(2);
  });
});
