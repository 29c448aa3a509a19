import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadArtifact } from '../../../../src/services/wandb/online/download.ts';
import { temporaryHome } from '../../store/sample.ts';
import {
  artifactOf,
  errorOf,
  expectNoFaults,
  quickly,
  routesOf,
  sampleRun,
  serve,
  targetOf,
  uploadTo,
} from '../support/sample.ts';
import type { WandbServer } from '../support/wandb-server.ts';
import { md5Of } from '../support/wandb-state.ts';

expectNoFaults();

const ROWS = Array.from({ length: 200 }, (_, place) => `{"n":${place}}\n`).join('');
const TABLE = '{"_type":"table","columns":["q","a",3],"data":[["x",1,null],["ü",{"b":2}]]}';

/** Large enough that some of it is through when its connection breaks. */
const LARGE = Array.from({ length: 300_000 }, (_, place) => `{"n":${place}}\n`).join('');

/** Where what was asked for began, where that was not at the start. */
const startsIn = ({ state }: WandbServer): readonly number[] =>
  state.asked.flatMap(({ headers }) => {
    const start = /^bytes=(\d+)-$/.exec(String(headers.range))?.[1];
    return start === undefined ? [] : [Number(start)];
  });

async function holding(...versions: readonly Readonly<Record<string, string>>[]): Promise<WandbServer> {
  const server = await serve();
  for (const [place, files] of versions.entries()) {
    const { folder, log } = sampleRun({ files: [] }, 1);
    const artifact = artifactOf(folder, 'nda', 'dataset', files, ['latest', `n${place}`]);
    const run = { ...log.run, id: `run-${place}` };
    await uploadTo(server, { folder, log: { ...log, run, artifacts: [artifact] } });
  }
  return server;
}

const fetchFrom = (server: WandbServer, address: string, cache: string, signal?: AbortSignal) =>
  downloadArtifact(`luthiers/OpenAI-Fine-Tune/${address}`, {
    target: targetOf(server),
    cache,
    deps: quickly(),
    signal,
  });

