import { expect, it } from 'vitest';
import type { TunedWeights, WeightsService } from '../../../../src/app/runtime/deployment-ports.ts';
import { ProviderError } from '../../../../src/domain/provider/provider.ts';
import { deployableJob } from '../deployable.ts';

const NAMES = ['adapter_config.json', 'adapter_model.safetensors'];
const weights: TunedWeights = {
  source: 'ftjob-1:ftckpt_9',
  base: 'Qwen/Qwen3-8B',
  files: NAMES.map((name) => ({ id: `file-${name}`, name, bytes: 2_000_000 })),
};

interface Asked {
  readonly folder: string;
  readonly replace: boolean;
}

async function undeployableJob(taken: readonly string[] = []) {
  const downloads: Asked[] = [];
  const { promise: whole, resolve: finish } = Promise.withResolvers<void>();
  const service: WeightsService = {
    find: async () => weights,
    taken: async () => taken,
    async download(_, to, options) {
      downloads.push(to);
      options?.onProgress?.({ name: NAMES[1] ?? '', received: 3_000_000 });
      await whole;
      return to.folder;
    },
  };
  const shown = await deployableJob('nebius', { weights: service });
  shown.at.service.plan = async () => {
    throw new ProviderError('invalid-request', 'Nebius serves no adapter of Qwen/Qwen3-8B on a shared model.', {
      code: 'cannot_be_served',
    });
  };
  return { ...shown, downloads, finish };
}

it('says why a model is not deployed, and downloads its files where they can be had', async () => {
  const { app, desk, downloads, finish, pass } = await undeployableJob();
  await app.press('d');
  expect(app.frame()).toContain('Nebius serves no adapter of Qwen/Qwen3-8B');
  await app.press('y');
  expect(app.frame()).toContain('f files');
  await app.press('f');
  expect(app.frame()).toContain('Into the folder');
  await app.press('enter');
  expect(app.frame()).toContain('2 files, 4.0 MB, into ');
  expect(app.frame()).toContain('vllm serve Qwen/Qwen3-8B --enable-lora');
  expect(downloads).toEqual([]);
  await app.press('y');
  await pass(1_000);
  expect(app.frame()).toContain('downloading 75%');
  finish();
  await pass(1_000);
  expect(downloads).toEqual([{ folder: expect.stringContaining('ftjob'), replace: false }]);
  expect(app.frame()).not.toContain('downloading');
  const [ended] = desk.store.getState().operations;
  expect(ended).toMatchObject({ status: 'succeeded', receipt: { summary: expect.stringContaining('vllm serve') } });
});

it('names the files that are replaced, and takes only y for it', async () => {
  const { app, downloads, finish, pass } = await undeployableJob([NAMES[0] ?? '']);
  await app.press('d');
  await app.press('f');
  await app.press('enter');
  expect(app.frame()).toContain('There already, and replaced: adapter_config.json.');
  await app.press('enter');
  expect(downloads).toEqual([]);
  await app.press('y');
  finish();
  await pass(1_000);
  expect(downloads).toMatchObject([{ replace: true }]);
});

it('is offered nowhere else', async () => {
  const { app } = await deployableJob();
  await app.press('d');
  await app.press('f');
  expect(app.frame()).not.toContain('Into the folder');
});
