import { describe, expect, test } from 'vitest';
import { spentUsd } from '../../../src/app/core/state.ts';
import { preferenceLine } from '../../../src/domain/dataset/preferences.ts';
import type { EvaluationPlan } from '../../../src/domain/evaluation/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { type FakeWorkbench, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { answerOf, fakeProvider, ScriptedChat } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const GOOD = { providerId: 'embedded', model: 'good' };
const BAD = { providerId: 'embedded', model: 'bad' };

const planOf = (change: Partial<EvaluationPlan> = {}): EvaluationPlan => ({
  source: { kind: 'rows', side: 'validation' },
  models: [BAD, GOOD],
  graders: [{ kind: 'exact-ci' }],
  sampling: { temperature: 0, maxTokens: 5 },
  concurrency: 4,
  capUsd: null,
  ...change,
});

/** A workbench with eight imported rows, four of them held out, and a provider whose `good` model knows the answers. */
function openWithRows(faults: { left: number } = { left: 0 }): FakeWorkbench {
  const pending: { clock: VirtualClock | null } = { clock: null };
  const chat = {
    complete: (...call: Parameters<ScriptedChat['complete']>) => {
      const script = new ScriptedChat(pending.clock ?? new VirtualClock(), ({ model, messages }) => {
        const asked = messages.at(-1)?.content ?? '';
        if (model === 'good' && asked.endsWith('7') && faults.left > 0) {
          faults.left -= 1;
          return { afterMs: 10, answer: new ProviderError('invalid-request', 'too long') };
        }
        return { afterMs: 10, answer: answerOf(model === 'good' ? `target ${asked}` : 'no idea') };
      });
      return script.complete(...call);
    },
  };
  const app = openFakeWorkbench({ providers: [fakeProvider({ chat })] });
  pending.clock = app.clock;
  const projectId = app.store.getState().project.id;
  app.disk.deps.rows.put(
    Array.from({ length: 8 }, (_, n) =>
      rowOf(`r${n}`, {
        projectId,
        source: 'imported',
        cell: { document: `d${n % 2}` },
        completion: `Target ${n}`,
        rating: 'accepted',
        prompt: [{ role: 'user', content: String(n) }],
        split: n < 4 ? 'train' : 'validation',
      }),
    ),
  );
  return app;
}

async function started(app: FakeWorkbench, plan = planOf()): Promise<string> {
  const outcome = await app.clock.run(app.workbench.evaluate.start(plan));
  if (!outcome.ok) throw new Error(outcome.problem.what);
  return outcome.value.id;
}

const ended = (app: FakeWorkbench) => app.clock.advance(5_000);

describe('graders', () => {
  test('are proposed from the targets of the source, and slots are those of generated rows alone', async () => {
    const app = openWithRows();
    const { evaluate } = app.workbench;
    const proposed = await app.clock.run(evaluate.propose({ kind: 'rows', side: 'validation' }));
    expect(proposed).toMatchObject({ ok: true, value: { graders: [{ kind: 'exact-ci' }] } });
    const slots = planOf({ graders: [{ kind: 'slots' }] });
    const refused = await app.clock.run(evaluate.quote(slots));
    expect(refused).toMatchObject({ ok: false, problem: { what: expect.stringContaining('no slot to look for') } });
    const projectId = app.store.getState().project.id;
    const text = 'The elf went over the hills and far away, until the morning found her by the sea.';
    app.disk.deps.rows.put([
      rowOf('g', {
        projectId,
        source: 'generated',
        cell: { race: 'elf' },
        completion: text,
        rating: 'accepted',
        split: 'validation',
      }),
    ]);
    const mixed = await app.clock.run(evaluate.propose({ kind: 'rows', side: 'validation' }));
    expect(mixed).toMatchObject({ ok: true, value: { graders: [{ kind: 'slots' }, { kind: 'similarity' }] } });
    const id = await started(app, slots);
    await ended(app);
    const notes = evaluate.items(id).map(({ predictions }) => predictions[0]?.scores[0]?.note);
    expect(notes.slice(0, 4)).toEqual(Array(4).fill('the item has no slot to name'));
    expect(notes[4]).toBe('lacks elf');
  });
});

describe('an evaluation of which every item failed', () => {
  test('ends as a failed operation and is written down for the tracker as a failed run', async () => {
    const chat = {
      complete: async () => {
        throw new ProviderError('invalid-request', 'no such model');
      },
    };
    const app = openFakeWorkbench({ providers: [fakeProvider({ chat })] });
    const projectId = app.store.getState().project.id;
    app.disk.deps.rows.put([rowOf('r', { projectId, rating: 'accepted', split: 'validation', completion: 'Yes' })]);
    await started(app);
    await ended(app);
    const operation = app.store.getState().operations.find(({ detail }) => detail.kind === 'evaluate');
    expect(operation).toMatchObject({ status: 'failed', problem: { what: expect.stringContaining('no such model') } });
    expect(app.disk.tracker.list()).toMatchObject([{ jobType: 'eval', ended: true }]);
  });
});

