import { expect, it } from 'vitest';
import type { RunnerInstaller, RunnerStanding } from '../../../src/app/runtime/machine-ports.ts';
import { openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { renderSettings } from './render-settings.tsx';

const absent: RunnerStanding = {
  python: '/home/runner/bin/python',
  named: false,
  probe: null,
  problem: 'The runner is not installed.',
  mend: 'luthier runner install',
};
const there: RunnerStanding = {
  ...absent,
  problem: null,
  mend: '',
  probe: {
    versions: { torch: '2.13.0' },
    devices: [{ device: 'cuda', name: 'A GPU\u001b[31m', memory: 8e9 }],
    device: 'cuda',
    memory: { total: 16e9 },
  },
};

function installer(standing: RunnerStanding) {
  const done: string[] = [];
  const ended = Promise.withResolvers<{ readonly device: string }>();
  const runner: RunnerInstaller = {
    folder: '/home/runner',
    state: async () => standing,
    prepare: async (cpu) => ({
      plan: cpu ? { label: 'For the processor', download: 3e8 } : { label: 'For a GPU', download: 3e9 },
      base: { python: '/usr/bin/python3', version: '3.12' },
      install: (onStep) => {
        done.push('install');
        onStep('Downloading torch');
        return ended.promise;
      },
    }),
    remove: () => {
      done.push('remove');
      return true;
    },
  };
  return { runner, done, ended };
}

it('says how real weights stand here, and installs after it has said what it downloads', async () => {
  const { runner, done, ended } = installer(absent);
  const desk = openFakeWorkbench({ runner });
  const app = await renderSettings(desk);
  await app.press('w');
  await app.waitFor('The runner is not installed.');
  await app.press('i');
  await app.waitFor('For a GPU: about 3.0 GB to download.');
  await app.press('escape');
  await app.press('w');
  await app.waitFor('The runner is not installed.');
  await app.press('c');
  await app.waitFor('For the processor: about 300 MB to download.');
  expect(done).toEqual([]);
  await app.press('y');
  await expect.poll(() => done).toEqual(['install']);
  const operation = () => desk.store.getState().operations[0];
  await desk.clock.advance(250);
  expect(operation()?.detail).toEqual({ kind: 'install', doing: 'Downloading torch' });
  ended.resolve({ device: 'cpu' });
  await desk.clock.advance(100);
  expect(operation()?.receipt?.summary).toBe('Real weights can be trained and served, on cpu.');
});

it('removes it after a yes, and Enter is none', async () => {
  const { runner, done } = installer(there);
  const app = await renderSettings(openFakeWorkbench({ runner }));
  await app.press('w');
  await app.waitFor('Device   cuda (A GPU), 8.0 GB');
  await app.press('i');
  await app.press('x');
  await app.waitFor('Remove the runner of real weights?');
  await app.type('\r');
  expect(done).toEqual([]);
  await app.press('y');
  await app.waitFor('Removed /home/runner.');
  expect(done).toEqual(['remove']);
});

it('lets one choose what answers where the Python has vLLM, and says why not where it has none', async () => {
  const desk = openFakeWorkbench({ runner: installer(there).runner });
  const app = await renderSettings(desk);
  await app.press('w');
  await app.waitFor('Answers  transformers');
  await app.press('v');
  await app.waitFor('its Python has no vLLM');
  expect(desk.disk.serving).toBe('auto');

  const probe = { versions: { torch: '2.13.0', vllm: '0.12.0' }, devices: [], device: 'cuda', memory: { total: 16e9 } };
  const other = openFakeWorkbench({ runner: installer({ ...there, probe }).runner });
  const second = await renderSettings(other, { columns: 80, rows: 24 });
  await second.press('w');
  await second.waitFor('Answers  vLLM where it can, else transformers');
  await second.press('v');
  await second.waitFor('What answers for real weights?');
  await second.press('down');
  await second.press('down');
  await second.press('enter');
  await second.waitFor('Answers  transformers, beside which a job has its memory');
  expect(other.disk.serving).toBe('transformers');
});
