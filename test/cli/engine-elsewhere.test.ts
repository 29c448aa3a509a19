import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { luthier, type Running, records, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder } from './support/folder.ts';

const KEY = 'key-of-the-engine-0123456789';
const template = new URL('../../examples/dnd.yaml', import.meta.url).pathname;

let there = '';
let here = '';
let engine: Running;
let url = '';

/** Two homes on one machine, as the two ends of a tunnel. */
beforeAll(async () => {
  there = temporaryFolder();
  here = temporaryFolder();
  engine = startLuthier(['engine', '--host', '0.0.0.0', '--port', '0', '--api-key', KEY, '--json'], { home: there });
  const lines = engine.child.stdout;
  if (lines === null) throw new Error('the engine has no output');
  const [line] = await once(lines, 'data');
  url = z
    .object({ url: z.string() })
    .parse(JSON.parse(String(line)))
    .url.replace('0.0.0.0', '127.0.0.1');
}, 60_000);
afterAll(async () => {
  engine.child.kill('SIGTERM');
  await engine.finished;
  removeFolder(there);
  removeFolder(here);
});

it('generates, trains, tells its events and answers, as the engine inside does', async () => {
  const run = (...args: readonly string[]) => luthier(args, { home: here, env: { ENGINE_KEY: KEY } });
  await run('providers', 'add', 'gpu', '--preset', 'luthier', '--base-url', url, '--key-env', 'ENGINE_KEY');
  const tested = await run('providers', 'test', 'gpu', '--json');
  expect([tested.code, records(tested.stdout)]).toMatchObject([0, [{ provider: { key: 'file' }, models: 2 }]]);
  const models = ['--teacher', 'practice-writer', '--model', 'practice-small', '--epochs', '1'];
  const loop = await run('run', template, '--out', join(here, 'rows.jsonl'), '--provider', 'gpu', ...models, '--json');
  const said = records(loop.stdout);
  expect([loop.code, said.find(({ event }) => event === 'generated')]).toMatchObject([0, { rows: 16, total: 16 }]);
  const jobs = records((await run('jobs', '--provider', 'gpu', '--json')).stdout);
  const [{ job }] = z
    .tuple([z.object({ job: z.looseObject({ id: z.string(), fineTunedModel: z.string() }) })])
    .parse(jobs);
  expect(job).toMatchObject({ status: 'succeeded', model: 'practice-small' });
  expect((await run('jobs', 'events', job.id, '--provider', 'gpu')).stdout).toContain(
    'The job has successfully completed',
  );
  const chat = await run(
    'chat',
    '--provider',
    'gpu',
    '--model',
    job.fineTunedModel,
    'elf, wizard, crossbow, owl',
    '--json',
  );
  expect([chat.code, records(chat.stdout).at(-1)]).toMatchObject([0, { event: 'answer', finishReason: 'stop' }]);
  // All of it was the engine of the other home, and the key lies in its one file.
  expect(existsSync(join(here, 'engine'))).toBe(false);
  expect(filesHolding(here, KEY)).toEqual([join(here, 'keys.json')]);
}, 240_000);