describe('an evaluation', () => {
  test('asks the held-out rows, shows answers as they come, and is there after a restart', async () => {
    const app = openWithRows();
    const { evaluate } = app.workbench;
    const version = () => app.workbench.reads.version(['evaluations']);
    const before = version();
    const id = await started(app);
    expect(evaluate.items(id).map(({ item, predictions }) => [item.rowId, item.slices, predictions])).toEqual(
      [4, 5, 6, 7].map((n) => [`r${n}`, { document: `d${n % 2}` }, [null, null]]),
    );
    await ended(app);
    expect(version()).toBeGreaterThan(before);
    const passed = evaluate.items(id).map(({ predictions }) => predictions.map((one) => one?.scores[0]?.passed));
    expect(passed).toEqual([4, 5, 6, 7].map(() => [false, true]));
    expect(app.disk.deps.rows.counts(app.store.getState().project.id, {}).total).toBe(8);
    await app.close();

    const second = openFakeWorkbench({ disk: app.disk });
    expect(second.workbench.evaluate.list().map((one) => one.id)).toEqual([id]);
    expect(second.workbench.evaluate.items(id)).toEqual(evaluate.items(id));
  });

  test('quotes what is missing, and nothing once it is there', async () => {
    const app = openWithRows();
    const quote = async () => {
      const outcome = await app.clock.run(app.workbench.evaluate.quote(planOf()));
      return outcome.ok ? outcome.value : outcome.problem;
    };
    expect(await quote()).toMatchObject({ items: 4, calls: 8, reused: 0 });
    await started(app);
    await ended(app);
    expect(await quote()).toMatchObject({ items: 4, calls: 0, reused: 8, promptTokens: 0 });
  });

  test('asks failed predictions again, in the same evaluation', async () => {
    const faults = { left: 1 };
    const app = openWithRows(faults);
    const id = await started(app);
    await ended(app);
    const last = () => app.workbench.evaluate.items(id)[3]?.predictions[1];
    expect(last()).toMatchObject({ status: 'failed', error: 'too long' });
    app.workbench.evaluateRun.retryFailed(id);
    await ended(app);
    expect(last()).toMatchObject({ status: 'done', scores: [{ passed: true }] });
    expect(app.workbench.evaluate.list()).toHaveLength(1);
  });

  test('pauses and resumes by hand; a second one waits its turn', async () => {
    const app = openWithRows();
    const id = await started(app, planOf({ concurrency: 1 }));
    app.workbench.evaluateRun.pause();
    await ended(app);
    const answered = () => app.workbench.evaluate.items(id).flatMap(({ predictions }) => predictions.filter(Boolean));
    expect(answered().length).toBeLessThan(8);
    const second = await app.clock.run(app.workbench.evaluate.start(planOf()));
    expect(second).toMatchObject({ ok: false, problem: { what: expect.stringMatching(/going on/) } });
    app.workbench.evaluateRun.resume();
    await ended(app);
    expect(answered()).toHaveLength(8);
  });

  test.each([
    ['no model', { models: [] }, /No model/],
    ['a model twice', { models: [GOOD, GOOD] }, /twice/],
    ['no grader', { graders: [] }, /No grader/],
    ['a grader that cannot work', { graders: [{ kind: 'regex', pattern: '(', flags: '' }] }, /./],
    ['a file that is not there', { source: { kind: 'file', path: 'none.jsonl' } }, /none\.jsonl/],
  ] as const)('of %s is refused and nothing of it kept', async (_, change, what) => {
    const app = openWithRows();
    const outcome = await app.clock.run(app.workbench.evaluate.start(planOf(change)));
    expect(outcome).toMatchObject({ ok: false, problem: { what: expect.stringMatching(what) } });
    expect(app.workbench.evaluate.list()).toEqual([]);
  });

  test('reads a file by its last assistant messages; equal lines stay apart', async () => {
    const app = openWithRows();
    const line = (user: string, target: string) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: user },
          { role: 'assistant', content: target },
        ],
      });
    app.disk.documents.files.set('f.jsonl', [line('1', 'target 1'), '', line('2', 'x'), line('2', 'x')].join('\n'));
    const id = await started(app, planOf({ source: { kind: 'file', path: 'f.jsonl' }, models: [GOOD] }));
    await ended(app);
    const read = app.workbench.evaluate.items(id);
    expect(read.map(({ item }) => [item.line, item.rowId])).toEqual([
      [1, null],
      [3, null],
      [4, null],
    ]);
    expect(new Set(read.map(({ item }) => item.id)).size).toBe(3);
    expect(read.map(({ predictions }) => predictions[0]?.scores[0]?.passed)).toEqual([true, false, false]);
  });

  test('is written in every format, and is gone when it is removed', async () => {
    const app = openWithRows();
    const { evaluate } = app.workbench;
    const id = await started(app);
    await ended(app);
    for (const format of ['jsonl', 'csv', 'markdown', 'html'] as const) {
      const path = `/exports/e.${format}`;
      expect(await app.clock.run(evaluate.export(id, format, { path, replace: false }))).toEqual({
        ok: true,
        value: `Written to ${path}.`,
      });
      expect(app.disk.documents.files.get(path)).toContain('good');
    }
    evaluate.remove(id);
    expect([evaluate.list(), evaluate.items(id)]).toEqual([[], []]);
  });
});

