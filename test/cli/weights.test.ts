import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Mode, startWeights } from '../engine/runners/weights/support/weights.ts';
import { chatLines } from '../engine/support/engine.ts';
import { KEY } from '../engine/support/options.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, 'rows.jsonl'), `\n${chatLines(10)}`);
});
afterEach(() => removeFolder(folder));

/** `luthier train` on a base of real weights, at an engine that a person has running. */
async function trainAt(mode: Mode) {
  const { server, client } = await startWeights({ mode });
  const train = (...more: readonly string[]) =>
    luthier(
      ['train', join(folder, 'rows.jsonl'), '--model', 'toy', '--base-url', server.url, '--key-env', 'K', ...more],
      { home: join(folder, 'home'), env: { K: KEY } },
    );
  return { train, client };
}

it('shows before a job which tokens are learned, which rows are too long and what it takes; settings of real weights go along', async () => {
  const { train, client } = await trainAt('long');
  const preview = await train('--preview');
  expect([preview.code, preview.stdout]).toEqual([
    0,
    expect.stringContaining('Line 3: 2 of 5 tokens learned\nQuestion 1⟦learned words<end>⟧\n'),
  ]);
  expect(preview.stderr).toContain('! Line 4 of the training file has 300 tokens and 256 fit: it is not trained on.');
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);

  const { code, stdout } = await train('--json', '--rank', '4', '--lora-alpha', '9', '--max-length', '99', '--watch');
  expect(code).toBe(0);
  const said = records(stdout);
  expect(said.find(({ event }) => event === 'estimate')).toMatchObject({
    costUsd: 0,
    refusal: null,
    doubts: [
      expect.stringMatching(/^It needs 9\.0 GB of memory and 8\.0 GB are free/),
      'Line 4 of the training file has 300 tokens and 256 fit: it is not trained on.',
    ],
    notes: expect.arrayContaining([
      expect.stringMatching(/^Trains on stand-in in fp32: \d+ steps; 40 of 90 tokens are learned\.$/),
      expect.stringMatching(/^About 00:\d\d, at 0\.50 s a step \(3 steps tried\)\.$/),
      'It prints the day. Set the date.',
      expect.stringContaining('lora r 4, lora alpha 9'),
    ]),
    engine: { preview: expect.arrayContaining([expect.objectContaining({ line: 2, learned: 2 })]) },
  });
  expect(said.findLast(({ event }) => event === 'job')).toMatchObject({
    job: { hyperparameters: { loraRank: 4 }, choices: { settings: { loraAlpha: 9, maxLength: 99 } } },
  });
});

it('creates nothing where the job would fail, and says the row of the person’s file', async () => {
  const { train, client } = await trainAt('refuses');
  const { code, stderr } = await train();
  expect([code, stderr]).toEqual([1, expect.stringContaining('Line 4 of the training file: the base')]);
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);
  const wrong = await train('--lora-alpha', '5', '--full');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('“LoRA alpha” is of a LoRA adapter')]);
});

it('tunes one base in several ways at once, each with settings of real weights of its own', async () => {
  const { server, client } = await startWeights({ mode: 'good' });
  const home = join(folder, 'home');
  mkdirSync(home);
  const engine = { id: 'here', name: 'here', kind: 'compatible', jobDialect: 'method', apiVersion: null };
  const profiles = [{ ...engine, baseUrl: server.url, keyVariable: 'K' }];
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ profiles }));
  writeFileSync(join(folder, 'held-out.jsonl'), chatLines(10).replaceAll('Question', 'Query'));
  const bakeoff = (...more: readonly string[]) =>
    luthier(
      [
        'bakeoff',
        join(folder, 'rows.jsonl'),
        '--validation',
        join(folder, 'held-out.jsonl'),
        '--json',
        '--yes',
        ...more,
      ],
      { home, env: { K: KEY } },
    );
  const wrong = await bakeoff('--target', 'here:toy,lora_alpha=8,full');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('“LoRA alpha” is of a LoRA adapter')]);
  expect((await client.fineTuning.jobs.list()).data).toEqual([]);

  const target = 'here:toy,epochs=1,learning_rate=1e-3,rank=4,target_modules=q_proj+v_proj,precision=fp32';
  const { code, stderr } = await bakeoff('--target', target, '--grid', 'lora_alpha=8,16', '--allow-unknown');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('✗')]);
  const jobs = (await client.fineTuning.jobs.list()).data;
  expect(jobs.map(({ method }) => method?.supervised?.hyperparameters).toSorted(byAlpha)).toEqual(
    [8, 16].map((alpha) =>
      expect.objectContaining({
        n_epochs: 1,
        learning_rate: 1e-3,
        lora_r: 4,
        lora_alpha: alpha,
        target_modules: ['q_proj', 'v_proj'],
        precision: 'fp32',
      }),
    ),
  );
});

const byAlpha = (one: unknown, other: unknown): number => alphaOf(one) - alphaOf(other);
const alphaOf = (hyperparameters: unknown): number => Number(Reflect.get(Object(hyperparameters), 'lora_alpha'));
