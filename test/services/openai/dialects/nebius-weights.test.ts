import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WeightsService } from '../../../../src/app/runtime/deployment-ports.ts';
import { NEBIUS_JOB, type NebiusDeployments, nebiusDeployments } from '../deployments/nebius-server.ts';
import { providerAt } from '../servers.ts';
import { signedRoutes } from './nebius-weights.ts';
import { strictServer } from './strict-server.ts';

let folder = '';
let server: NebiusDeployments;
let service: WeightsService;

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'luthier-weights-')), 'tuned');
  server = await nebiusDeployments();
  const provider = await providerAt(server.url, { kind: 'nebius', jobDialect: 'nebius' });
  if (provider.weights === undefined) throw new Error('nothing is downloaded');
  service = await provider.weights();
});
afterEach(async () => {
  expect(server.strict.faults).toEqual([]);
  await server.strict.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const NAMES = ['adapter_config.json', 'adapter_model.safetensors'];
const bytesOf = (id: string): Buffer | undefined => server.weights.files.get(id)?.bytes;
const get = async (model = NEBIUS_JOB, replace = false) =>
  service.download(await service.find(model), { folder, replace });
const fetches = (): number => server.strict.calls.filter(({ path }) => path.endsWith('/content')).length;

it('fetches the files of the last checkpoint, or of the one that is named, by their base names', async () => {
  const received: number[] = [];
  const weights = await service.find(NEBIUS_JOB);
  expect(weights).toMatchObject({
    source: `${NEBIUS_JOB}:ftckpt_9`,
    base: server.base,
    files: NAMES.map((name) => ({ name })),
  });
  const onProgress = (progress: { received: number }): void => void received.push(progress.received);
  expect(await service.download(weights, { folder, replace: false }, { onProgress })).toBe(folder);
  expect(readdirSync(folder)).toEqual(NAMES);
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  expect(received.at(-1)).toBe(weights.files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0));
  expect((await service.find(`${NEBIUS_JOB}:ftckpt_4`)).files[0]?.id).toBe('ftckpt_4-config');
  await expect(service.find(`${NEBIUS_JOB}:ftckpt_5`)).rejects.toThrow('has no checkpoint ftckpt_5');
});

it('goes on where a download was cut, in the same run and in a later one', async () => {
  server.weights.cuts.push(10, 100_000);
  await get();
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
  // One that a run before left half: the rest alone is asked for.
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(folder, `${NAMES[1]}.ftckpt_9-weights.part`), bytesOf('ftckpt_9-weights')?.subarray(0, 7) ?? '');
  const ranges: unknown[] = [];
  server.strict.instead = ({ path, headers }) => {
    if (path.endsWith('/content')) ranges.push(headers.range);
    return null;
  };
  await get();
  expect(ranges).toEqual([undefined, 'bytes=7-']);
  expect(readdirSync(folder)).toEqual(NAMES);
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
});

it('begins again where the server sends the whole file, or the part is longer than the file', async () => {
  mkdirSync(folder);
  const part = join(folder, `${NAMES[1]}.ftckpt_9-weights.part`);
  writeFileSync(part, 'what is not of it');
  server.strict.instead = ({ path }) =>
    path.endsWith('ftckpt_9-weights/content') ? { body: bytesOf('ftckpt_9-weights') } : null;
  await get();
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
  server.strict.instead = null;
  writeFileSync(part, Buffer.alloc(400_000));
  await get(NEBIUS_JOB, true);
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
});

it('replaces no file unless that was said, before anything is fetched', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'adapter_config.json'), 'mine');
  await expect(get()).rejects.toThrow('has adapter_config.json already');
  expect([readFileSync(join(folder, 'adapter_config.json'), 'utf8'), fetches()]).toEqual(['mine', 0]);
  await get(NEBIUS_JOB, true);
  expect(readFileSync(join(folder, 'adapter_config.json'))).toEqual(bytesOf('ftckpt_9-config'));
});

it('leaves the key behind where a file lies at another host', async () => {
  const storage = await strictServer(() => signedRoutes(server.weights));
  server.weights.elsewhere = storage.origin;
  await get();
  expect([storage.faults, storage.calls.length]).toEqual([[], 2]);
  expect(readFileSync(join(folder, NAMES[1] ?? ''))).toEqual(bytesOf('ftckpt_9-weights'));
  await storage.close();
});

it.each(['../../../etc/cron.d/x', 'C:\\Windows\\x.dll', 'ckpt\\..\\evil.json'])(
  'puts %s into the folder',
  async (filename) => {
    server.weights.files.set('ftckpt_9-odd', { filename, bytes: Buffer.from('x') });
    await get();
    expect(readdirSync(folder).toSorted()).toEqual([...NAMES, filename.split(/[\\/]/).at(-1)].toSorted());
    expect(readdirSync(join(folder, '..'))).toEqual(['tuned']);
  },
);

it.each(['ckpt/..', 'ckpt/', '', 'a\u001b[2Jb', 'x:stream', 'adapter_config.json'])(
  'refuses a file called %j, or two of one name',
  async (filename) => {
    server.weights.files.set('ftckpt_9-odd', { filename, bytes: Buffer.from('x') });
    await expect(service.find(NEBIUS_JOB)).rejects.toThrow(/no name for a file|are called adapter_config.json/);
    expect(fetches()).toBe(0);
  },
);

it('keeps nothing that is of another size than the provider says, and tells what it says of a refusal', async () => {
  server.strict.instead = ({ path }) => (path.endsWith('weights/content') ? { body: Buffer.from('short') } : null);
  await expect(get()).rejects.toThrow('came with 5 bytes');
  server.strict.instead = ({ path }) =>
    path.endsWith('/content') ? { status: 403, body: { detail: 'Not of your project' } } : null;
  await expect(get()).rejects.toThrow('Not of your project');
  const stop = new AbortController();
  stop.abort();
  const weights = await service.find(NEBIUS_JOB);
  const cancelled = service.download(weights, { folder, replace: false }, { signal: stop.signal });
  await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/config\.json\..*\.part$/)]);
});
