import { describe, expect, it } from 'vitest';
import { shortModel } from '../../../src/components/text/model-name.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { isPracticeModel } from '../../../src/domain/provider/models.ts';
import type { JobRecord } from '../../../src/domain/training/types.ts';
import { modelOptions, searchModels, toggleModel } from '../../../src/screens/chat/model-picker.tsx';
import { deploymentOf } from '../../app/fakes/deployments.ts';
import { renderChat, TUNED } from './render-chat.tsx';

const metrics = {
  step: 8,
  totalSteps: 16,
  trainLoss: 1,
  trainTokenAccuracy: 0.5,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

const record = (fineTunedModel: string | null): JobRecord => ({
  projectId: 'p',
  providerId: 'embedded',
  trainRows: 10,
  validationRows: 0,
  quoteUsd: 0,
  job: {
    id: 'ftjob-1',
    model: 'practice-small',
    status: 'succeeded',
    fineTunedModel,
    trainingFile: 'f',
    validationFile: null,
    resultFiles: [],
    trainedTokens: 1,
    suffix: null,
    seed: 1,
    error: null,
    hyperparameters: { nEpochs: 1, batchSize: 1, learningRateMultiplier: 1 },
    createdAt: 1,
    finishedAt: 2,
    estimatedFinish: null,
  },
});

describe('models to choose from', () => {
  const options = modelOptions({
    models: [
      { id: 'gpt-4.1-mini', ownedBy: 'openai', shutdownDate: '2027-01-14', tuned: false },
      { id: TUNED, ownedBy: 'me', shutdownDate: null, tuned: true },
      { id: 'ft:gpt-4.1-mini:acme::x', ownedBy: 'me', shutdownDate: null, tuned: true },
    ],
    prices: SHIPPED_PRICES,
    today: '2026-11-29',
    complete: true,
    jobs: [record(TUNED), { ...record('ft:elsewhere'), providerId: 'openai' }],
    providerId: 'embedded',
    deployments: [deploymentOf({ answered: true }), deploymentOf({ answered: true, providerId: 'openai' })],
    checkpoints: () => [{ id: 'c', jobId: 'ftjob-1', model: `${TUNED}:ckpt-step-8`, step: 8, createdAt: 1, metrics }],
    chosen: ['deployment'],
  });

  it('are tuned ones, checkpoints, the rest, each once and each with what it is', () => {
    expect(options).toEqual([
      { id: 'acme/triage-1', note: 'deployed acme/triage, $4.00 an hour' },
      { id: TUNED, note: 'practice engine, tuned from practice-small' },
      { id: `${TUNED}:ckpt-step-8`, note: 'practice engine, checkpoint at step 8' },
      { id: 'ft:gpt-4.1-mini:acme::x', note: 'tuned, dies with its base on 2027-01-14' },
      { id: 'gpt-4.1-mini', note: 'base, shuts down 2027-01-14' },
      { id: 'deployment', note: 'not in the list of this provider' },
    ]);
  });

  it('are found by parts of names and notes; another name can be taken as typed', () => {
    expect(searchModels(options, 'ckpt practice').map(({ id }) => id)).toEqual([`${TUNED}:ckpt-step-8`]);
    expect(searchModels(options, 'my-gpt')).toEqual([{ id: 'my-gpt', note: 'as typed' }]);
    expect(searchModels(options, '')).toEqual(options);
  });

  it('are no more than may be', () => {
    expect(toggleModel(['a', 'b', 'c'], 'd', 3)).toBeNull();
    expect(toggleModel(['a', 'b', 'c'], 'b', 3)).toEqual(['a', 'c']);
    expect(toggleModel(['a'], 'b', 3)).toEqual(['a', 'b']);
  });
});

describe('names', () => {
  it('of tuned models keep the end that distinguishes them', () => {
    expect(shortModel(TUNED, 60, '…')).toBe(TUNED);
    expect(shortModel(TUNED, 26, '…')).toBe('ft:…:luthier:dnd:AbCd1234');
    expect(shortModel(TUNED, 20, '…')).toBe('ft:…:dnd:AbCd1234');
    expect(shortModel(TUNED, 3, '…')).toBe('ft:…:AbCd1234');
    expect(shortModel('ft:', 1, '…')).toBe('ft:…:');
    expect(shortModel('gpt-4.1-mini', 5, '…')).toBe('gpt-4.1-mini');
  });

  it('distinguish the practice engine from others', () => {
    expect(['practice-small', 'practice-writer', TUNED].every(isPracticeModel)).toBe(true);
    expect(['gpt-4.1', 'ft:gpt-4.1:me:practice-small:x', 'practice'].some(isPracticeModel)).toBe(false);
  });
});

describe('the model picker', () => {
  it('adds and removes with Space, takes with Enter, and leaves all as it was with Esc', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    await app.press('m');
    expect(app.frame()).toContain('1 of at most 4 chosen');
    expect(app.frame()).toMatch(/◆ practice-small +practice engine, base/);
    await app.press('space', 'escape');
    expect(app.desk.store.getState().project.chat.models).toEqual(['practice-small']);
    await app.press('m', 'space', 'enter');
    expect(app.desk.store.getState().project.chat.models).toEqual(['practice-small', TUNED]);
    expect(app.lines()[1]).toContain('practice-small × ft:…:luthier:dnd:AbCd1234');
  });

  it('narrows three hundred models as one types, while Space still marks and Esc first clears', async () => {
    const listed = Array.from({ length: 300 }, (_, index) => ({
      id: `meta-llama/size-${String(index).padStart(3, '0')}`,
      ownedBy: 'x',
      shutdownDate: null,
      tuned: false,
    }));
    const app = await renderChat({ columns: 80, rows: 24, models: [], listed });
    await app.press('m');
    expect(app.frame()).toMatch(/Space add or remove .*Esc as it was/);
    await app.press('down', 'end');
    expect(app.frame()).toMatch(/❯ +meta-llama\/size-299/);
    await app.type('llama/size-27');
    expect(app.frame()).toContain('/ llama/size-27');
    expect(app.frame()).toMatch(/❯ +meta-llama\/size-27\d/);
    expect(app.frame()).toContain('Esc clear the filter');
    expect(app.frame()).not.toContain('size-299');
    await app.type('1');
    await app.press('space');
    expect(app.frame()).toMatch(/❯ ◆ meta-llama\/size-271/);
    await app.press('escape');
    expect(app.frame()).toMatch(/size-000[\s\S]*Esc as it was/);
    await app.type('size-004 ');
    await app.press('enter');
    expect(app.desk.store.getState().project.chat.models).toEqual(['meta-llama/size-271', 'meta-llama/size-004']);
  });

  it('takes spaces as text after a slash, until Enter', async () => {
    const app = await renderChat({ columns: 80, rows: 24, models: [] });
    await app.press('m');
    await app.type('/practice tuned');
    expect(app.frame()).toContain('/ practice tuned');
    await app.press('enter', 'space', 'enter');
    expect(app.desk.store.getState().project.chat.models).toEqual([TUNED]);
  });

  it('leaves all as it was with Esc where nothing is typed', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    await app.press('m', 'x', 'escape', 'escape');
    expect(app.frame()).not.toContain('Models that answer');
  });

  it('takes a name that the provider does not list', async () => {
    const app = await renderChat({ columns: 60, rows: 16 });
    await app.press('m');
    await app.type('my-deployment');
    await app.press('space', 'enter');
    expect(app.desk.store.getState().project.chat.models).toEqual(['practice-small', 'my-deployment']);
  });
});
