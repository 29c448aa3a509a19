import { describe, expect, onTestFinished, test } from 'vitest';
import { countPlan } from '../../../src/app/generation/counts.ts';
import { countLines, quoteGeneration } from '../../../src/app/generation/quote.ts';
import { startGenerate, storedRows } from '../../../src/app/generation/start.ts';
import type { RowStore } from '../../../src/app/runtime/ports.ts';
import { asideProjectId } from '../../../src/domain/dataset/existing-rows.ts';
import type { Row } from '../../../src/domain/dataset/types.ts';
import type { GenerationPlan } from '../../../src/domain/project/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import type { Template } from '../../../src/domain/template/types.ts';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { temporaryHome } from '../../services/store/sample.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { fakeDeps, planOf } from '../fakes/fake-deps.ts';
import { answerOf, ScriptedChat, templateOf } from '../fakes/provider.ts';

const base = { projectId: 'p', providerId: 'embedded' };
const NEW = { model: 'other' } as const;

function openProject(fails: (text: string, model: string) => boolean = () => false) {
  const clock = new VirtualClock();
  const chat = new ScriptedChat(clock, ({ model, messages }) => {
    const text = messages.at(-1)?.content ?? '';
    const answer = fails(text, model) ? new ProviderError('moderation', 'no') : answerOf(`${model}: ${text}`);
    return { afterMs: 10, answer };
  });
  const deps = fakeDeps({ clock, chat });
  const generate = (template: Template, change: Partial<GenerationPlan> = {}) =>
    clock.run(startGenerate(deps, { ...base, template, plan: planOf(change) }).finished);
  const rowsOf = (projectId = 'p'): readonly Row[] =>
    [...deps.rows.kept.values()].filter((row) => row.projectId === projectId);
  const models = (projectId?: string) =>
    rowsOf(projectId)
      .map(({ model }) => model)
      .toSorted();
  const file = (template: Template, change: Partial<GenerationPlan> = {}) =>
    [...storedRows(deps.rows, { projectId: 'p', template, plan: planOf(change), seed: null })].map(
      ({ model, completion }) => [model, completion],
    );
  return { clock, chat, deps, generate, rowsOf, models, file };
}

/** The quote as its lines. */
async function quoted(deps: ReturnType<typeof fakeDeps>, template: Template, change: Partial<GenerationPlan> = {}) {
  const plan = planOf(change);
  const quote = await quoteGeneration(deps, { projectId: 'p', template, plan });
  return { quote, lines: countLines(quote, plan) };
}

function cubeOf(values: number): Template {
  const names = ['a', 'b', 'c'];
  const slots = names.map((name) => ({ name, values: Array.from({ length: 6 }, (_, at) => `${name}${at}`) }));
  const extra = Array.from({ length: values - 6 }, (_, at) => `a${6 + at}`);
  const [first, ...rest] = slots;
  return {
    ...templateOf(1),
    teacherPrompt: 'Write of {a}, {b} and {c}',
    slots: [{ name: 'a', values: [...(first?.values ?? []), ...extra] }, ...rest],
  };
}

describe('one value more', () => {
  test('the quote says how many combinations are new and how many are there', async () => {
    const { deps, generate } = openProject();
    await generate(cubeOf(6));
    const { quote, lines } = await quoted(deps, cubeOf(7));
    expect(lines).toEqual(['36 new, 216 there']);
    expect(quote).toMatchObject({ cells: 252n, selected: 252, alreadyThere: 216, toGenerate: 36, isWhole: true });
  });

  test('a lattice of 10^12 with some rows is counted by its rows', async () => {
    const { deps, generate } = openProject();
    const slots = Array.from({ length: 6 }, (_, slot) => ({
      name: `s${slot}`,
      values: Array.from({ length: 100 }, (__, value) => `${slot}.${value}`),
    }));
    const prompt = slots.map(({ name }) => `{${name}}`).join(' ');
    const template = { ...templateOf(1), teacherPrompt: prompt, studentPrompt: prompt, slots };
    const plan = planOf();
    await generate(template, { cells: { kind: 'random', count: 50, seed: 3 } });
    const asked: string[] = [];
    const watched: Pick<RowStore, 'get' | 'scan' | 'counts'> = {
      scan: (...of) => deps.rows.scan(...of),
      counts: (...of) => deps.rows.counts(...of),
      get: (projectId, id) => {
        asked.push(id);
        return deps.rows.get(projectId, id);
      },
    };
    const counts = await countPlan(watched, { projectId: 'p', template, plan }, async () => false);
    // A row that was read is not read again.
    expect(asked).toEqual([]);
    expect(counts).toMatchObject({ alreadyThere: 50, toGenerate: 10 ** 12 - 50, isWhole: true });
    const others = await countPlan(deps.rows, { projectId: 'p', template, plan: planOf(NEW) }, async () => false);
    expect(others).toMatchObject({ alreadyThere: 0, byOthers: 50, toGenerate: 10 ** 12 - 50 });
  });
});

