import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { exportModel } from '../../../src/engine/offline/export-model.ts';
import { offline } from '../../../src/engine/offline/offline.ts';
import { OfflineFault, type RequestOf } from '../../../src/engine/offline/requests.ts';
import { locateModel } from '../../../src/engine/offline/tuned-model.ts';
import { namedBase } from '../../../src/engine/runners/weights/bases.ts';
import { openStore } from '../../../src/engine/storage/store.ts';
import { standInBase, standInPython, startWeights } from '../runners/weights/support/weights.ts';
import { chatLines, tempHome, upload, waitForStatus } from '../support/engine.ts';

vi.setConfig({ testTimeout: 120_000 });

const faultOf = async (work: Promise<unknown>): Promise<OfflineFault> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof OfflineFault)) throw new Error(`No OfflineFault, but ${String(error)}.`);
  return error;
};

test('a tuned model is taken away with a card of its data, settings and figures, and never over what is there', async () => {
  const base = standInBase('good');
  const python = standInPython();
  const { client, home } = await startWeights({ mode: 'good', base, python });
  const content = chatLines(10);
  const file = await upload(client, content);
  const held = await upload(client, chatLines(2));
  const files = { training_file: file.id, validation_file: held.id };
  const hyperparameters = { n_epochs: 2, batch_size: 5 };
  const { id } = await client.fineTuning.jobs.create({ ...files, model: 'toy', seed: 7, hyperparameters });
  const model = (await waitForStatus(client, id, 'succeeded')).fine_tuned_model ?? '';

  const store = openStore(home);
  onTestFinished(() => store.close());
  const place = tempHome();
  const run = (more: Partial<RequestOf<'export'>>, bases = [namedBase(base)]) =>
    exportModel(
      { store, bases, python: () => ({ python, packages: '/nowhere' }), log: join(place, 'log') },
      {
        kind: 'export',
        home,
        bases: [],
        model,
        target: 'vllm',
        out: join(place, 'out'),
        force: false,
        evaluations: '',
        ...more,
      },
      new AbortController().signal,
    );
  const located = { model, path: expect.stringContaining(join(home, 'models')), base: 'toy', weights: 'adapter' };
  for (const named of [id, model]) expect(locateModel(store, named)).toMatchObject(located);
  expect(existsSync(locateModel(store, id).path)).toBe(true);
  const exported = await run({ model: id, evaluations: 'A test, 2026-01-02: 3 items' });
  expect(exported).toMatchObject({
    model,
    written: true,
    findings: [],
    command: ['vllm', 'serve', expect.stringMatching(/^ft-toy-luthier-\w{8}$/)],
  });
  const card = readFileSync(join(place, 'out', 'README.md'), 'utf8');
  expect(card).toContain('library_name: peft\ntags:\n- luthier\n- lora\n- sft\n---');
  // The stand-in's base is a folder of one's own: no model of the Hub is named for it.
  expect(card).not.toContain('base_model:');
  expect(card).toContain(
    `| training | train.jsonl (${file.id}), 10 rows, SHA-256 ${createHash('sha256').update(content).digest('hex')} |`,
  );
  expect(card).toContain('| seed | 7 |');
  expect(card).toContain('| learning_rate | 0.005 |');
  expect(card).toContain('| full validation loss | 0.7500 |');

  expect(card).toContain('## Evaluation\n\nA test, 2026-01-02: 3 items');
  expect((await faultOf(run({}))).message).toContain('out is there already');
  await run({ force: true });
  // A checkpoint's card has the figures it was saved at.
  await run({ model: `${model}:ckpt-step-2`, out: join(place, 'checkpoint') });
  expect(readFileSync(join(place, 'checkpoint', 'README.md'), 'utf8')).toContain('| full validation loss | 1.500 |');
  mkdirSync(join(place, 'mine'));
  writeFileSync(join(place, 'mine', 'README.md'), 'My own.');
  expect((await faultOf(run({ out: join(place, 'mine'), force: true }))).message).toContain('no export of Luthier’s');
  expect(readdirSync(join(place, 'mine'))).toEqual(['README.md']);

  // As a command asks for it: a line on stdin, and lines on stdout, of which the last says what came of it.
  const said: object[] = [];
  const asked = {
    kind: 'export',
    home,
    bases: [base],
    model,
    target: 'merged',
    out: join(place, 'asked'),
    force: false,
  };
  const env = { LUTHIER_HOME: home, LUTHIER_PYTHON: python };
  const say = (line: object): void => void said.push(line);
  const { signal } = new AbortController();
  expect(await offline(JSON.stringify({ ...asked, evaluations: '' }), '/nowhere', env, say, signal)).toBe(0);
  expect(said).toEqual([expect.objectContaining({ kind: 'done', written: true, path: join(place, 'asked'), model })]);

  const refused = await run({ target: 'ollama', out: join(place, 'ollama') });
  expect(refused).toMatchObject({ written: false, findings: [{ code: 'ollama_family' }] });
  expect(existsSync(join(place, 'ollama'))).toBe(false);

  const other = { out: join(place, 'none') };
  expect((await faultOf(run({ ...other, model: 'ft:none' }))).next).toContain(model);
  expect((await faultOf(run(other, []))).next).toContain('Name its folder with --base FOLDER');
  const blob = store.models.get(model)?.blob ?? '';
  rmSync(join(home, 'models', blob, 'adapter_model.safetensors'));
  expect((await faultOf(run(other))).message).toContain('is not whole: its weights are missing');
  rmSync(join(home, 'models', blob, 'luthier.json'));
  expect((await faultOf(run(other))).message).toContain('is no model of real weights');
  expect(readdirSync(store.folders.tmp)).toEqual([]);
});
