import { describe, expect, test, vi } from 'vitest';
import { liveOperations, spentUsd } from '../../src/app/core/state.ts';
import { ProviderError } from '../../src/domain/provider/provider.ts';
import { DND } from '../../src/domain/template/examples.ts';
import { openFakeWorkbench } from './fakes/fake-workbench.ts';
import { fakeProvider } from './fakes/provider.ts';
import { rowOf } from './fakes/rows.ts';

describe('starting', () => {
  test('the first start opens the D&D example, ready to generate, and keeps it', () => {
    const { store, disk } = openFakeWorkbench();
    const state = store.getState();
    expect(state.project).toMatchObject({ name: 'D&D characters', providerId: 'embedded', template: DND });
    expect([...disk.projects.kept.keys()]).toEqual([state.project.id]);
    expect(disk.projects.current()).toBe(state.project.id);
  });

  test('a second start is where the first was left', async () => {
    const first = openFakeWorkbench();
    first.workbench.navigation.go('dataset');
    first.workbench.projects.update((project) => ({ ...project, name: 'Mine' }));
    await first.close();
    const second = openFakeWorkbench({ disk: first.disk });
    expect(second.store.getState()).toMatchObject({ screen: 'dataset', project: { name: 'Mine' } });
  });

  test('what was corrupt is reported', () => {
    const { store } = openFakeWorkbench({ recovered: ['settings.json was set aside as settings.json.bad.'] });
    expect(store.getState().notice).toMatchObject({
      kind: 'problem',
      problem: { what: expect.stringMatching(/set aside/) },
    });
  });
});

describe('what another process did', () => {
  test('is on the screen after a look', async () => {
    const { store, disk, clock, changedElsewhere } = openFakeWorkbench();
    const { id } = store.getState().project;
    disk.deps.rows.put([rowOf('r', { projectId: id })]);
    expect(store.getState().counts.total).toBe(0);
    changedElsewhere();
    await clock.advance(200);
    expect(store.getState().counts.total).toBe(1);
  });

  test('and what found no room before is among the rows when the app opens', () => {
    const { store, disk, resume } = openFakeWorkbench();
    const row = rowOf('r', { projectId: store.getState().project.id });
    disk.deps.spill.keep([{ row, end: { call: 'c', outcome: 'billed', usage: null, usd: 1 } }]);
    resume();
    expect(disk.deps.rows.kept.size).toBe(1);
    expect(store.getState().notice).toMatchObject({ text: '1 answer of before, kept elsewhere, found room now.' });
  });
});

