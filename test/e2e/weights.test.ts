import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTinyBase, needsPython, noPython, python } from '../engine/runners/weights/support/python.ts';
import { newHome, openApp, see, seeOver } from './support/luthier.ts';
import { projectOnDisk, seedHome, seedRows } from './support/seed.ts';

const LONG = 240_000;
const STEP_MS = 120_000;
const ROWS = 16;

/** The cache of Hugging Face with one base in it. */
function cacheWithBase(home: string): string {
  const cache = join(home, 'hub');
  const model = join(cache, 'models--test--tiny');
  const revision = 'a'.repeat(40);
  mkdirSync(join(model, 'refs'), { recursive: true });
  mkdirSync(join(model, 'snapshots'));
  writeFileSync(join(model, 'refs', 'main'), revision);
  makeTinyBase(
    join(model, 'snapshots', revision),
    Array.from({ length: 40 }, (_, nth) => `Be brief. elf dwarf wizard knight crossbow owl number ${nth}`),
  );
  return cache;
}

it(
  'tunes real weights by keys: picker, what is learned, what it takes, steps as they come, chat beside the base',
  async (context) => {
    needsPython(context);
    const home = newHome();
    await seedHome(home, {
      change: (project) => ({
        ...project,
        template: { ...project.template, system: 'Be brief.' },
        training: {
          ...project.training,
          hyperparameters: { ...project.training.hyperparameters, nEpochs: 3, batchSize: 4 },
        },
      }),
    });
    seedRows(home, { count: ROWS, write: (_cell, nth) => (nth === 2 ? 'number '.repeat(400) : 'yes indeed') });
    const env = { LUTHIER_PYTHON: python, HF_HUB_CACHE: cacheWithBase(home), OMP_NUM_THREADS: '1' };
    const app = await openApp({ home, env, columns: 80, rows: 24 });
    await see(app, new RegExp(`${ROWS} rows`));
    app.press('5');
    await see(app, 'New job at');
    app.press('enter');
    await see(app, /test\/tiny +real weights, .*here/);
    app.type('tiny\r');
    await see(app, /test\/tiny ↓[\s\S]*LoRA rank[\s\S]*More/);
    await expect.poll(() => projectOnDisk(home).training.model).toBe('test/tiny');

    app.press('p');
    await seeOver(app, /Line 1: \d+ of \d+ tokens learned/, STEP_MS);
    await seeOver(app, /⟦yes indeed/);
    app.press('escape');
    await see(app, 'New job at');
    app.press('s');
    await seeOver(app, 'Start this job?');
    app.press('enter');
    await seeOver(app, /Create this job\?[\s\S]*Trains on/, STEP_MS);
    await seeOver(app, /Line \d+ of the training file has [\d,]+ tokens/);
    app.press('y');
    await see(app, /step \d+\/\d+[\s\S]*rate \d/, STEP_MS);
    await see(app, /✓ succeeded +ft:test\/tiny/, STEP_MS);
    app.press('t');
    await see(app, '› Chat');
    app.press('enter');
    app.type('Who?\r');
    // Two answers, side by side.
    await see(app, (frame) => (frame.match(/first token/g) ?? []).length === 2, STEP_MS);
    expect(app.frame()).not.toContain('practice engine');
    app.press('escape');
    await see(app, (frame) => !frame.includes('Esc leave the field'));
    app.press('q');
    // A turn that is just being kept is asked about.
    await Promise.race([app.exited, seeOver(app, 'Quit luthier?').then(() => app.press('y'))]);
    expect((await app.exited).exitCode).toBe(0);
  },
  noPython === null ? LONG : undefined,
);
