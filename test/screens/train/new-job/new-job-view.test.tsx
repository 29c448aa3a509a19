import { describe, expect, it } from 'vitest';
import type { JobService } from '../../../../src/app/runtime/ports.ts';
import { ProviderError } from '../../../../src/domain/provider/provider.ts';
import type { JobEstimate } from '../../../../src/domain/training/estimate.ts';
import { JobServer, jobOf } from '../../../app/fakes/jobs.ts';
import { fakeProvider, remoteFile } from '../../../app/fakes/provider.ts';
import { fakeWorkbenchWith, renderTrain } from '../render-train.tsx';

function trainer(create: JobService['create']) {
  const server = new JobServer([
    { events: 2, status: 'running' },
    { events: 1, status: 'succeeded' },
  ]);
  const held = Promise.withResolvers<void>();
  const provider = fakeProvider({
    files: {
      upload: async ({ filename, bytes }, { onSent, signal }) => {
        signal?.addEventListener('abort', () => held.reject(signal.reason));
        onSent?.(Math.floor(bytes / 2));
        await held.promise;
        return remoteFile('file-1', filename, bytes);
      },
    },
    jobs: { ...server.service(), create },
  });
  return { provider, uploaded: held.resolve };
}

describe('a new job', () => {
  it('is quoted as it is set up, and quoted again when a setting changes', async () => {
    const desk = fakeWorkbenchWith([]);
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on, 3 held out');
    expect(app.frame()).toMatch(/Tokens +[\d,]+ = \d+ × 7 epochs \(auto\)/);
    expect(app.frame()).toContain('$0.00, on this machine (practice engine)');
    await app.press('down', 'down', 'down', 'down', 'down', 'right');
    await app.waitFor('× 3 epochs ');
    expect(desk.store.getState().project.training.hyperparameters.nEpochs).toBe(3);
    await app.press('up', 'up');
    await app.type('\r');
    await app.press('ctrl-u');
    await app.type('60\r');
    await app.waitFor('to train on, 6 held out');
    expect(desk.store.getState().project.training.validationShare).toBe(0.6);
  });

  it('counts the sides of a stored split again when other rows are trained on', async () => {
    const desk = fakeWorkbenchWith([]);
    const { rows, splits } = desk.workbench;
    await splits.assign({ plan: { train: { kind: 'count', count: 12 }, seed: 1, by: 'random' }, column: null });
    rows.rate(rows.ids({ split: 'train' }).slice(0, 2), 'accepted');
    const app = await renderTrain(desk);
    await app.waitFor('of the dataset: 12 train, 4 held out');
    await app.press('down', 'down', 'right');
    expect(desk.store.getState().project.training.rows).toBe('accepted');
    await app.waitFor('of the dataset: 2 train, 0 held out');
  });

  it('says that it counts again while the quote on screen is of the settings before', async () => {
    const desk = fakeWorkbenchWith([]);
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on, 3 held out');
    expect(app.frame()).not.toContain('counting');
    await app.press('down', 'down', 'down', 'down', 'down', 'right');
    expect(app.frame()).toMatch(/Quote \(counting\).*× 7 epochs/s);
    await app.waitFor('× 3 epochs ');
    expect(app.frame()).not.toContain('counting');
  });

  it('takes every key of a burst where the one before has brought it', async () => {
    const desk = fakeWorkbenchWith([]);
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    await app.type('jjjjjlll');
    await expect.poll(() => desk.store.getState().project.training.hyperparameters.nEpochs).toBe(5);
  });

  it('does not start with a setting the provider would refuse, and says which', async () => {
    const desk = fakeWorkbenchWith([]);
    desk.workbench.projects.update((project) => ({
      ...project,
      training: { ...project.training, suffix: 'no spaces here' },
    }));
    const app = await renderTrain(desk);
    await app.press('s');
    expect(app.frame()).not.toContain('Start this job?');
    expect(app.frame()).toContain('A suffix becomes part of the model name');
  });

  it('starts after a yes, uploads, and is watched to its end without another key', async () => {
    const { provider, uploaded } = trainer(async () => jobOf({ model: 'practice-small' }));
    const desk = fakeWorkbenchWith([], 16, { providers: [provider] });
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    await app.press('s');
    expect(app.frame()).toContain('Train practice-small on the practice engine.');
    expect(app.frame()).toContain('Cost: $0.00');
    await app.press('y');
    expect(app.frame()).toContain('Starting a job');
    await desk.clock.advance(250);
    await app.waitFor(/Uploading d-d-characters-train\.jsonl/);
    expect(app.frame()).toMatch(/\d\d% .* of .* (kB|B)/);
    uploaded();
    await desk.clock.advance(60_000);
    await app.waitFor('✓ succeeded');
    expect(app.frame()).toContain('ft:free:org::1');
    expect(app.frame()).toContain('Step 3');
  });

  it('says in plain words why it could not start, and Enter goes back to the settings', async () => {
    const { provider, uploaded } = trainer(async () => {
      throw new ProviderError('training-not-available', 'no more', { status: 403, code: 'training_not_available' });
    });
    const desk = fakeWorkbenchWith([], 16, { providers: [provider] });
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    uploaded();
    await app.press('s', 'y');
    await desk.clock.advance(1_000);
    await app.waitFor('The job could not be started');
    expect(app.frame()).toContain('no longer lets your organisation train models');
    expect(app.frame()).toContain('Next: Choose another provider in Settings (8)');
    await app.press('escape', 'enter');
    expect(app.frame()).toContain('New job at');
  });

  it('is not created before its provider was asked what it takes, and one has seen it', async () => {
    const created: string[] = [];
    const said = Promise.withResolvers<JobEstimate>();
    const { provider, uploaded } = trainer(async (asked) => {
      created.push(asked.trainingFile);
      return jobOf({ model: 'practice-small' });
    });
    uploaded();
    const asking = { ...provider, jobs: { ...provider.jobs, estimate: () => said.promise } };
    const desk = fakeWorkbenchWith([], 16, { providers: [asking] });
    const profiles = desk.store.getState().profiles.map((one) => ({ ...one, jobDialect: 'together' as const }));
    desk.store.setState({ profiles });
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    expect(app.frame()).toContain('1 epoch (auto)');
    await app.press('s');
    await app.waitFor('You are asked again before the job is created.');
    expect(app.frame()).toContain('A job costs $4.00 at least.');
    await app.press('y');
    await app.waitFor('which is asked');
    const doubts = ['Nothing can be deployed of it.'];
    said.resolve({ costUsd: 4.5, tokens: 900, notes: ['It learns 3 of 9 tokens.'], doubts, refusal: null });
    await app.waitFor('Create this job?');
    for (const words of ['expects $4.50.', 'It counts 900 tokens', 'It learns 3 of 9 tokens.', ...doubts])
      expect(app.frame()).toContain(words);
    expect(created).toEqual([]);
    await app.press('escape');
    await app.settled();
    expect(created).toEqual([]);
    await app.press('s', 'y');
    await app.waitFor('Create this job?');
    await app.press('y');
    await desk.clock.advance(100);
    expect(created).toHaveLength(1);
  });

  it('that its provider would refuse is told at the question', async () => {
    const { provider, uploaded } = trainer(async () => jobOf());
    uploaded();
    const refusal = 'It is trained with epochs of 20 at most.';
    const estimate = async () => ({ costUsd: null, tokens: null, notes: [], doubts: [], refusal });
    const desk = fakeWorkbenchWith([], 16, { providers: [{ ...provider, jobs: { ...provider.jobs, estimate } }] });
    const profiles = desk.store.getState().profiles.map((one) => ({ ...one, jobDialect: 'together' as const }));
    desk.store.setState({ profiles });
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    await app.press('s', 'y');
    await app.waitFor(refusal);
    expect(app.frame()).not.toContain('Create this job?');
    expect(desk.store.getState().jobs).toEqual([]);
  });

  it('is shown again where one left it', async () => {
    const { provider } = trainer(async () => jobOf({ model: 'practice-small' }));
    const desk = fakeWorkbenchWith([], 16, { providers: [provider] });
    const app = await renderTrain(desk);
    await app.waitFor('13 to train on');
    await app.press('s', 'y');
    await desk.clock.advance(250);
    await app.waitFor('Uploading');
    desk.workbench.navigation.go('home');
    await app.settled();
    expect(app.frame()).not.toContain('Uploading');
    desk.workbench.navigation.go('train');
    await app.waitFor('Uploading');
    await app.press('c');
    await desk.clock.advance(100);
    await app.waitFor('New job at');
    expect(desk.store.getState().jobs).toEqual([]);
  });
});
