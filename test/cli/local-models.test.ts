import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { startModelHub, toyModel } from '../services/huggingface/model-hub.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A snapshot in the cache of Hugging Face, without a tokenizer. */
function cachedModel(cache: string): void {
  const model = join(cache, 'models--org--Cached', 'snapshots', 'abc');
  mkdirSync(model, { recursive: true });
  mkdirSync(join(cache, 'models--org--Cached', 'refs'));
  writeFileSync(join(cache, 'models--org--Cached', 'refs', 'main'), 'abc');
  writeFileSync(join(cache, 'weights'), 'weights');
  symlinkSync(join(cache, 'weights'), join(model, 'model.safetensors'));
  writeFileSync(join(model, 'config.json'), '{"architectures":["ToyForCausalLM"]}');
}

test('models are pulled, listed with those of Hugging Face and a folder, and removed', async () => {
  const home = temporaryFolder();
  onTestFinished(async () => {
    await createEngineLauncher({ home }).stop();
    removeFolder(home);
  });
  const cache = join(home, 'hf');
  cachedModel(cache);
  const hub = await startModelHub({ 'org/Toy-1B': { ...toyModel(), gated: 'auto' } });
  hub.token = 'hf_secret';
  const run = (args: readonly string[]) =>
    luthier(['models', ...args], {
      home,
      env: { HF_ENDPOINT: hub.url, HF_HUB_CACHE: cache, HF_TOKEN: 'hf_secret', LUTHIER_PYTHON: '' },
    });

  const asked = await run(['pull', 'org/Toy-1B']);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('Licence: apache-2.0')]);
  expect(asked.stderr).toContain('models pull downloads 320 kB: --yes agrees to it');
  const pulled = await run(['pull', 'org/Toy-1B', '--yes', '--json']);
  expect([pulled.code, pulled.stderr.includes('hf_secret')]).toEqual([0, false]);
  const [plan, ...said] = records(pulled.stdout);
  expect(plan).toMatchObject({ event: 'plan', bytes: 320_043, license: 'apache-2.0', gated: true });
  expect(said.at(-1)).toMatchObject({ event: 'pulled', model: { id: 'org/Toy-1B', state: 'whole' } });

  const folder = join(home, 'my-model');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{}');
  const { code, stdout } = await run(['list', folder, '--local']);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/ +/g, ' ')).toContain(
    [
      'base model state size where licence',
      'org/Toy-1B whole 321 kB pulled apache-2.0',
      'org/Cached no tokenizer 43 B Hugging Face cache',
      'my-model no weights, no tokenizer 2 B folder',
    ].join('\n'),
  );
  // Beside what the embedded engine lists, and not beside what another server does.
  const both = records((await run(['--filter', 'toy', '--json'])).stdout);
  expect(both).toMatchObject([{ event: 'local-model', model: { id: 'org/Toy-1B' } }]);
  expect((await run(['list', '--local', '--base-url', 'http://127.0.0.1:1/v1'])).code).toBe(2);

  const kept = await run(['remove', 'org/Cached', '--yes']);
  expect([kept.code, kept.stderr]).toEqual([1, expect.stringContaining('which other programs use')]);
  expect((await run(['remove', 'org/Toy-1B', '--yes'])).stdout).toMatch(/^Removed org\/Toy-1B, 321 kB\.$/m);
  expect(readdirSync(join(home, 'models'))).toEqual([]);
  rmSync(cache, { recursive: true });

  // Of a tuned model the engine is asked, without one that serves.
  const none = await run(['export', 'ft:none', '--to', 'merged']);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('There is no tuned model ft:none here.')]);
  expect(none.stderr).toContain('Nothing was tuned in this home yet.');
});
