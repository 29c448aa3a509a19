import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/domain/training/types.ts';
import { fakeProvider, remoteFile } from '../../operations/fakes/provider.ts';
import {
  actingJobs,
  BEGINNING,
  deskWith,
  type Kept,
  measured,
  open,
  practiceJob,
  said,
  steps,
  TUNED,
} from './bench.tsx';

const running: Kept = { job: practiceJob({ status: 'running' }), events: [...BEGINNING, ...steps(24)] };
const done: Kept = {
  job: practiceJob({
    id: 'ftjob-bbbb2222',
    status: 'succeeded',
    fineTunedModel: TUNED,
    createdAt: 1000,
    finishedAt: 1042,
  }),
  events: [...BEGINNING, ...steps(40), said(60, 'The job has successfully completed')],
};
const failed: Kept = {
  job: practiceJob({
    id: 'ftjob-cccc3333',
    status: 'failed',
    error: {
      code: 'invalid_training_file',
      message: "Example 100, message 2 Discriminator 'role' is missing",
      param: null,
    },
  }),
  events: BEGINNING.slice(0, 2),
};
const checkpoint: Checkpoint = {
  ...{ id: 'ftckpt-1', jobId: done.job.id, model: `${TUNED}:ckpt-step-20`, step: 20, createdAt: 1020 },
  metrics: measured(20).metrics ?? expect.unreachable('step 20 is measured'),
};
const SIZES = [
  [60, 16],
  [80, 24],
  [100, 30],
  [140, 40],
] as const;