describe('projects', () => {
  test('a burst of changes is on disk within half a second, in few writes', async () => {
    const { workbench, clock, disk, store } = openFakeWorkbench();
    const before = disk.projects.saves;
    for (let n = 0; n < 100; n += 1) {
      workbench.projects.update((project) => ({ ...project, template: { ...project.template, system: `v${n}` } }));
    }
    expect(store.getState().project.template.system).toBe('v99');
    await clock.advance(500);
    expect(disk.projects.list()[0]?.template.system).toBe('v99');
    expect(disk.projects.saves - before).toBeLessThanOrEqual(2);
  });

  test('switching brings rows, jobs and screen along, and a late change of the old one is not lost', async () => {
    const { workbench, store, disk, close } = openFakeWorkbench();
    const first = store.getState().project.id;
    disk.deps.rows.put([rowOf('r', { projectId: first })]);
    workbench.projects.update((project) => ({ ...project, chat: { ...project.chat, system: 'late' } }));
    workbench.projects.create('Second', 'empty');
    expect(store.getState()).toMatchObject({ project: { name: 'Second' }, counts: { total: 0 }, screen: 'home' });
    expect(store.getState().projects.map(({ name }) => name)).toEqual(['Second', 'D&D characters']);
    workbench.projects.open(first);
    expect(store.getState()).toMatchObject({ counts: { total: 1 }, project: { chat: { system: 'late' } } });
    await close();
    expect(disk.projects.kept.get(first)?.chat.system).toBe('late');
  });

  test('the clauses of the NDA example are in the project that starts from it, as its columns say', async () => {
    const { workbench, store, disk } = openFakeWorkbench();
    const clause = { text: 'Mark it.', answer: 'Yes', document: 'Alder & Finch' };
    disk.documents.files.set('/examples/nda.csv', `${JSON.stringify(clause)}\n`);
    workbench.projects.create('Clauses', 'nda');
    await vi.waitFor(() => expect(disk.deps.rows.kept.size).toBe(1));
    const [row] = disk.deps.rows.kept.values();
    expect(row).toMatchObject({
      projectId: store.getState().project.id,
      cell: { answer: 'Yes', document: 'Alder & Finch' },
      completion: 'Yes',
      prompt: [{ role: 'system' }, { role: 'user', content: 'Mark it.' }],
    });
    expect(store.getState().project.chat.system).toContain('Answer with only `Yes` or `No`');
  });

  test('a copy has the rows; removing it leaves the original, and removing all makes the example anew', () => {
    const { workbench, store, disk } = openFakeWorkbench();
    const first = store.getState().project.id;
    disk.deps.rows.put([rowOf('r', { projectId: first })]);
    workbench.projects.duplicate(first);
    const copy = store.getState().project.id;
    expect(store.getState()).toMatchObject({ counts: { total: 1 }, project: { name: 'D&D characters, copy' } });
    workbench.projects.remove(copy);
    expect(store.getState()).toMatchObject({ counts: { total: 1 }, project: { id: first } });
    workbench.projects.remove(first);
    expect(disk.deps.rows.kept.size).toBe(0);
    expect(store.getState().project.id).not.toBe(first);
    expect(store.getState().projects.length).toBe(1);
  });

  test('removing a project ends what runs there and leaves no row behind', async () => {
    const { workbench, store, disk, clock } = openFakeWorkbench();
    const { id, plan } = store.getState().project;
    workbench.generate.start(plan);
    await clock.advance(150);
    expect(disk.deps.rows.kept.size).toBeGreaterThan(0);
    workbench.projects.remove(id);
    await clock.advance(5_000);
    expect(disk.deps.rows.kept.size).toBe(0);
    expect(disk.projects.kept.has(id)).toBe(false);
    expect(liveOperations(store.getState())).toEqual([]);
  });
});

describe('generating', () => {
  test('rows land in the counts, a note says how it ended, and a second run generates nothing', async () => {
    const { workbench, store, clock } = openFakeWorkbench();
    const versions = new Set<number>();
    workbench.reads.subscribe(['rows'], () => versions.add(workbench.reads.version(['rows'])));
    const { plan } = store.getState().project;
    const before = await workbench.generate.quote(plan);
    expect(before).toMatchObject({ ok: true, value: { cells: 16n, toGenerate: 16, upToUsd: 0 } });
    workbench.generate.start(plan);
    workbench.generate.start(plan);
    expect(store.getState().notice).toMatchObject({ kind: 'note', text: expect.stringMatching(/going on/) });
    await clock.advance(5_000);
    expect(store.getState().counts).toMatchObject({ total: 16, byStatus: { done: 16 } });
    expect(versions.size).toBeLessThan(10);
    expect(store.getState().notice).toMatchObject({ kind: 'note', text: expect.stringMatching(/16 rows generated/) });
    expect(spentUsd(store.getState())).toBe(0);
    expect(await workbench.generate.quote(plan)).toMatchObject({ value: { toGenerate: 0, alreadyThere: 16 } });
  });

  test('progress, rows and money of a run change together: each change is a frame', async () => {
    const { workbench, store, clock } = openFakeWorkbench();
    const { plan } = store.getState().project;
    const changes: string[] = [];
    store.subscribe((state, before) => {
      for (const part of ['operations', 'counts', 'spending'] as const)
        if (state[part] !== before[part]) changes.push(`${part} ${clock.now()}`);
    });
    workbench.generate.start({ ...plan, concurrency: 1 });
    await clock.advance(5_000);
    const timesOf = (part: string) =>
      changes.filter((change) => change.startsWith(part)).map((change) => change.split(' ')[1]);
    const progress = new Set(timesOf('operations'));
    for (const part of ['counts', 'spending']) {
      const alone = timesOf(part).filter((time) => !progress.has(time));
      expect(timesOf(part).length).toBeGreaterThan(5);
      // One that comes when none has come for a while waits for nothing.
      expect(alone.length).toBeLessThanOrEqual(2);
    }
  });

  test('a count that nobody wants any more ends: screens ask for one whenever they are opened', async () => {
    const { workbench, store, clock, disk } = openFakeWorkbench();
    const { plan } = store.getState().project;
    workbench.generate.start(plan);
    await clock.advance(5_000);
    const read = vi.spyOn(disk.deps.rows, 'get');
    const signal = AbortSignal.abort();
    expect(await workbench.generate.quote(plan, { signal })).toMatchObject({ ok: false });
    expect(read).not.toHaveBeenCalled();
  });

  test('regenerate brings new answers, undo the old ones, even while it runs', async () => {
    const { workbench, store, clock, disk } = openFakeWorkbench();
    workbench.generate.start(store.getState().project.plan);
    await clock.advance(5_000);
    const [id = ''] = workbench.rows.ids({});
    const old = {
      ...(workbench.rows.get(id) ?? rowOf('none')),
      completion: 'The old answer',
      rating: 'accepted' as const,
    };
    disk.deps.rows.put([old]);
    workbench.dataset.regenerate([id]);
    await clock.advance(1_000);
    expect(workbench.rows.get(id)).toMatchObject({ rating: 'unrated', completion: expect.stringMatching(/^On /) });
    expect(workbench.rows.undo()).toMatch(/new answers/);
    expect(workbench.rows.get(id)).toEqual(old);
    workbench.dataset.regenerate([id]);
    await clock.advance(10);
    workbench.rows.undo();
    await clock.advance(5_000);
    expect(workbench.rows.get(id)).toEqual(old);
  });

  test('a run that fails leaves its problem in the notice', async () => {
    const complete = async () => {
      throw new ProviderError('auth', 'wrong key');
    };
    const { workbench, store, clock } = openFakeWorkbench({ providers: [fakeProvider({ chat: { complete } })] });
    workbench.generate.start(store.getState().project.plan);
    await clock.advance(1_000);
    expect(store.getState().notice).toMatchObject({
      kind: 'problem',
      problem: { what: expect.stringMatching(/wrong key/) },
    });
  });
});

