import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/training/types.ts';
import { fakeProvider } from '../../../app/fakes/provider.ts';
import {
  BEGINNING,
  done,
  failed,
  fakeJobActions,
  fakeWorkbenchWith,
  jobEvent,
  measured,
  practiceJob,
  renderTrain,
  running,
  SIZES,
  TUNED,
} from '../render-train.tsx';

const checkpoint: Checkpoint = {
  id: 'ftckpt-1',
  jobId: done.job.id,
  model: `${TUNED}:ckpt-step-20`,
  step: 20,
  createdAt: 1020,
  metrics: measured(20).metrics ?? expect.unreachable('step 20 is measured'),
};
describe('one job', () => {
  it('opens where one runs, with chart and newest events in sight, at every size', async () => {
    const app = await renderTrain(fakeWorkbenchWith([running, done]));
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      const frame = app.frame();
      expect(frame).toContain('◐ running');
      expect(frame).toContain('step 24/40');
      expect(frame).toContain('practice engine');
      expect(frame).toContain('train 0.37');
      expect(frame).toContain('Step 24/40: loss');
      expect(app.lines()[rows - 1]).toContain('? help');
      for (const line of app.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(frame.split('\n').filter((line) => /[┛╯]$/.test(line)).length).toBeGreaterThanOrEqual(1);
    }
  });

  it('shows events as they come, and stays where one has scrolled to', async () => {
    const desk = fakeWorkbenchWith([running]);
    const app = await renderTrain(desk);
    const tell = async (step: number): Promise<void> => {
      desk.disk.deps.jobs.addEvents(running.job.id, [measured(step)]);
      desk.workbench.reads.invalidate('jobs');
      await app.settled();
    };
    await tell(25);
    expect(app.frame()).toMatch(/❯ \S+ · Step 25\/40/);
    expect(app.frame()).toContain('step 25/40');
    await app.press('g');
    await tell(26);
    expect(app.frame()).toContain('Created fine-tuning job');
    expect(app.frame()).not.toContain('· Step 26/40');
    await app.press('G');
    await tell(27);
    expect(app.frame()).toMatch(/❯ \S+ · Step 27\/40/);
  });

  it('draws losses or accuracies, on a linear or a logarithmic scale', async () => {
    const app = await renderTrain(fakeWorkbenchWith([running]));
    expect(app.frame()).not.toContain('step, log scale');
    await app.press('l');
    expect(app.frame()).toContain('step, log scale');
    await app.press('m');
    expect(app.frame()).toContain('Token accuracy');
    expect(app.frame()).toContain('train 0.48');
  });

  it('pauses and resumes, and says so', async () => {
    const { asked, jobs } = fakeJobActions((action) =>
      practiceJob({ status: action === 'pause' ? 'paused' : 'running' }),
    );
    const app = await renderTrain(fakeWorkbenchWith([running], 16, { providers: [fakeProvider({ jobs })] }));
    await app.press('p');
    await app.waitFor('The job is paused.');
    expect(app.frame()).toContain('‖ paused');
    await app.press('p');
    await app.waitFor('The job goes on.');
    expect(asked).toEqual(['pause ftjob-aaaa1111', 'resume ftjob-aaaa1111']);
  });

  it('asks before it cancels, and Enter is no yes', async () => {
    const { asked, jobs } = fakeJobActions(() => practiceJob({ status: 'cancelled' }));
    const app = await renderTrain(fakeWorkbenchWith([running], 16, { providers: [fakeProvider({ jobs })] }));
    await app.press('c');
    expect(app.frame()).toContain('Cancel the job?');
    await app.press('enter', 'escape');
    expect(asked).toEqual([]);
    await app.press('c', 'y');
    await app.waitFor('⊘ cancelled');
    expect(asked).toEqual(['cancel ftjob-aaaa1111']);
    await app.press('p');
    expect(app.frame()).toContain('the job has ended: it was cancelled');
  });

  it('says what its provider does not have where that would be, and asks for none of it', async () => {
    const { asked, jobs } = fakeJobActions(() => practiceJob());
    const desk = fakeWorkbenchWith([{ ...running, events: [] }], 16, { providers: [fakeProvider({ jobs })] });
    const profiles = desk.store.getState().profiles.map((one) => ({ ...one, jobDialect: 'fireworks' as const }));
    desk.store.setState({ profiles });
    const app = await renderTrain(desk);
    expect(app.frame()).toContain('Fireworks keeps no events of a job');
    await app.press('v');
    expect(app.frame()).toContain('Fireworks lists no checkpoints');
    await app.press('p');
    expect(app.frame()).toContain('Fireworks has no call that pauses a job');
    await app.press('c');
    expect(app.frame()).toContain('Fireworks has no call that cancels a job');
    expect(app.frame()).not.toContain('Cancel the job?');
    expect(asked).toEqual([]);
  });

  it('is not talked to before its model is deployed, where that is needed', async () => {
    const desk = fakeWorkbenchWith([done]);
    const profiles = desk.store.getState().profiles.map((one) => ({ ...one, jobDialect: 'together' as const }));
    desk.store.setState({ profiles });
    const app = await renderTrain(desk);
    await app.press('enter', 't');
    expect(app.frame()).toContain('answers only from a deployment');
    expect(desk.store.getState().screen).toBe('train');
  });

  it('shows a refusal of the provider as a problem', async () => {
    const jobs = { act: async () => Promise.reject(new Error('Job is running and cannot be resumed.')) };
    const app = await renderTrain(fakeWorkbenchWith([running], 16, { providers: [fakeProvider({ jobs })] }));
    await app.press('p');
    await app.waitFor('cannot be resumed');
    await app.press('escape');
    expect(app.frame()).not.toContain('cannot be resumed');
    expect(app.frame()).toContain('step 24/40');
  });

  it('explains a failure in plain words, with what to do next, at every size', async () => {
    const app = await renderTrain(fakeWorkbenchWith([failed]));
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('Why it failed');
      expect(app.frame()).toContain('✗ The training file was refused: Example 100');
      expect(app.frame()).toContain('Validating training f');
      if (rows >= 24) expect(app.frame()).toContain('Next: Open Dataset (4) and run the check');
    }
    await app.press('enter');
    expect(app.frame()).toContain('New job at');
  });

  it('shows the whole of an event that is longer than its row', async () => {
    const long = jobEvent(50, `A long story: ${'and then '.repeat(12)}the end.`);
    const app = await renderTrain(fakeWorkbenchWith([{ ...running, events: [...BEGINNING, long] }]));
    const whole = long.message.replaceAll(' ', '');
    const seen = (): string => app.frame().replaceAll(/[\s┃]/g, '');
    expect(seen()).toContain(whole);
    await app.press('k');
    expect(seen()).not.toContain(whole);
    await app.press('j', 'o');
    expect(app.frame()).toContain('━ Event ━');
    expect(seen()).toContain(whole);
  });

  it('lets nothing of an event or a name reach the terminal raw', async () => {
    const evil = jobEvent(50, 'hello \x1b[2J\x1b]0;title\x07 there');
    const job = practiceJob({ status: 'running', model: 'mo\x1b[31mdel', suffix: '\x1b[2J' });
    const app = await renderTrain(fakeWorkbenchWith([{ job, events: [...BEGINNING, evil] }]));
    expect(app.frame()).toContain('hello  there');
    await app.press('escape');
    expect(app.raw()).not.toContain(']0;title');
    expect(app.raw()).not.toContain('[2J\x1b]');
  });
});