describe('an export', () => {
  test('holds no key that is in use, whatever it looks like', async () => {
    const opened = openWithRows();
    const { evaluate, settings } = opened.workbench;
    settings.setKey('own-server', 'idea');
    const id = await started(opened);
    await ended(opened);
    for (const format of ['jsonl', 'csv', 'markdown', 'html'] as const) {
      const outcome = await opened.clock.run(evaluate.export(id, format, { path: '/exports/e', replace: false }));
      expect(outcome).toMatchObject({
        value: expect.stringMatching(/^Written to \/exports\/e\. \d+ keys? stood in it and (is|are) masked\.$/),
      });
      expect(opened.disk.documents.files.get('/exports/e')).not.toContain('idea');
    }
  });
});

describe('the ledger', () => {
  test('counts what was spent in the project alone, rows or none', () => {
    const app = openFakeWorkbench();
    const { id } = app.store.getState().project;
    const { ledger } = app.disk.deps;
    const call = { projectId: id, kind: 'judge' as const, providerId: 'x', host: 'x', model: 'm', operationId: 'o' };
    const [begun] = ledger.begin([{ ...call, quotedUsd: 3, row: null }], { cap: null, isThere: () => false });
    const noted = begun?.status === 'noted' ? begun.call : '';
    ledger.end([{ call: noted, outcome: 'billed', usage: null, usd: 2 }], () => {});
    app.workbench.projects.create('Other', 'empty');
    expect(spentUsd(app.store.getState())).toBe(0);
    app.workbench.projects.open(id);
    expect(spentUsd(app.store.getState())).toBe(2);
    expect(app.store.getState().counts.total).toBe(0);
  });
});

describe('blind comparison', () => {
  test('shows every item once, sides mixed, the same again after undo, until all are judged', async () => {
    const app = openWithRows();
    const { blind } = app.workbench;
    const id = await started(app, planOf({ source: { kind: 'rows', side: 'all' } }));
    await ended(app);
    const shown: string[] = [];
    const firsts = new Set<string>();
    for (let pair = blind.next(id, [BAD, GOOD]); pair !== null; pair = blind.next(id, [BAD, GOOD])) {
      const { item, first, second } = pair;
      shown.push(item.item.id);
      firsts.add(first.model);
      expect([first.model, second.model].toSorted()).toEqual(['bad', 'good']);
      blind.vote(id, { itemId: item.item.id, first, second, choice: 'tie' });
    }
    expect(shown.toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `r${n}`));
    expect(firsts.size).toBe(2);
    expect(blind.votes(id)).toHaveLength(8);
    expect(blind.undo(id)).toBe(true);
    expect(blind.next(id, [GOOD, BAD])?.item.item.id).toBe(shown.at(-1));
  });

  test('makes each vote a preference pair, on the side its row is on', async () => {
    const app = openWithRows();
    const { blind, train, dataset, projects } = app.workbench;
    const id = await started(app, planOf({ source: { kind: 'rows', side: 'all' } }));
    await ended(app);
    for (let pair = blind.next(id, [BAD, GOOD]); pair !== null; pair = blind.next(id, [BAD, GOOD])) {
      const { item, first, second } = pair;
      const choice = item.item.id === 'r0' ? 'tie' : first.model === 'good' ? 'first' : 'second';
      blind.vote(id, { itemId: item.item.id, first, second, choice });
    }
    projects.update((project) => ({ ...project, training: { ...project.training, method: 'dpo' } }));
    const quote = await app.clock.run(train.quote());
    expect(quote).toMatchObject({ ok: true, value: { trainExamples: 3, validationExamples: 4 } });
    await app.clock.run(dataset.export({ path: '/exports/pairs.jsonl', replace: false }, 'dpo', 'accepted'));
    const lines = (app.disk.documents.files.get('/exports/pairs.jsonl') ?? '').trimEnd().split('\n');
    const pair = (n: number) => ({
      prompt: [{ role: 'user' as const, content: String(n) }],
      preferred: `target ${n}`,
      other: 'no idea',
    });
    expect(lines.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => preferenceLine(pair(n)).trimEnd()));
  });
});
