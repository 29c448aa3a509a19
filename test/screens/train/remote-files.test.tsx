import { describe, expect, it } from 'vitest';
import { fakeProvider, remoteFile } from '../../app/fakes/provider.ts';
import { done, fakeWorkbenchWith, renderTrain, SIZES } from './render-train.tsx';

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
    const app = await renderTrain(fakeWorkbenchWith([done], 16, { providers: [fakeProvider({ files })] }));
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

  it('have no size where the server says none', async () => {
    const kept = [remoteFile('file-1', 'a.jsonl', 1200), { ...remoteFile('file-2', 'b.jsonl', 0), bytes: null }];
    const files = { list: async () => [...kept] };
    const app = await renderTrain(fakeWorkbenchWith([done], 16, { providers: [fakeProvider({ files })] }));
    await app.press('f');
    await app.waitFor('2 files, 1.2 kB or more at Embedded engine');
    expect(app.frame()).toMatch(/b\.jsonl .* – /);
    kept.shift();
    await app.press('r');
    await app.waitFor('1 file at Embedded engine');
  });

  it('say what went wrong when they cannot be read, and are read again', async () => {
    let broken = true;
    const files = {
      list: async () => {
        if (broken) throw new Error('The wire is cut.');
        return [];
      },
    };
    const app = await renderTrain(fakeWorkbenchWith([done], 16, { providers: [fakeProvider({ files })] }));
    await app.press('f');
    await app.waitFor('The wire is cut.');
    broken = false;
    await app.press('r');
    await app.waitFor('No files here.');
  });
});