describe('a tuned model', () => {
  it('is talked to beside its base, and so is a checkpoint', async () => {
    const desk = fakeWorkbenchWith([done]);
    desk.disk.deps.jobs.saveCheckpoints(done.job.id, [checkpoint]);
    const app = await renderTrain(desk);
    await app.press('enter');
    expect(app.frame()).toContain(TUNED);
    await app.press('v');
    expect(app.frame()).toContain('1 checkpoint');
    await app.press('y');
    expect(desk.copied).toEqual([checkpoint.model]);
    await app.press('t');
    expect(desk.store.getState()).toMatchObject({
      screen: 'chat',
      project: { chat: { models: [checkpoint.model, 'practice-small'] } },
    });
    desk.workbench.navigation.go('train');
    await app.settled();
    expect(app.frame()).toContain('1 checkpoint');
    await app.press('v', 'enter');
    expect(desk.store.getState()).toMatchObject({
      screen: 'chat',
      project: { chat: { models: [TUNED, 'practice-small'] } },
    });
  });

  it('has checkpoints with the loss over the whole validation file, else over the batch, else none', async () => {
    const desk = fakeWorkbenchWith([done]);
    const withLosses = (step: number, fullValidLoss: number | null, validLoss: number | null): Checkpoint => ({
      ...checkpoint,
      id: `ftckpt-${step}`,
      step,
      metrics: { ...checkpoint.metrics, fullValidLoss, validLoss, validTokenAccuracy: 0.25 },
    });
    desk.disk.deps.jobs.saveCheckpoints(done.job.id, [
      withLosses(10, 1.1111, 2.2222),
      withLosses(20, null, 3.3333),
      withLosses(30, null, null),
    ]);
    const app = await renderTrain(desk, { columns: 140, rows: 40 });
    await app.press('enter', 'v');
    const row = (step: number): string =>
      app.lines().find((line) => line.includes(`❯ ${step} `) || line.includes(`  ${step} `)) ?? app.frame();
    expect(row(10)).toContain('full 1.111');
    expect(row(10)).not.toContain('2.222');
    expect(row(20)).toContain('batch 3.333');
    expect(row(20)).toContain('batch 25.0%');
    expect(row(30)).toContain('—');
  });

  it('is named in the narrowest terminal, however long its name', async () => {
    const long = `${TUNED}-${'x'.repeat(80)}`;
    const app = await renderTrain(fakeWorkbenchWith([{ ...done, job: { ...done.job, fineTunedModel: long } }]), {
      columns: 60,
      rows: 16,
    });
    await app.press('enter');
    expect(app.lines()[1]).toMatch(/✓ succeeded {3}ft:practice-small:luth\S*…x+$/);
  });

  it('has its results saved, and says where', async () => {
    const desk = fakeWorkbenchWith([done]);
    const app = await renderTrain(desk);
    await app.press('enter', 'E');
    await app.waitFor('Saved to /exports/ftjob-bbbb2222-results.csv.');
    expect(desk.disk.documents.files.get('/exports/ftjob-bbbb2222-results.csv')).toContain('step,train_loss');
  });
});
