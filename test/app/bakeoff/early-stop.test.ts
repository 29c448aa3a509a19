import { describe, expect, it } from 'vitest';
import { startBakeoff } from '../../../src/app/bakeoff/run.ts';
import { parseTarget, targetId } from '../../../src/domain/bakeoff/target.ts';
import type { Bakeoff } from '../../../src/domain/bakeoff/types.ts';
import type { JobEvent, JobStatus, TuningJob } from '../../../src/domain/training/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { eventOf, jobOf, recordOf } from '../fakes/jobs.ts';
import { fakeProvider, providersOf, remoteFile } from '../fakes/provider.ts';

const TOTAL = 12;
/** Looks after which a job that nobody stopped has succeeded. */
const LAST = 40;

interface Running {
  readonly job: TuningJob;
  readonly loss: (step: number) => number;
  readonly looks: number;
  readonly cancelled: boolean;
}

/** A provider whose jobs measure a step at each look; those of 3 epochs learn badly. */
function server() {
  const jobs = new Map<string, Running>();
  const acts: (readonly [string, string])[] = [];
  const found = (id: string): Running => jobs.get(id) ?? expect.unreachable(`There is no job ${id}.`);
  const statusOf = ({ looks, cancelled }: Running): JobStatus =>
    cancelled ? 'cancelled' : looks >= LAST ? 'succeeded' : 'running';
  const seen = (id: string): TuningJob => ({ ...found(id).job, status: statusOf(found(id)) });
  const measured = (id: string): readonly JobEvent[] => {
    const { looks, loss } = found(id);
    return Array.from({ length: Math.min(looks, TOTAL) }, (_, at) => {
      const event = eventOf(at + 1, `Step ${at + 1}`, at + 1);
      if (event.metrics === null) return expect.unreachable('A step measures.');
      const metrics = { ...event.metrics, totalSteps: TOTAL, fullValidLoss: loss(at + 1) };
      return { ...event, id: `${id}-${at + 1}`, metrics };
    });
  };
  const provider = fakeProvider({
    files: { upload: async ({ filename, bytes }) => remoteFile(`file-${filename}`, filename, bytes) },
    jobs: {
      list: async () => [],
      create: async ({ model, suffix, hyperparameters }) => {
        const job = jobOf({ id: `ftjob-${jobs.size + 1}`, model, suffix, hyperparameters, status: 'running' });
        const bad = hyperparameters.nEpochs === 3;
        jobs.set(job.id, { job, loss: (step) => (bad ? 3 : 2 / step), looks: 0, cancelled: false });
        return job;
      },
      retrieve: async (id) => {
        jobs.set(id, { ...found(id), looks: found(id).looks + 1 });
        return seen(id);
      },
      events: async (id, known) => measured(id).filter((event) => !known.has(event.id)),
      checkpoints: async () => [],
      act: async (id, action) => {
        acts.push([id, action]);
        jobs.set(id, { ...found(id), cancelled: true });
        return seen(id);
      },
    },
  });
  return { provider, acts };
}

function planOf(stopBehind: boolean): Bakeoff {
  const targets = [1, 2, 3].map((epochs) => {
    const read = parseTarget(`embedded:free,epochs=${epochs}`);
    return read.ok ? read.value : expect.unreachable(read.what);
  });
  const own = { id: 'bakeoff-1', projectId: 'p', name: 'rows', createdAt: 1, targets, seed: 1 };
  const terms = { path: null, validationPath: null, margin: null, capUsd: null, stopBehind };
  return { ...own, ...terms, graders: [{ kind: 'exact' }], sampling: {}, stopped: {}, deployed: {} };
}

const LINES = Array.from({ length: 12 }, (_, n) => {
  const messages = [
    { role: 'user', content: `q ${n}` },
    { role: 'assistant', content: 'a' },
  ];
  return `${JSON.stringify({ messages })}\n`;
});

async function ran(stopBehind: boolean) {
  const { provider, acts } = server();
  const deps = fakeDeps({ providers: providersOf(provider) });
  const bakeoff = planOf(stopBehind);
  const saved = new Map([[bakeoff.id, bakeoff]]);
  const bakeoffs = {
    save: (one: Bakeoff) => void saved.set(one.id, one),
    get: (id: string) => saved.get(id) ?? null,
    list: () => [...saved.values()],
  };
  const run = startBakeoff(
    { ...deps, bakeoffs },
    {
      bakeoff,
      linesOf: () => ({ training: LINES, validation: [] }),
      termsOf: () => ({ kind: 'embedded', jobDialect: 'method' }),
      quoted: new Map(),
      another: { how: '', agreed: async () => false },
    },
  );
  await deps.clock.run(run.finished);
  const statuses = bakeoff.targets.map((target) => {
    const record = deps.jobs.list('p').find(({ place }) => place?.targetId === targetId(target));
    return record?.job.status ?? run.problem(targetId(target))?.what;
  });
  return {
    acts,
    statuses,
    stopped: saved.get(bakeoff.id)?.stopped,
    last: targetId(bakeoff.targets[2] ?? expect.unreachable('Three.')),
  };
}

/** A disk as an app that was killed left it: the jobs of a bake-off run, and nobody follows them. */
async function leftRunning(stopBehind: boolean) {
  const { provider, acts } = server();
  const disk = newDisk();
  const desk = openFakeWorkbench({ disk, providers: [provider] });
  const { project } = desk.store.getState();
  const bakeoff = { ...planOf(stopBehind), projectId: project.id };
  disk.bakeoffs.save(bakeoff);
  for (const target of bakeoff.targets) {
    const { hyperparameters } = target;
    const job = await provider.jobs.create({
      model: target.model,
      trainingFile: 'file-1',
      validationFile: null,
      suffix: null,
      seed: null,
      hyperparameters,
    });
    const place = { bakeoffId: bakeoff.id, targetId: targetId(target) };
    disk.deps.jobs.save({ ...recordOf(job), projectId: project.id, place });
  }
  return { acts, desk, disk, bakeoff };
}

describe('early stop', () => {
  it('goes on after a restart, though the bake-off is not opened', async () => {
    const { acts, desk, disk, bakeoff } = await leftRunning(true);
    desk.resume();
    await desk.clock.advance(600_000);
    expect(acts).toEqual([['ftjob-3', 'cancel']]);
    expect(Object.values(disk.bakeoffs.get(bakeoff.id)?.stopped ?? {})).toEqual([
      expect.stringContaining('Stopped early'),
    ]);
    expect(desk.workbench.bakeoff.targets(bakeoff.id).map(({ record }) => record?.job.status)).toEqual([
      'succeeded',
      'succeeded',
      'cancelled',
    ]);
    const other = await leftRunning(false);
    other.desk.resume();
    await other.desk.clock.advance(600_000);
    expect(other.acts).toEqual([]);
  });

  it('cancels the running job that is clearly behind, once, and keeps why; the others run to their ends', async () => {
    const { acts, statuses, stopped, last } = await ran(true);
    expect([statuses, acts]).toEqual([['succeeded', 'succeeded', 'cancelled'], [['ftjob-3', 'cancel']]]);
    expect(stopped).toEqual({
      [last]: expect.stringMatching(/^Stopped early at step \d+: its (full|batch) validation loss of 3/),
    });
  });

  it('cancels nothing unless it was asked for', async () => {
    const { acts, statuses, stopped } = await ran(false);
    expect([statuses, acts, stopped]).toEqual([['succeeded', 'succeeded', 'succeeded'], [], {}]);
  });
});
