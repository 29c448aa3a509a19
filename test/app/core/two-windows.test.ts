import { describe, expect, test } from 'vitest';
import type { ConflictChoice } from '../../../src/app/core/project-autosave.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';

/** Two windows on the project of one disk, each opened before the other changed anything. */
function twoWindows() {
  const disk = newDisk();
  const [a, b] = [openFakeWorkbench({ disk }), openFakeWorkbench({ disk })];
  const { id } = a.store.getState().project;
  const write = async (window: typeof a, system: string): Promise<void> => {
    window.workbench.projects.update((project) => ({ ...project, template: { ...project.template, system } }));
    await window.clock.advance(1_000);
  };
  const onDisk = () => disk.projects.get(id)?.template.system;
  const shown = (window: typeof a) => window.store.getState().project.template.system;
  return { a, b, id, disk, write, onDisk, shown };
}

describe('another window', () => {
  test('is spoken of once, and what it changed is shown where nothing here is unsaved', async () => {
    const { a, b, write, shown } = twoWindows();
    b.lookElsewhere(true);
    expect(b.store.getState()).toMatchObject({ openElsewhere: true, notice: { kind: 'note' } });
    b.workbench.navigation.dismiss();
    b.lookElsewhere(true);
    expect(b.store.getState().notice).toBeNull();
    await write(a, 'from a');
    b.lookElsewhere(true);
    expect(shown(b)).toBe('from a');
    expect(b.store.getState().notice).toMatchObject({ text: expect.stringMatching(/Another window changed/) });
    await write(b, 'from b');
    expect([shown(b), b.store.getState().templateConflict]).toEqual(['from b', null]);
    b.lookElsewhere(false);
    expect(b.store.getState().openElsewhere).toBe(false);
  });

  test('does not take away what is being written when it comes in: a person chooses', async () => {
    const { a, b, id, write, shown, onDisk } = twoWindows();
    await write(a, 'from a');
    b.lookElsewhere(true);
    expect(shown(b)).toBe('from a');
    b.workbench.projects.clash(id, { ...b.store.getState().project.template, system: 'typed' });
    expect([shown(b), onDisk()]).toEqual(['typed', 'from a']);
    b.workbench.projects.settleConflict('mine');
    expect([shown(b), onDisk()]).toEqual(['typed', 'typed']);
  });
});

test('what a key changed is drawn before it is saved, and saved soon after', async () => {
  const { a, id, disk } = twoWindows();
  a.workbench.navigation.go('train');
  expect(disk.projects.get(id)?.screen).not.toBe('train');
  await a.clock.advance(100);
  expect(disk.projects.get(id)?.screen).toBe('train');
  a.workbench.navigation.go('chat');
  await a.close();
  expect(disk.projects.get(id)?.screen).toBe('chat');
});

describe('a template that two windows change', () => {
  test('is not overwritten before a person chose', async () => {
    const { a, b, write, onDisk, shown } = twoWindows();
    await write(a, 'from a');
    await write(b, 'from b');
    expect(onDisk()).toBe('from a');
    expect(shown(b)).toBe('from b');
    expect(b.store.getState().templateConflict).toMatchObject({
      mine: { system: 'from b' },
      theirs: { system: 'from a' },
    });
    b.workbench.navigation.go('chat');
    await write(b, 'from b, later');
    expect(onDisk()).toBe('from a');
  });

  test.each<[ConflictChoice, string, readonly string[]]>([
    ['theirs', 'from a', []],
    ['mine', 'from b', []],
    ['beside', 'from a', ['from b']],
  ])('%s', async (choice, kept, beside) => {
    const { a, b, id, disk, write, onDisk, shown } = twoWindows();
    await write(a, 'from a');
    await write(b, 'from b');
    b.workbench.projects.settleConflict(choice);
    expect(b.store.getState().templateConflict).toBeNull();
    expect([onDisk(), shown(b)]).toEqual([kept, kept]);
    const others = disk.projects.list().filter((project) => project.id !== id);
    expect(others.map(({ template }) => template.system)).toEqual(beside);
    await write(b, 'goes on');
    expect(onDisk()).toBe('goes on');
  });

  test('is kept beside when the window closes without an answer', async () => {
    const { a, b, id, disk, write, onDisk } = twoWindows();
    await write(a, 'from a');
    await write(b, 'from b');
    await b.close();
    expect(onDisk()).toBe('from a');
    expect(disk.projects.list().find((project) => project.id !== id)).toMatchObject({
      name: expect.stringMatching(/, mine$/),
      template: { system: 'from b' },
    });
  });

  test('and other things that they change come together without a question', async () => {
    const { a, b, disk, id, write, shown } = twoWindows();
    await write(a, 'from a');
    b.workbench.projects.update((project) => ({ ...project, plan: { ...project.plan, maxTokens: 7 } }));
    await b.clock.advance(1_000);
    expect(disk.projects.get(id)).toMatchObject({ template: { system: 'from a' }, plan: { maxTokens: 7 } });
    expect(shown(b)).toBe('from a');
    expect(b.store.getState().templateConflict).toBeNull();
  });
});

describe('a template file that two windows save', () => {
  test('is asked about when the other window saved it since', async () => {
    const { a, b } = twoWindows();
    const [first, second] = [a.workbench.template, b.workbench.template];
    expect(await first.isTaken('/t.yaml')).toBe(false);
    await first.save({ path: '/t.yaml', replace: false });
    expect(await first.isTaken('/t.yaml')).toBe(false);
    expect(await second.isTaken('/t.yaml')).toBe(false);
    a.workbench.projects.update((project) => ({ ...project, template: { ...project.template, system: 'new' } }));
    await first.save({ path: '/t.yaml', replace: false });
    expect(await second.isTaken('/t.yaml')).toBe(true);
    await second.load('/t.yaml');
    expect(await second.isTaken('/t.yaml')).toBe(false);
  });
});