describe('another teacher model', () => {
  test('keep asks only what no model answered, and the file holds one row of each combination', async () => {
    const { deps, chat, generate, models, file } = openProject();
    await generate(templateOf(2));
    const { quote, lines } = await quoted(deps, templateOf(3), NEW);
    expect(lines).toEqual(['5 new, 0 there, 4 by free', 'Those 4 are kept and not asked; add or replace asks them.']);
    expect(quote).toMatchObject({ toGenerate: 5, byOthers: 4 });
    const end = await generate(templateOf(3), NEW);
    expect(end.detail).toMatchObject({ done: 5, reused: 4 });
    expect(chat.calls).toHaveLength(9);
    expect(models()).toEqual([...Array(4).fill('free'), ...Array(5).fill('other')]);
    expect(file(templateOf(3), NEW)).toHaveLength(9);
    expect(new Set(file(templateOf(3), NEW).map(([, text]) => text?.replace(/^\w+: /, ''))).size).toBe(9);
  });

  test('what another model was refused, or a person rejected, is asked', async () => {
    const { deps, generate, rowsOf } = openProject((text, model) => model === 'free' && text.includes('a1 and b1'));
    await generate(templateOf(2));
    const [first] = rowsOf().filter(({ status }) => status === 'done');
    if (first !== undefined) deps.rows.put([{ ...first, rating: 'rejected' }]);
    expect((await generate(templateOf(2), NEW)).detail).toMatchObject({ done: 2, reused: 2 });
  });

  test('add asks a second row each, on the side of the first, and says that they are duplicates', async () => {
    const { deps, generate, rowsOf, file } = openProject();
    await generate(templateOf(2));
    deps.rows.put(rowsOf().map((row, at) => ({ ...row, split: at === 0 ? 'validation' : 'train' })));
    const held = rowsOf().find(({ split }) => split === 'validation')?.cell;
    const change = { ...NEW, existing: 'add' } as const;
    const { quote, lines } = await quoted(deps, templateOf(2), change);
    expect(lines.at(-1)).toMatch(/^Those 4 get a second row: duplicates in a training file/);
    expect(quote.toGenerate).toBe(4);
    await generate(templateOf(2), change);
    expect(rowsOf()).toHaveLength(8);
    expect(
      rowsOf()
        .filter(({ split }) => split === 'validation')
        .map(({ cell }) => cell),
    ).toEqual([held, held]);
    expect(file(templateOf(2), change)).toHaveLength(8);
    expect(file(templateOf(2), NEW)).toHaveLength(4);
  });

  test('replace puts each old answer aside when the new one is there, and what was not answered stays', async () => {
    const { deps, generate, models, rowsOf, file } = openProject(
      (text, model) => model === 'other' && text.includes('a1 and b1'),
    );
    await generate(templateOf(2));
    deps.rows.put(rowsOf().map((row) => ({ ...row, rating: 'accepted', split: 'train' })));
    const change = { ...NEW, existing: 'replace' } as const;
    expect((await quoted(deps, templateOf(2), change)).lines.at(-1)).toMatch(/^Those 4 are put aside/);
    await generate(templateOf(2), change);
    expect(models()).toEqual(['free', 'other', 'other', 'other', 'other']);
    expect(rowsOf().find(({ model }) => model === 'free')).toMatchObject({ cell: { a: 'a1', b: 'b1' } });
    expect(rowsOf(asideProjectId('p')).map(({ model, rating }) => [model, rating])).toEqual(
      Array(3).fill(['free', 'accepted']),
    );
    expect(rowsOf().every(({ split }) => split === 'train')).toBe(true);
    expect(file(templateOf(2), change).map(([model]) => model)).toEqual(['other', 'other', 'other', 'free']);
  });

  test('a run that was stopped between the new row and the old is gone on with, and the old model comes back unpaid', async () => {
    const { deps, chat, generate, models, rowsOf } = openProject();
    await generate(templateOf(2));
    const old = rowsOf();
    await generate(templateOf(2), { ...NEW, existing: 'replace' });
    expect(models()).toEqual(Array(4).fill('other'));
    // As a kill would leave it: the new row is there, and the old one still is.
    deps.rows.put(old.slice(0, 1));
    expect((await generate(templateOf(2), { ...NEW, existing: 'replace' })).detail.reused).toBe(4);
    expect(models()).toEqual(Array(4).fill('other'));
    const calls = chat.calls.length;
    const { quote, lines } = await quoted(deps, templateOf(2), { existing: 'replace' });
    expect(lines.join(' ')).toMatch(/0 new, 4 there.*4 rows put aside before come back, unpaid/);
    expect(quote.toGenerate).toBe(0);
    await generate(templateOf(2), { existing: 'replace' });
    expect(chat.calls).toHaveLength(calls);
    expect(models()).toEqual(Array(4).fill('free'));
    expect(models(asideProjectId('p'))).toEqual(Array(4).fill('other'));
  });
});

