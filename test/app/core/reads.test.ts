import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLastValue, createReads, followTopics, readOnce } from '../../../src/app/core/reads.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';

describe('topics', () => {
  test('a listener is called once for an invalidation of any of its topics, and for no other', () => {
    const reads = createReads();
    let calls = 0;
    const stop = reads.subscribe(['rows', 'jobs'], () => {
      calls += 1;
    });
    reads.invalidate('rows', 'jobs');
    expect(calls).toBe(1);
    reads.invalidate('tracking');
    expect(calls).toBe(1);
    expect(reads.version(['rows', 'jobs'])).toBe(2);
    expect(reads.version(['tracking'])).toBe(1);
    stop();
    reads.invalidate('rows');
    expect(calls).toBe(1);
  });

  test('one listener given twice is called twice, and each is ended by itself', () => {
    const reads = createReads();
    const listener = vi.fn();
    const stop = reads.subscribe(['rows'], listener);
    reads.subscribe(['rows'], listener);
    reads.invalidate('rows');
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    reads.invalidate('rows');
    expect(listener).toHaveBeenCalledTimes(3);
  });
});

describe('a follower', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('follows at once, then at most once in its time, and never misses the last', () => {
    const reads = createReads();
    const follower = followTopics(reads, ['rows'], 400);
    const seen: number[] = [];
    const stop = follower.subscribe(() => seen.push(follower.version()));
    reads.invalidate('rows');
    reads.invalidate('rows');
    reads.invalidate('rows');
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(399);
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([1, 3]);
    vi.advanceTimersByTime(400);
    reads.invalidate('rows');
    expect(seen).toEqual([1, 3, 4]);
    reads.invalidate('rows');
    stop();
    vi.advanceTimersByTime(1_000);
    expect(seen).toEqual([1, 3, 4]);
  });

  test('follows at once what a person did, and waits its time again after that', () => {
    const reads = createReads();
    const follower = followTopics(reads, ['rows'], 400);
    const seen: number[] = [];
    const stop = follower.subscribe(() => seen.push(follower.version()));
    reads.invalidate('rows');
    vi.advanceTimersByTime(300);
    reads.invalidateAtOnce('rows');
    expect(seen).toEqual([1, 2]);
    reads.invalidate('rows');
    vi.advanceTimersByTime(399);
    expect(seen).toEqual([1, 2]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([1, 2, 3]);
    stop();
  });

  test('stands still while nobody subscribes, and catches up when someone does', () => {
    const reads = createReads();
    const follower = followTopics(reads, ['rows'], 0);
    reads.invalidate('rows');
    expect(follower.version()).toBe(0);
    const listener = vi.fn();
    follower.subscribe(listener);
    expect(follower.version()).toBe(1);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

test('a last value is made again only when its key is another', () => {
  const lastValue = createLastValue<number>();
  const make = vi.fn(() => 7);
  expect(lastValue(['a', Number.NaN], make)).toBe(7);
  expect(lastValue(['a', Number.NaN], make)).toBe(7);
  expect(make).toHaveBeenCalledTimes(1);
  lastValue(['a'], make);
  lastValue(['b'], make);
  expect(make).toHaveBeenCalledTimes(3);
});

describe('the workbench', () => {
  const versionOf = (app: ReturnType<typeof openFakeWorkbench>) =>
    app.workbench.reads.version.bind(app.workbench.reads);

  test('invalidates what a part of the project stands for, and nothing for another part', () => {
    const app = openFakeWorkbench();
    const version = versionOf(app);
    app.workbench.projects.update((project) => ({ ...project, template: { ...project.template, name: 'Other' } }));
    expect([version(['template']), version(['plan']), version(['training-cost'])]).toEqual([1, 0, 0]);
    const train = (part: object): void =>
      app.workbench.projects.update((project) => ({ ...project, training: { ...project.training, ...part } }));
    train({ suffix: 'named' });
    expect(version(['training-cost'])).toBe(0);
    train({ splitSeed: 99 });
    expect(version(['training-cost'])).toBe(1);
  });

  test('invalidates everything for another project', () => {
    const app = openFakeWorkbench();
    const version = versionOf(app);
    app.workbench.projects.create('Second', 'empty');
    for (const topic of ['rows', 'jobs', 'evaluations', 'tracking', 'conversation', 'template'] as const) {
      expect(version([topic]), topic).toBeGreaterThan(0);
    }
  });

  test('invalidates the keys when one is typed, and the prices with the models', () => {
    const app = openFakeWorkbench();
    const version = versionOf(app);
    const before = version(['prices']);
    app.workbench.settings.setKey('openai', 'typed');
    expect([version(['keys']), version(['prices'])]).toEqual([1, before]);
    app.workbench.preferences.refreshModels();
    expect([version(['keys']), version(['prices'])]).toEqual([1, before + 1]);
  });

  test('a row that a person changed may be read at once, before the rows are counted again', () => {
    const app = openFakeWorkbench();
    const { rows, reads } = app.workbench;
    rows.learn({ rowId: null, prompt: [{ role: 'user', content: 'one' }], target: 'a', slices: {} });
    const before = reads.version(['rows']);
    rows.learn({ rowId: null, prompt: [{ role: 'user', content: 'two' }], target: 'b', slices: {} });
    expect(reads.version(['rows'])).toBe(before + 1);
    rows.undo();
    expect(reads.version(['rows'])).toBe(before + 2);
  });
});

test('each thing is read once, also where there is nothing to read', () => {
  const read = vi.fn((id: number) => (id === 1 ? null : id));
  const onceRead = readOnce(read, String);
  expect([onceRead(1), onceRead(2), onceRead(1), onceRead(2)]).toEqual([null, 2, null, 2]);
  expect(read).toHaveBeenCalledTimes(2);
});