describe('a file of an artifact', () => {
  it('comes under the version that the alias means, with no key at its address, and once', async () => {
    const server = await holding({ 'train.jsonl': 'old\n' }, { 'train.jsonl': ROWS });
    const cache = temporaryHome();
    const got = await fetchFrom(server, 'nda', cache);
    expect(got).toMatchObject({ artifact: 'luthiers/OpenAI-Fine-Tune/nda:v1', file: 'train.jsonl' });
    expect(readFileSync(got.path, 'utf8')).toBe(ROWS);
    const old = await fetchFrom(server, 'nda:n0', cache);
    expect(old.artifact).toBe('luthiers/OpenAI-Fine-Tune/nda:v0');
    expect(readFileSync(old.path, 'utf8')).toBe('old\n');
    expect((await fetchFrom(server, 'nda:v0', cache)).path).toBe(old.path);
    const gets = server.state.asked.filter(({ route }) => route === 'get');
    expect(gets.filter(({ url }) => url.includes('train.jsonl'))).toHaveLength(2);
    expect(gets.every(({ authorized }) => !authorized)).toBe(true);
  });

  it('is the one that holds rows, or the one that is named', async () => {
    const files = { 'README.md': '#', 'train.jsonl': ROWS, 'train.table.json': TABLE, 'deep/er/x.csv': 'a\n1\n' };
    const server = await holding({ 'README.md': '#', 'train.jsonl': ROWS, 'train.table.json': TABLE }, files);
    const cache = temporaryHome();
    expect((await fetchFrom(server, 'nda:v0', cache)).file).toBe('train.jsonl');
    const several = await errorOf(fetchFrom(server, 'nda:v1', cache));
    expect(several).toMatchObject({ kind: 'not-found', message: expect.stringContaining('several files') });
    expect(several.next).toContain('deep/er/x.csv, train.jsonl');
    expect((await fetchFrom(server, 'nda:v1#deep/er/x.csv', cache)).file).toBe('deep/er/x.csv');
    expect((await errorOf(fetchFrom(server, 'nda:v1#none', cache))).next).toContain('README.md');
    server.perPage = 1;
    expect((await fetchFrom(server, 'nda:v1#README.md', cache)).file).toBe('README.md');
  });

  it('is the training file that a job’s artifact names by its id', async () => {
    const server = await holding({ 'file-4YKd0BScaw': ROWS, 'file-4YKd0BScaw.table.json': TABLE });
    const got = await fetchFrom(server, 'nda', temporaryHome());
    expect(got.file).toBe('file-4YKd0BScaw');
    expect(readFileSync(got.path, 'utf8')).toBe(ROWS);
  });

  it('becomes rows where it is a table of W&B’s', async () => {
    const server = await holding({ 'train.table.json': TABLE }, { 'odd.table.json': '{"columns":1}' });
    const cache = temporaryHome();
    const { path } = await fetchFrom(server, 'nda:v0', cache);
    expect(path).toMatch(/train\.jsonl$/);
    expect(readFileSync(path, 'utf8')).toBe('{"3":null,"q":"x","a":1}\n{"3":null,"q":"ü","a":{"b":2}}\n');
    expect(await errorOf(fetchFrom(server, 'nda:v1', cache))).toMatchObject({ kind: 'rejected' });
  });

  it('goes on where a cut connection stopped, and asks for no byte twice', async () => {
    const server = await holding({ 'train.jsonl': LARGE });
    const cache = temporaryHome();
    // The first is the manifest.
    server.fail({ route: 'get', after: 1e9 });
    server.fail({ route: 'get', after: 1e6, times: 2 });
    expect(readFileSync((await fetchFrom(server, 'nda', cache)).path, 'utf8')).toBe(LARGE);
    const starts = startsIn(server);
    expect(starts.length).toBeGreaterThan(0);
    expect(starts).toEqual([...new Set(starts)].toSorted((a, b) => a - b));
  });

  it('keeps what came when it is given up, and the rest comes another day', async () => {
    const server = await holding({ 'train.jsonl': LARGE });
    const [cache, stop] = [temporaryHome(), new AbortController()];
    server.fail({ route: 'get', after: 1e9 });
    server.fail({ route: 'get', after: 1e6, times: 9 });
    const sleep = async () => {
      stop.abort(new Error('stopped'));
      stop.signal.throwIfAborted();
    };
    const options = { target: targetOf(server), cache, signal: stop.signal, deps: { ...quickly(), sleep } };
    await expect(downloadArtifact('luthiers/OpenAI-Fine-Tune/nda', options)).rejects.toThrow('stopped');
    expect(startsIn(server)).toEqual([]);
    server.heal();
    const { path } = await fetchFrom(server, 'nda', cache);
    expect(readFileSync(path, 'utf8')).toBe(LARGE);
    expect(readdirSync(dirname(path))).toEqual(['train.jsonl']);
    expect(startsIn(server)).toHaveLength(1);
  });

  it('is refused when it is not what the manifest says, and not kept', async () => {
    const server = await holding({ 'train.jsonl': ROWS });
    const cache = temporaryHome();
    const { path } = await fetchFrom(server, 'nda', cache);
    writeFileSync(path, 'changed on this disk');
    expect(readFileSync((await fetchFrom(server, 'nda', cache)).path, 'utf8')).toBe(ROWS);
    server.state.blobs.set(md5Of(ROWS), Buffer.from('another'));
    const other = temporaryHome();
    const error = await errorOf(fetchFrom(server, 'nda', other));
    expect(error).toMatchObject({ kind: 'server', message: expect.stringContaining('MD5') });
    expect(readdirSync(other, { recursive: true }).filter((name) => String(name).includes('train'))).toEqual([]);
  });

  it('is not found under a wrong project, name or alias, and a wrong address is told before anything is sent', async () => {
    const server = await holding({ 'train.jsonl': ROWS });
    const cache = temporaryHome();
    const asked = server.state.asked.length;
    expect(await errorOf(fetchFrom(server, 'a/b/c', cache))).toMatchObject({ kind: 'settings' });
    expect(routesOf(server, asked)).toEqual([]);
    expect((await errorOf(fetchFrom(server, 'nda:v7', cache))).message).toContain('luthiers/OpenAI-Fine-Tune/nda:v7');
    expect(await errorOf(fetchFrom(server, 'other', cache))).toMatchObject({ kind: 'not-found' });
    const elsewhere = downloadArtifact('luthiers/none/nda', { target: targetOf(server), cache, deps: quickly() });
    expect((await errorOf(elsewhere)).message).toContain('luthiers/none');
  });

  it('is told to lie elsewhere where the artifact only refers to it, without what signs the address', async () => {
    const server = await holding({ 'train.jsonl': ROWS });
    const [artifact] = server.state.artifacts;
    if (artifact === undefined) throw new Error('There is no artifact.');
    const entry = { digest: 'etag', size: 1, ref: 's3://bucket/train.jsonl?X-Signature=secret' };
    artifact.manifest = JSON.stringify({ contents: { 'train.jsonl': entry } });
    const error = await errorOf(fetchFrom(server, 'nda', temporaryHome()));
    expect(error.next).toContain('s3://bucket/train.jsonl,');
    expect(error.next).not.toContain('secret');
  });
});