test('an answer to another prompt stays beside the new one, which the quote says', async () => {
  const { deps, generate, models } = openProject();
  await generate(templateOf(2));
  const reworded = { ...templateOf(2), teacherPrompt: 'Tell of {a} and {b}' };
  const { lines } = await quoted(deps, reworded);
  expect(lines[0]).toBe('4 new, 0 there');
  expect(lines[1]).toMatch(/^4 of the new have an answer of this model to another prompt .* stays beside/);
  await generate(reworded);
  expect(models()).toHaveLength(8);
  await generate({ ...reworded, teacherPrompt: 'Sing of {a} and {b}' }, { existing: 'replace' });
  expect(models()).toHaveLength(4);
});

test('what is there of a plan is looked up many combinations at a time, and found wherever it stands among them', async () => {
  const { clock, deps, generate, rowsOf, file } = openProject();
  await generate(cubeOf(6), { cells: { kind: 'first', count: 50 } });
  deps.rows.remove(
    'p',
    rowsOf().flatMap(({ id }, at) => (at === 7 || at === 40 ? [id] : [])),
  );
  const asked = { get: 0, scan: 0 };
  const { rows } = deps;
  const watched: RowStore = {
    put: (...of) => rows.put(...of),
    query: (...of) => rows.query(...of),
    counts: (...of) => rows.counts(...of),
    remove: (...of) => rows.remove(...of),
    get(...of) {
      asked.get += 1;
      return rows.get(...of);
    },
    scan(...of) {
      asked.scan += 1;
      return rows.scan(...of);
    },
  };
  const plan = planOf({ cells: { kind: 'first', count: 50 } });
  const handle = startGenerate({ ...deps, rows: watched }, { ...base, template: cubeOf(6), plan });
  expect((await clock.run(handle.finished)).detail).toMatchObject({ done: 2, reused: 48 });
  // Of two parts of a plan: its rows, other answers to what lacks one, those put aside; and other answers as either comes.
  expect(asked.scan).toBeLessThanOrEqual(2 * 3 + 2);
  // Whether another process has filled the row of a call.
  expect(asked.get).toBe(2);
  asked.scan = 0;
  expect([...storedRows(watched, { projectId: 'p', template: cubeOf(6), plan, seed: null })]).toHaveLength(50);
  expect(asked).toEqual({ get: 2, scan: 2 });
  expect(file(cubeOf(6))).toHaveLength(50);
});

test('rows of a combination are found in SQLite by an index, and those put aside are copied and cleared with their project', async () => {
  const home = temporaryHome();
  const database = createDatabase({ home });
  onTestFinished(() => database.close());
  const rows = createRows(database);
  const clock = new VirtualClock();
  const chat = new ScriptedChat(clock, ({ model }) => ({ afterMs: 1, answer: answerOf(model) }));
  const deps = { ...fakeDeps({ clock, chat }), rows };
  const generate = (change: Partial<GenerationPlan>) =>
    clock.run(startGenerate(deps, { ...base, template: templateOf(3), plan: planOf(change) }).finished);
  await generate({});
  await generate({ ...NEW, existing: 'replace' });
  const count = (projectId: string) => rows.counts(projectId, {}).total;
  expect([count('p'), count(asideProjectId('p'))]).toEqual([9, 9]);
  expect([...rows.scan('p', { cells: [{ a: 'a0', b: 'b1' }] })].map(({ model }) => model)).toEqual(['other']);
  expect([...rows.scan('p', { cells: [{ b: 'b1', a: 'a0' }] })]).toEqual([]);
  const data = createProjectData(database);
  data.copy('p', 'q');
  expect([count('q'), count(asideProjectId('q'))]).toEqual([9, 9]);
  data.clear('q');
  expect([count('q'), count(asideProjectId('q')), count(asideProjectId('p'))]).toEqual([0, 0, 9]);
});
