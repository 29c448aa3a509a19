import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBases, namedBase, namedBases } from '../../../../src/engine/runners/weights/bases.ts';
import { findPython, runnerEnv } from '../../../../src/engine/runners/weights/python.ts';
import { resolveSettings } from '../../../../src/engine/runners/weights/settings.ts';
import { chatLines, startEngine, tempHome, upload } from '../../support/engine.ts';
import { QUICK } from '../../support/runner.ts';
import { standInBase, startWeights } from './support/weights.ts';

const auto = { n_epochs: 'auto', batch_size: 'auto', learning_rate_multiplier: 'auto' } as const;
const facts = { method: 'supervised', examples: 100, weightBytes: 1.2e9, processes: 1 } as const;

describe('what is left to choose is chosen by size', () => {
  test.each([
    [
      'a usual base',
      {},
      facts,
      { learning_rate: 2e-4, batch_size: 8, gradient_checkpointing: true, lora_r: 16, lora_alpha: 32 },
    ],
    ['a tiny base', {}, { ...facts, weightBytes: 6e5 }, { learning_rate: 5e-3 }],
    ['a small base', {}, { ...facts, weightBytes: 4e8 }, { gradient_checkpointing: false }],
    ['all weights', { full: true }, facts, { learning_rate: 2e-5, full: true }],
    ['pairs', {}, { ...facts, method: 'dpo' as const }, { learning_rate: 1e-5, beta: 0.1 }],
    ['a multiplier', { learning_rate_multiplier: 2 }, facts, { learning_rate: 4e-4 }],
    ['three processes', {}, { ...facts, processes: 3 }, { batch_size: 9 }],
    ['few rows', {}, { ...facts, examples: 3 }, { batch_size: 3 }],
    ['a rank of one’s own', { lora_r: 8 }, facts, { lora_r: 8, lora_alpha: 16 }],
  ])('%s', (_name, wanted, given, expected) => {
    const resolved = resolveSettings({ ...auto, ...wanted }, given);
    expect(resolved).toMatchObject(expected);
    // Resolved again, as by an engine that takes the job over, it is the same training.
    expect(resolveSettings(resolved, given)).toEqual(resolved);
  });
});

test.each([
  ['two rates', { learning_rate: 1e-4, learning_rate_multiplier: 2 }, 'learning_rate', 'invalid_value'],
  ['an adapter of all weights', { full: true, lora_r: 8 }, 'lora_r', 'invalid_value'],
  ['no such precision', { precision: 'int3' }, 'precision', 'invalid_value'],
  ['too much warmup', { warmup_ratio: 2 }, 'warmup_ratio', 'decimal_above_max_value'],
])('%s: refused', async (_name, hyperparameters, field, code) => {
  const { client } = await startWeights({ mode: 'good' });
  const file = await upload(client, chatLines(10));
  const method = { type: 'supervised' as const, supervised: { hyperparameters } };
  const param = `method.supervised.hyperparameters.${field}`;
  await expect(
    // @ts-expect-error These are beyond OpenAI's own fields.
    client.fineTuning.jobs.create({ model: 'toy', training_file: file.id, method }),
  ).rejects.toMatchObject({ status: 400, code, param });
});

test('settings of real weights are unknown to models of practice', async () => {
  const { client } = await startEngine();
  const file = await upload(client, chatLines(10));
  const body = { model: QUICK, training_file: file.id, hyperparameters: { lora_r: 8 } };
  await expect(client.post('/fine_tuning/jobs', { body })).rejects.toMatchObject({
    code: 'unknown_parameter',
    param: 'hyperparameters.lora_r',
  });
});

test('the runner is given no key, and is found where it was named or installed', () => {
  const env = { OPENAI_API_KEY: 'sk-x', HF_TOKEN: 'hf', LUTHIER_ENGINE_KEY: 'k', PATH: '/bin', OMP_NUM_THREADS: '1' };
  const given = runnerEnv(env, { python: 'python', packages: '/p' });
  expect(Object.values(given)).not.toEqual(expect.arrayContaining(['sk-x']));
  expect(given).toMatchObject({ PATH: '/bin', OMP_NUM_THREADS: '1', PYTHONPATH: '/p', HF_HUB_OFFLINE: '1' });
  expect(Object.keys(given)).not.toEqual(expect.arrayContaining(['HF_TOKEN']));
  expect(findPython({ LUTHIER_PYTHON: ' /my/python ' }, '/home', '/p')).toEqual({
    python: '/my/python',
    packages: '/p',
  });
  expect(findPython({}, '/no/such/home', '/p')).toBeNull();
});

test('a base is a folder, or a name; what can be neither is refused', () => {
  const path = standInBase('good', 'my-model');
  expect(existsSync(path)).toBe(true);
  expect(namedBase(path)).toMatchObject({ id: 'my-model', path, state: 'ready', revision: null });
  expect(namedBase('org/name')).toMatchObject({ id: 'org/name', path: null, state: 'not downloaded' });
  expect(() => namedBase('/no/such/folder')).toThrow('there is no folder /no/such/folder;');
  expect(() => namedBase(standInBase('good', 'a:b'))).toThrow('colon');
  expect(() => namedBases([path, standInBase('good', 'my-model')])).toThrow('two bases are called my-model');
});

test('what was pulled is a base by its name, whole goes before half, and each name is there once', () => {
  const home = tempHome();
  const cache = join(home, 'cache');
  const write = (folder: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  const whole = {
    'config.json': '{"architectures":["ToyForCausalLM"]}',
    'tokenizer.json': '{}',
    'model.safetensors': 'w',
  };
  write(join(home, 'models', 'org--Toy'), { ...whole, 'luthier-base.json': '{"revision":"abc"}' });
  write(join(home, 'models', '.org--Half.draft'), { ...whole, 'luthier-base.json': '{"revision":"abc"}' });
  write(join(home, 'models', 'org--Both'), { 'config.json': '{}', 'luthier-base.json': '{}' });
  write(join(cache, 'models--org--Both', 'refs'), { main: 'def' });
  write(join(cache, 'models--org--Both', 'snapshots', 'def'), whole);
  // What leads out of the cache is no snapshot.
  write(join(cache, 'models--org--Evil', 'refs'), { main: '../elsewhere' });
  write(join(cache, 'models--org--Evil', 'elsewhere'), whole);
  mkdirSync(join(cache, 'models--org--Evil', 'snapshots'));
  const named = ['org/Both', 'org/Half'].map((id) => namedBase(id));
  expect(findBases(named, { home, cache }, { everything: true })).toMatchObject([
    { id: 'org/Both', state: 'ready', revision: 'def' },
    { id: 'org/Half', state: 'not downloaded', path: null },
    { id: 'org/Toy', state: 'ready', revision: 'abc', path: join(home, 'models', 'org--Toy') },
  ]);
  expect(findBases(named, { home, cache }, { everything: false })).toHaveLength(2);
});