describe('one job', () => {
  it('opens where one runs, with chart and newest events in sight, at every size', async () => {
    const app = await open(deskWith([running, done]));
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      const frame = app.frame();
      expect(frame).toContain('◐ running');
      expect(frame).toContain('step 24/40');
      expect(frame).toContain('practice engine');
      expect(frame).toContain('train 0.37');
      expect(frame).toContain('Step 24/40: training loss');
      expect(app.lines()[rows - 1]).toContain('? help');
      for (const line of app.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(frame.split('\n').filter((line) => /[┛╯]$/.test(line)).length).toBeGreaterThanOrEqual(1);
    }
  });

  it('shows events as they come, and stays where one has scrolled to', async () => {
    const desk = deskWith([running]);
    const app = await open(desk);
    const tell = async (step: number): Promise<void> => {
      desk.disk.bench.jobs.addEvents(running.job.id, [measured(step)]);
      desk.store.setState(({ jobsVersion }) => ({ jobsVersion: jobsVersion + 1 }));
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
    const app = await open(deskWith([running]));
    expect(app.frame()).not.toContain('step, log scale');
    await app.press('l');
    expect(app.frame()).toContain('step, log scale');
    await app.press('m');
    expect(app.frame()).toContain('Token accuracy');
    expect(app.frame()).toContain('train 0.48');
  });

  it('pauses and resumes, and says so', async () => {
    const { asked, jobs } = actingJobs((action) => practiceJob({ status: action === 'pause' ? 'paused' : 'running' }));
    const app = await open(deskWith([running], 16, { providers: [fakeProvider({ jobs })] }));
    await app.press('p');
    await app.waitFor('The job is paused.');
    expect(app.frame()).toContain('‖ paused');
    await app.press('p');
    await app.waitFor('The job goes on.');
    expect(asked).toEqual(['pause ftjob-aaaa1111', 'resume ftjob-aaaa1111']);
  });

  it('asks before it cancels, and Enter is no yes', async () => {
    const { asked, jobs } = actingJobs(() => practiceJob({ status: 'cancelled' }));
    const app = await open(deskWith([running], 16, { providers: [fakeProvider({ jobs })] }));
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

  it('tells a refusal of the provider as a problem', async () => {
    const jobs = { act: async () => Promise.reject(new Error('Job is running and cannot be resumed.')) };
    const app = await open(deskWith([running], 16, { providers: [fakeProvider({ jobs })] }));
    await app.press('p');
    await app.waitFor('cannot be resumed');
    await app.press('escape');
    expect(app.frame()).not.toContain('cannot be resumed');
    expect(app.frame()).toContain('step 24/40');
  });

  it('explains a failure in plain words, with what to do next, at every size', async () => {
    const app = await open(deskWith([failed]));
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('Why it failed');
      expect(app.frame()).toContain('✗ The training file was refused: Example 100');
      expect(app.frame()).toContain('Validating training file');
      if (rows >= 24) expect(app.frame()).toContain('Next: Open Dataset (4) and run the check');
    }
    await app.press('enter');
    expect(app.frame()).toContain('New job at');
  });

  it('shows the whole of an event that is longer than its row', async () => {
    const long = said(50, `A long story: ${'and then '.repeat(12)}the end.`);
    const app = await open(deskWith([{ ...running, events: [...BEGINNING, long] }]));
    expect(app.frame()).not.toContain('the end.');
    await app.press('o');
    expect(app.frame()).toContain('the end.');
    await app.press('escape');
    expect(app.frame()).not.toContain('the end.');
  });

  it('lets nothing of an event or a name reach the terminal raw', async () => {
    const evil = said(50, 'hello \x1b[2J\x1b]0;title\x07 there');
    const job = practiceJob({ status: 'running', model: 'mo\x1b[31mdel', suffix: '\x1b[2J' });
    const app = await open(deskWith([{ job, events: [...BEGINNING, evil] }]));
    expect(app.frame()).toContain('hello  there');
    await app.press('escape');
    expect(app.raw()).not.toContain(']0;title');
    expect(app.raw()).not.toContain('[2J\x1b]');
  });
});

describe('a tuned model', () => {
  it('is talked to beside its base, and so is a checkpoint', async () => {
    const desk = deskWith([done]);
    desk.disk.bench.jobs.saveCheckpoints(done.job.id, [checkpoint]);
    const app = await open(desk);
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

  it('has its results saved, and says where', async () => {
    const desk = deskWith([done]);
    const app = await open(desk);
    await app.press('enter', 'w');
    await app.waitFor('Saved to /exports/ftjob-bbbb2222-results.csv.');
    expect(desk.disk.documents.files.get('/exports/ftjob-bbbb2222-results.csv')).toContain('step,train_loss');
  });
});

describe('jobs', () => {
  it('are listed with status, figures and age, the important ones at every size', async () => {
    const app = await open(deskWith([done, running, failed]));
    await app.press('escape');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('3 jobs');
      expect(app.frame()).toContain('◐ running 60%');
      expect(app.frame()).toContain('✓ succeeded');
      expect(app.frame()).toContain('0.367');
      expect(app.frame()).toContain('2 min');
      if (columns >= 140)
        expect(app.frame()).toMatch(/practice-small +ft:practice-small\S+ +13\+3 +auto +0\.300 .*\$0\.00/);
    }
  });

  it('are compared when two are marked, and only then', async () => {
    const app = await open(deskWith([done, running]));
    await app.press('escape', 'space', 'm');
    expect(app.frame()).toContain('mark two jobs or more with Space first');
    await app.press('down', 'space', 'm');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toContain('Validation loss');
      expect(app.frame()).toContain('2 jobs compared');
      expect(app.frame()).toContain('● dnd 1111');
      expect(app.frame()).toContain('◆ dnd 2222');
    }
    await app.press('m');
    expect(app.frame()).toContain('Full validation loss');
    await app.press('down', 'enter');
    expect(app.frame()).toContain(TUNED);
    await app.press('escape');
    expect(app.frame()).toContain('2 jobs · 2 marked');
  });

  it('say what to do where there are none', async () => {
    const app = await open(deskWith([], 0));
    expect(app.frame()).toContain('3 generates rows');
    await app.press('n');
    expect(app.frame()).toContain('New job at');
    await app.press('s');
    expect(app.frame()).toContain('there are no rows yet');
  });
});

describe('remote files', () => {
  it('are listed, and deleted only when one says yes', async () => {
    const kept = new Map([
      ['file-1', { ...remoteFile('file-1', 'dnd-train.jsonl', 12_345), createdAt: 5 }],
      ['file-2', { ...remoteFile('file-2', 'dnd-validation.jsonl', 345), createdAt: 4 }],
    ]);
    const files = {
      list: async () => [...kept.values()],
      remove: async (id: string) => {
        kept.delete(id);
      },
    };
    const app = await open(deskWith([done], 16, { providers: [fakeProvider({ files })] }));
    await app.press('f');
    await app.waitFor('2 files, 12.7 kB at Embedded engine');
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      expect(app.frame()).toMatch(/dnd-train\.jsonl .*12\.3 kB/);
    }
    await app.press('x', 'n');
    expect(kept.size).toBe(2);
    await app.press('x', 'y');
    await app.waitFor('1 file, 345 B');
    expect([...kept.keys()]).toEqual(['file-2']);
    expect(app.frame()).toContain('file-1 is deleted.');
    await app.press('escape');
    expect(app.frame()).toContain('1 job');
  });

  it('say what went wrong when they cannot be read, and are read again', async () => {
    let broken = true;
    const files = {
      list: async () => {
        if (broken) throw new Error('The wire is cut.');
        return [];
      },
    };
    const app = await open(deskWith([done], 16, { providers: [fakeProvider({ files })] }));
    await app.press('f');
    await app.waitFor('The wire is cut.');
    broken = false;
    await app.press('r');
    await app.waitFor('No files here.');
  });
});
