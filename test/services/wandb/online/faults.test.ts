import { describe, expect, it } from 'vitest';
import {
  errorOf,
  expectNoFaults,
  quickly,
  routesOf,
  sampleRun,
  serve,
  syncFileOf,
  takeFaults,
  targetOf,
  uploadTo,
} from '../support/sample.ts';
import type { Failure } from '../support/wandb-failures.ts';
import { KEY } from '../support/wandb-server.ts';
import { visibleState } from '../support/wandb-state.ts';

expectNoFaults();

const AUTHORIZE = 'https://app.example/authorize';

let known: unknown = null;

/** What an upload that nothing disturbs leaves. */
async function whole(): Promise<unknown> {
  if (known !== null) return known;
  const [server, run] = [await serve(), sampleRun()];
  await uploadTo(server, run);
  known = visibleState(server.state);
  return known;
}

describe('an upload that W&B refuses', () => {
  it.each([
    { failure: { route: 'UpsertBucket', status: 400 }, kind: 'rejected', says: 'refused (400)', tries: 1 },
    { failure: { route: 'UpsertBucket', status: 403 }, kind: 'auth', says: 'luthiers/OpenAI-Fine-Tune', tries: 1 },
    { failure: { route: 'UpsertBucket', status: 404 }, kind: 'not-found', says: 'luthiers/OpenAI-Fine-Tune', tries: 1 },
    { failure: { route: 'UpsertBucket', status: 410 }, kind: 'rejected', says: '410', tries: 1 },
    { failure: { route: 'UpsertBucket', status: 422 }, kind: 'rejected', says: '422', tries: 1 },
    {
      failure: { route: 'UpsertBucket', status: 302, headers: { location: '/there' } },
      kind: 'rejected',
      says: 'lies elsewhere',
      tries: 1,
    },
    { failure: { route: 'UpsertBucket', status: 409, times: 99 }, kind: 'rejected', says: '409', tries: 8 },
    { failure: { route: 'CreateArtifact', status: 409 }, kind: 'rejected', says: 'train-file-1', tries: 1 },
    { failure: { route: 'file_stream', status: 413 }, kind: 'rejected', says: 'too large', tries: 1 },
    { failure: { route: 'file_stream', status: 501 }, kind: 'server', says: '501', tries: 1 },
    { failure: { route: 'file_stream', status: 429, times: 99 }, kind: 'rate-limit', says: 'pause', tries: 8 },
    { failure: { route: 'CommitArtifact', status: 500, times: 99 }, kind: 'server', says: '500', tries: 8 },
    { failure: { route: 'put', status: 503, times: 99 }, kind: 'server', says: 'file store', tries: 8 },
    { failure: { route: 'put', status: 403, times: 99 }, kind: 'rejected', says: 'file store', tries: 2 },
    { failure: { route: 'CreateRunFiles', way: 'hang-up', times: 99 }, kind: 'offline', says: 'reached', tries: 8 },
    { failure: { route: 'UpsertBucket', status: 200, body: '<html>' }, kind: 'server', says: 'UpsertBucket', tries: 1 },
    {
      failure: { route: 'UpsertBucket', status: 200, body: '{"data":null,"errors":[{"message":"permission denied"}]}' },
      kind: 'auth',
      says: 'permission denied',
      tries: 1,
    },
  ] as const)('with $failure says what happened, keeps everything, and goes on later', async (refused) => {
    const { failure, kind, says, tries }: { failure: Failure; kind: string; says: string; tries: number } = refused;
    const [server, run] = [await serve(), sampleRun()];
    server.fail(failure);
    const error = await errorOf(uploadTo(server, run));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(says);
    expect(error.next).not.toBe('');
    const route = failure.route ?? '';
    const first = routesOf(server).indexOf(route);
    expect(routesOf(server, first).filter((each) => each === route)).toHaveLength(tries);
    server.heal();
    await uploadTo(server, run);
    expect(visibleState(server.state)).toEqual(await whole());
  });

  it('says which key is not taken, and where there is one', async () => {
    const [server, run] = [await serve(), sampleRun()];
    server.key = 'another';
    for (const [keySource, words] of [
      ['environment', 'WANDB_API_KEY'],
      ['file', 'typed into Luthier'],
      ['netrc', 'netrc'],
    ] as const) {
      const error = await errorOf(uploadTo(server, run, { target: { ...targetOf(server), keySource } }));
      expect(error).toMatchObject({ kind: 'auth' });
      expect(error.message).toContain(words);
      expect(error.next).toContain(AUTHORIZE);
    }
    expect(server.state.runs.size).toBe(0);
  });

  it('names the entity and the project that are not there', async () => {
    const [server, run] = [await serve(), sampleRun()];
    expect((await errorOf(uploadTo(server, run, { entity: 'nobody' }))).message).toContain('nobody/OpenAI-Fine-Tune');
    server.missing.add('luthiers/OpenAI-Fine-Tune');
    const error = await errorOf(uploadTo(server, run));
    expect(error).toMatchObject({ kind: 'not-found' });
    expect(error.message).toContain('project OpenAI-Fine-Tune not found');
    server.missing.clear();
    await uploadTo(server, run);
  });

  it('lets no key through that the server says back, nor what a terminal would obey', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const basic = Buffer.from(`api:${KEY}`).toString('base64');
    const message = `\u001b[31mno key ${KEY}\nnor ${basic} ${'x '.repeat(500)}`;
    server.fail({ route: 'UpsertBucket', status: 400, body: JSON.stringify({ errors: [{ message }] }) });
    const error = await errorOf(uploadTo(server, run));
    expect(error.message).not.toContain(basic);
    expect(error.message).not.toMatch(/[\n\u001b]/);
    expect(error.message.length).toBeLessThan(420);
    expect(error.message).toContain('no key …');
  });
});

