import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createClaims } from '../../../src/engine/storage/claims.ts';
import { processAlive } from '../../../src/engine/storage/owner.ts';
import { openStore, type Store } from '../../../src/engine/storage/store.ts';
import { createJob, pauseJob, resumeJob } from '../../../src/engine/training/lifecycle.ts';

const auto = { n_epochs: 'auto', batch_size: 'auto', learning_rate_multiplier: 'auto' } as const;
const request = {
  model: 'm',
  training_file: 'f',
  validation_file: null,
  suffix: null,
  method: 'supervised' as const,
  seed: 1,
};

/** A home with two validated jobs, and two engines that share it; `living` says which processes exist. */
function setUp() {
  const home = mkdtempSync(join(tmpdir(), 'luthier-claims-'));
  const store = openStore(home);
  onTestFinished(() => {
    store.close();
    rmSync(home, { recursive: true });
  });
  const living = new Set([1, 2]);
  const engine = (token: string, pid: number) =>
    createClaims(store.db, store.jobs, { token, pid }, (each) => living.has(each));
  const [first = '', second = ''] = [0, 1].map(() => newJob(store));
  return { store, living, a: engine('a', 1), b: engine('b', 2), first, second };
}

function newJob(store: Store): string {
  const { id } = createJob(store, { ...request, hyperparameters: auto, metadata: null, integrations: null });
  store.jobs.update(id, { status: 'queued', examples: 10 });
  return id;
}

test('one training a home, in the order of asking; the next is free when the first is over', () => {
  const { store, a, b, first, second } = setUp();
  expect(a.take('train')?.job.id).toBe(first);
  expect(b.take('train')).toBeNull();
  expect(a.take('train')).toBeNull();
  store.jobs.update(first, { status: 'succeeded', owner: null });
  expect(b.take('train')).toMatchObject({
    job: { id: second, owner: 'b', owner_pid: 2, adoptions: 0 },
    recovered: false,
  });
});

test('the running job of a dead engine comes before queued ones, and counts as taken over', () => {
  const { store, living, a, b, first } = setUp();
  a.take('train');
  store.jobs.update(first, { status: 'running' });
  expect(b.take('train')).toBeNull();
  living.delete(1);
  expect(b.take('train')).toMatchObject({ job: { id: first, adoptions: 1 }, recovered: true });
});

test('an engine silent for long has lost its job, whatever its process id says, and can write nothing more', () => {
  const { store, a, b, first } = setUp();
  a.take('train');
  store.jobs.update(first, { heartbeat_at: Date.now() - 60_000 });
  expect(b.take('train')?.job.id).toBe(first);
  expect(a.heartbeat(first)).toBe(false);
  expect(a.write(first, () => expect.unreachable())).toBe(false);
  expect(b.write(first, (job) => store.jobs.update(job.id, { trained_tokens: 5 }))).toBe(true);
  expect(store.jobs.get(first)?.trained_tokens).toBe(5);
});

test('pausing takes the claim away, and what is given up in order is no crash', () => {
  const { store, a, b, first } = setUp();
  a.take('train');
  pauseJob(store, first);
  expect(a.heartbeat(first)).toBe(false);
  resumeJob(store, first);
  b.take('train');
  b.releaseAll();
  expect(a.take('train')?.job).toMatchObject({ id: first, adoptions: 0 });
});

test('a write that throws leaves nothing behind', () => {
  const { store, a, first } = setUp();
  a.take('train');
  const spoil = () =>
    a.write(first, () => {
      store.jobs.update(first, { trained_tokens: 5 });
      throw new Error('disk full');
    });
  expect(spoil).toThrow('disk full');
  expect(store.jobs.get(first)?.trained_tokens).toBeNull();
});

test('this process is alive; one with an impossible id is not', () => {
  expect(processAlive(process.pid)).toBe(true);
  expect(processAlive(2 ** 30)).toBe(false);
});