describe('rows', () => {
  test('rate, edit and remove are taken back in turn, newest first', () => {
    const { workbench, store, disk } = openFakeWorkbench();
    const projectId = store.getState().project.id;
    const rows = ['1', '2', '3'].map((id) => rowOf(id, { projectId }));
    disk.deps.rows.put(rows);
    workbench.rows.rate(['1', '2'], 'accepted');
    workbench.rows.edit('1', { completion: 'Better' });
    workbench.rows.remove(['1', '3']);
    expect(workbench.rows.ids({})).toEqual(['2']);
    expect(workbench.rows.undo()).toMatch(/removal of 2 rows/);
    expect(workbench.rows.get('1')).toMatchObject({ completion: 'Better', edited: true, rating: 'accepted' });
    expect(workbench.rows.undo()).toMatch(/edit/);
    expect(workbench.rows.get('1')).toMatchObject({ completion: 'Answer 1', edited: false });
    expect(workbench.rows.undo()).toMatch(/accepted on 2 rows/);
    expect(['1', '2', '3'].map((id) => workbench.rows.get(id))).toEqual(rows);
    expect(workbench.rows.undo()).toBeNull();
    expect(store.getState().counts.total).toBe(3);
  });
});

describe('small things', () => {
  test('a file that could not be noted as written is told of once, with what was written', () => {
    const { workbench, store, unnoted } = openFakeWorkbench();
    unnoted('/t.md');
    workbench.navigation.note('Saved to /t.md.');
    const { notice } = store.getState();
    expect(notice).toMatchObject({
      text: 'Saved to /t.md. It could not be noted that /t.md is Luthier’s own: writing it again will ask first.',
    });
    workbench.navigation.note('Next.');
    expect(store.getState().notice).toMatchObject({ text: 'Next.' });
  });

  test('copying says so, an editor gives its text back, a row is opened in Dataset', async () => {
    const { workbench, store, copied } = openFakeWorkbench();
    await workbench.navigation.copy('abc', 'the id');
    expect(copied).toEqual(['abc']);
    expect(store.getState().notice).toMatchObject({ text: 'Copied the id.' });
    expect(await workbench.navigation.editExternally('x', '.md')).toBe('x!');
    workbench.navigation.openRow('r7');
    expect(store.getState()).toMatchObject({ screen: 'dataset', openRowId: 'r7' });
    const problem = { what: 'It broke.', saved: 'All.', next: 'Again.' };
    workbench.navigation.problem(problem);
    expect(store.getState().notice).toMatchObject({ kind: 'problem', problem });
    workbench.navigation.dismiss();
    expect(store.getState().notice).toBeNull();
  });
});