describe('an upload in bad weather', () => {
  it.each([
    { route: 'UpsertBucket', status: 409, times: 3 },
    { route: 'UpsertBucket', way: 'lost' },
    { route: 'CreateArtifact', way: 'lost' },
    { route: 'CreateArtifactFiles', way: 'cut' },
    { route: 'CommitArtifact', way: 'lost' },
    { route: 'UseArtifact', way: 'cut' },
    { route: 'put', status: 500, times: 5 },
    { route: 'put', status: 408 },
    { route: 'put', status: 403 },
    { route: 'put', way: 'lost' },
    { route: 'put', after: 3 },
    { route: 'file_stream', way: 'lost', times: 3 },
    { route: 'file_stream', status: 502, times: 7 },
    { route: 'file_stream', way: 'cut' },
  ] as const)('passes $route $status $way by itself, and leaves what any other leaves', async (failure) => {
    const [server, run] = [await serve(), sampleRun()];
    server.fail(failure);
    await uploadTo(server, run);
    expect(visibleState(server.state)).toEqual(await whole());
  });

  it('waits from two seconds up to a minute, tells how long, and as long as the server asks', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const [waits, told]: [number[], (number | null)[]] = [[], []];
    server.fail({ route: 'UpsertBucket', status: 500, times: 7 });
    server.fail({ route: 'file_stream', status: 429, headers: { 'retry-after': '7' } });
    server.fail({ route: 'file_stream', status: 503, headers: { 'retry-after': 'Thu, 26 Nov 2026 12:01:30 GMT' } });
    await uploadTo(server, run, { deps: quickly(waits), onProgress: ({ retryInMs }) => told.push(retryInMs) });
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 7_000, 90_000]);
    expect([...new Set(told)].toSorted()).toEqual([...new Set([...waits, null])].toSorted());
    expect(told.at(-1)).toBeNull();
  });

  it('gives up rather than wait for an hour', async () => {
    const [server, run] = [await serve(), sampleRun()];
    server.fail({ route: 'UpsertBucket', status: 429, headers: { 'retry-after': '3600' } });
    expect(await errorOf(uploadTo(server, run))).toMatchObject({ kind: 'rate-limit' });
    expect(server.state.asked).toHaveLength(1);
  });

  it('stops while it waits', async () => {
    const [server, run, stop] = [await serve(), sampleRun(), new AbortController()];
    server.fail({ route: 'CreateArtifact', way: 'hang-up', times: 9 });
    const sleep = async (_: number, signal?: AbortSignal) => {
      stop.abort(new Error('stopped'));
      signal?.throwIfAborted();
    };
    await expect(uploadTo(server, run, { signal: stop.signal, deps: { ...quickly(), sleep } })).rejects.toThrow(
      'stopped',
    );
    expect(routesOf(server)).toEqual(['UpsertBucket', 'CreateArtifact']);
    expect(syncFileOf(run)).toContain('"entity":"luthiers"');
  });

  it('takes a server that says nothing for one that is gone, and one that is gone for one that may come back', async () => {
    const [server, run] = [await serve(), sampleRun()];
    server.fail({ route: 'UpsertBucket', way: 'silent', times: 9 });
    const silent = await errorOf(uploadTo(server, run, { deps: { ...quickly(), timeoutMs: 5 } }));
    expect(silent).toMatchObject({ kind: 'offline' });
    expect(silent.message).toContain('does not answer');
    server.close();
    const gone = await errorOf(uploadTo(server, run));
    expect(gone).toMatchObject({ kind: 'offline' });
    expect(gone.message).toContain(new URL(server.url).host);
    const later = await serve();
    await uploadTo(later, run);
    expect(visibleState(later.state)).toEqual(await whole());
  });

  it('tells of a file of another content than was announced, which only a strict server sees', async () => {
    const [server, run] = [await serve(), sampleRun()];
    const [artifact] = run.log.artifacts;
    if (artifact === undefined) throw new Error('There is no artifact.');
    const log = { ...run.log, artifacts: [{ ...artifact, digest: '0'.repeat(32) }] };
    expect(await errorOf(uploadTo(server, { folder: run.folder, log }))).toMatchObject({ kind: 'rejected' });
    expect(takeFaults(server)).toEqual(['CommitArtifact: the manifest is of another content']);
  });
});
