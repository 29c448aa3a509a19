import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellAt } from '../../src/domain/lattice/lattice.ts';
import type { Project } from '../../src/domain/project/types.ts';
import { EXAMPLE_TEMPLATES } from '../../src/domain/template/examples.ts';
import { createRows } from '../../src/services/store/rows/rows.ts';
import { createTranscripts } from '../../src/services/store/transcripts.ts';
import { row } from '../domain/dataset/sample-rows.ts';
import { makeTinyBase, needsPython, noPython, python } from '../engine/runners/weights/support/python.ts';
import { newHome, openApp, see, seeOver } from './support/luthier.ts';
import { PROJECT_ID, projectOnDisk, seedHome, seedRows, withDatabase } from './support/seed.ts';

const LONG = 420_000;
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

/** A project of few and short rows. */
const brief = (project: Project): Project => ({
  ...project,
  template: { ...project.template, system: 'Be brief.' },
  chat: { ...project.chat, sampling: { ...project.chat.sampling, maxTokens: 6 } },
  training: {
    ...project.training,
    hyperparameters: { ...project.training.hyperparameters, nEpochs: 3, batchSize: 4 },
  },
});

/** The app on a terminal of 80x24, at Train, where the form of a new job stands. */
async function openAtTrain(home: string) {
  const env = { LUTHIER_PYTHON: python, HF_HUB_CACHE: cacheWithBase(home), OMP_NUM_THREADS: '1' };
  const app = await openApp({ home, env, columns: 80, rows: 24 });
  await see(app, /\d+ rows/);
  app.press('5');
  await see(app, 'New job at');
  app.press('enter');
  await see(app, /test\/tiny +real weights, .*here/);
  app.type('tiny\r');
  // What is known of the base: in the form while the quote is short, and in the quote once it is long.
  await see(app, /test\/tiny ↓[\s\S]*(?:Trains +auto|LoRA adapter)/);
  await expect.poll(() => projectOnDisk(home).training.model).toBe('test/tiny');
  return app;
}

type App = Awaited<ReturnType<typeof openAtTrain>>;

async function start(app: App): Promise<void> {
  app.press('s');
  await seeOver(app, 'Start this job?');
  app.press('enter');
  await seeOver(app, /Create this job\?[\s\S]*Trains on/, STEP_MS);
}

async function leave(app: App): Promise<void> {
  app.press('q');
  // A turn that is just being kept is asked about.
  await Promise.race([app.exited, seeOver(app, 'Quit luthier?').then(() => app.press('y'))]);
  expect((await app.exited).exitCode).toBe(0);
}

it(
  'tunes real weights by keys: what is learned, what it takes, steps as they come, an export, and four models on one base in the chat',
  async (context) => {
    needsPython(context);
    const home = newHome();
    await seedHome(home, { change: brief });
    seedRows(home, { count: ROWS, write: (_cell, nth) => (nth === 2 ? 'number '.repeat(400) : 'yes indeed') });
    const app = await openAtTrain(home);

    app.press('p');
    await seeOver(app, /Line 1: \d+ of \d+ tokens learned/, STEP_MS);
    await seeOver(app, /⟦yes indeed/);
    app.press('escape');
    await see(app, 'New job at');
    await start(app);
    await seeOver(app, /Line \d+ of the training file has [\d,]+ tokens/);
    app.press('y');
    await see(app, /step \d+\/\d+[\s\S]*rate \d/, STEP_MS);
    await see(app, /✓ succeeded +ft:test\/tiny/, STEP_MS);
    await see(app, /learning rate 0\.005 +LoRA, rank 16 +LoRA alpha 32/);

    mkdirSync(join(home, 'exports-of-mine'));
    app.press('x');
    await seeOver(app, /adapter[\s\S]*merged[\s\S]*ollama[\s\S]*vllm[\s\S]*gguf/);
    app.press('down', 'down', 'down', 'enter');
    await seeOver(app, 'Into the folder');
    app.press('ctrl-u');
    await seeOver(app, (frame) => !frame.includes('-vllm '));
    app.type(join(home, 'exports-of'));
    await seeOver(app, /exports-of +┃/);
    app.press('tab');
    await seeOver(app, 'exports-of-mine/');
    app.type('tiny\r');
    await seeOver(app, /To serve it:[\s\S]*vllm serve/, STEP_MS);
    app.press('escape');
    const folder = join(home, 'exports-of-mine', 'tiny');
    expect(existsSync(join(folder, 'adapter_model.safetensors'))).toBe(true);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('vllm serve');

    app.press('t');
    await see(app, '› Chat');
    app.press('m');
    // The tuned model and its base are chosen; two checkpoints of it come to them.
    await seeOver(app, '2 of at most 4 chosen');
    app.press('down', 'space', 'down', 'space', 'enter');
    await see(app, (frame) => !frame.includes('at most 4 chosen'));
    app.press('enter');
    app.type('Who?\r');
    const answered = (): readonly string[] => {
      const [turn] = withDatabase(home, (database) => createTranscripts(database).turns(PROJECT_ID));
      return (turn?.replies ?? []).map(({ model, status }) => `${status} ${model.split(':')[0]}`).toSorted();
    };
    // Three adapters and the base that they lie on.
    await expect.poll(answered, { timeout: STEP_MS }).toEqual(['done ft', 'done ft', 'done ft', 'done test/tiny']);
    // Two beside two.
    await see(app, /ckpt-step-3 +│ \S*ckpt-step-6/);
    expect(app.frame()).not.toContain('practice engine');
    app.press('escape');
    await see(app, (frame) => !frame.includes('Esc leave the field'));
    await leave(app);
  },
  noPython === null ? LONG : undefined,
);

it(
  'learns of preference pairs by keys: method and beta in the form, margin and share of pairs as they come',
  async (context) => {
    needsPython(context);
    const home = newHome();
    await seedHome(home, { change: brief });
    const { slots } = EXAMPLE_TEMPLATES.dnd;
    const rated = Array.from({ length: ROWS }, (_, nth) => {
      const shared = { projectId: PROJECT_ID, cell: cellAt(slots, BigInt(nth)), createdAt: nth };
      return [
        row({ ...shared, id: `good-${nth}`, completion: 'yes indeed', rating: 'accepted' }),
        row({ ...shared, id: `bad-${nth}`, completion: 'number wizard', rating: 'rejected' }),
      ];
    });
    withDatabase(home, (database) => createRows(database).put(rated.flat()));
    const app = await openAtTrain(home);
    app.press('down');
    await see(app, /❯ Method/);
    app.press('right');
    await see(app, /Method +DPO[\s\S]*Beta/);
    await start(app);
    app.press('y');
    await see(app, /step \d+\/\d+[\s\S]*margin/, STEP_MS);
    await see(app, /✓ succeeded +ft:test\/tiny/, STEP_MS);
    await see(app, /beta 0\.1 +LoRA, rank 16/);
    app.press('m');
    await see(app, /Share of pairs \(m loss\)/);
    await leave(app);
  },
  noPython === null ? LONG : undefined,
);
