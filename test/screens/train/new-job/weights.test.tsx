import { expect, it } from 'vitest';
import type { EstimateOptions } from '../../../../src/app/runtime/ports.ts';
import type { ModelInfo } from '../../../../src/domain/provider/provider.ts';
import { type EngineEstimate, engineDoubts, engineNotes } from '../../../../src/domain/training/engine-estimate.ts';
import type { JobEstimate } from '../../../../src/domain/training/estimate.ts';
import type { JobRequest } from '../../../../src/domain/training/types.ts';
import { jobOf } from '../../../app/fakes/jobs.ts';
import { fakeProvider, remoteFile } from '../../../app/fakes/provider.ts';
import { fakeWorkbenchWith, renderTrain } from '../render-train.tsx';

const base = (id: string, engine: Partial<ModelInfo['engine']> = {}): ModelInfo => ({
  id,
  ownedBy: 'luthier',
  shutdownDate: null,
  tuned: false,
  engine: { practice: false, state: 'ready', bytes: 1_200_000_000, methods: ['supervised', 'dpo'], ...engine },
});

const MODELS = [
  base('practice-small', { practice: true, bytes: null, methods: ['supervised'] }),
  base('org/tiny-0.6b'),
  base('org/absent', { state: 'not downloaded', bytes: null, methods: [] }),
];

const engine: EngineEstimate = {
  contextLength: 256,
  findings: [{ severity: 'warning', message: 'The template refuses system messages.', fix: 'Leave them out.' }],
  preview: [
    {
      line: 3,
      side: null,
      tokens: 9,
      learned: 4,
      tooLong: false,
      spans: [
        { text: 'user: who?\u001b[31m\n', learned: false },
        { text: 'a bard of old<end>', learned: true },
      ],
    },
  ],
  tooLong: Array.from({ length: 20 }, (_, index) => ({ file: 'training', line: index + 1, tokens: 300, limit: 256 })),
  training: {
    device: 'a processor',
    precision: 'bf16',
    steps: 30,
    trainedTokens: 9000,
    learnedTokens: 4000,
    secondsPerStep: 2,
    measuredSteps: 3,
    memory: { needed: 2e9, available: 8e9, fits: true },
  },
  settings: [['lora r', '16']],
  notices: [],
};
const estimate: JobEstimate = {
  costUsd: 0,
  tokens: null,
  notes: engineNotes(engine),
  doubts: engineDoubts(engine),
  refusal: null,
  engine,
};

/** A project at an engine that has real weights too; what was asked of it. */
function engineWithWeights(model: string) {
  const created: JobRequest[] = [];
  const asked: EstimateOptions[] = [];
  const provider = fakeProvider({
    files: { upload: async ({ filename, bytes }) => remoteFile('file-1', filename, bytes) },
    models: { list: async () => MODELS },
    jobs: {
      create: async (request) => {
        created.push(request);
        return jobOf({ model, status: 'succeeded' });
      },
      estimate: async (_request, options = {}) => {
        asked.push(options);
        return estimate;
      },
    },
  });
  const desk = fakeWorkbenchWith([], 16, { providers: [provider] });
  desk.store.setState({ models: { status: 'ready', models: MODELS } });
  desk.workbench.projects.update((project) => ({ ...project, training: { ...project.training, model } }));
  return { desk, created, asked };
}

it('names what is trained by its base, shows what is learned, and asks once what it takes before the start', async () => {
  const { desk, created, asked } = engineWithWeights('org/tiny-0.6b');
  const app = await renderTrain(desk);
  await app.waitFor('nothing: your own machine trains it');
  expect(app.frame()).toMatch(/New job at Embedded engine ━/);
  expect(app.frame()).toContain('real weights, 1.2 GB, here');
  await app.press('p');
  await app.waitFor('Line 3: 4 of 9 tokens learned');
  expect(app.frame()).toContain('⟦a bard of old<end>⟧');
  expect(app.frame()).not.toContain('\u001b[31m');
  await app.press('escape');
  await app.press('s');
  await app.waitFor('Start this job?');
  await app.press('y');
  await app.waitFor('Create this job?');
  expect(app.frame()).toContain('Trains on a processor in bf16: 30 steps; 4,000 of 9,000');
  // More rows than the terminal has are there all the same.
  await app.type('G');
  await app.waitFor('Line 20 of the training file has 300 tokens');
  expect(created).toEqual([]);
  await app.press('y');
  await expect.poll(() => created).toHaveLength(1);
  expect(asked.map(({ rows, pilot }) => [rows, pilot])).toEqual([
    [20, false],
    [undefined, undefined],
  ]);
});

it('has settings of real weights under more, and they go with the job', async () => {
  const { desk } = engineWithWeights('org/tiny-0.6b');
  const app = await renderTrain(desk);
  await app.waitFor('LoRA rank');
  expect(app.frame()).not.toContain('LoRA dropout');
  const settings = () => desk.store.getState().project.training.choices?.settings;
  await app.type(`${'j'.repeat(10)}\r`);
  await app.waitFor('LoRA alpha');
  await app.press('down', 'right');
  expect(settings()).toEqual({ loraAlpha: 32 });
  await app.press('down', 'right');
  expect(settings()).toEqual({ loraAlpha: 32, loraDropout: 0.05 });
});

it('says why a base that is not there is not trained', async () => {
  const { desk, created } = engineWithWeights('org/absent');
  const app = await renderTrain(desk);
  await app.waitFor('not downloaded');
  await app.press('s');
  await app.waitFor('org/absent is not downloaded on the machine of the engine');
  expect(created).toEqual([]);
});
