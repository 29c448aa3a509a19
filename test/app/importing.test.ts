import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SplitRequest } from '../../src/app/dataset/splits.ts';
import { createDatabase } from '../../src/services/store/database.ts';
import { createRows } from '../../src/services/store/rows/rows.ts';
import { type FakeWorkbench, openFakeWorkbench } from './fakes/fake-workbench.ts';

const BANKING = fileURLToPath(new URL('../../../shared/data/banking77/train.csv', import.meta.url));
const FILE = { kind: 'file', path: '/nda.jsonl' } as const;
const BY_LABEL: SplitRequest = {
  plan: { train: { kind: 'count', count: 30 }, seed: 7, by: 'label' },
  column: 'answer',
};

function workbenchWithTable(): FakeWorkbench {
  const app = openFakeWorkbench();
  app.workbench.projects.create('NDA', 'empty');
  const rows = Array.from({ length: 117 }, (_, n) => ({
    text: `Clause ${n}`,
    answer: n < 59 ? 'Yes' : 'No',
    document_name: `doc${n % 10}`,
  }));
  app.disk.documents.files.set(FILE.path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return app;
}

describe('a file that is not UTF-8', () => {
  it('is opened by the guess, which is said; one that is named is no guess', async () => {
    const { workbench, disk } = workbenchWithTable();
    disk.documents.otherEncodings.set(FILE.path, 'windows-1252');
    const guessed = await workbench.imports.inspect(FILE);
    expect(guessed).toMatchObject({ value: { reading: ['windows-1252, a guess: not UTF-8, line 2'], looked: 117 } });
    const named = await workbench.imports.inspect({ ...FILE, encoding: 'shift_jis' });
    expect(named).toMatchObject({ value: { reading: ['shift_jis'] } });
  });
});

describe('imports and splits', () => {
  it('inspects, previews without reading again, imports once, and splits 30/87 for good', async () => {
    const { workbench, disk, store, clock } = workbenchWithTable();
    const inspected = await workbench.imports.inspect(FILE);
    if (!inspected.ok || inspected.value.guess === null) throw new Error('It was not inspected.');
    const { guess } = inspected.value;
    expect(inspected.value).toMatchObject({
      shape: 'table',
      looked: 117,
      guess: { label: 'answer', group: 'document_name' },
    });
    disk.documents.files.delete(FILE.path);
    const mapping = { ...guess, system: 'Yes or No?' };
    const preview = await workbench.imports.preview(FILE, mapping, 3);
    expect(preview).toMatchObject({ ok: true, value: [{ line: 1 }, { line: 2 }, { messages: { length: 3 } }] });

    expect(await workbench.imports.start(FILE, mapping)).toMatchObject({ ok: true, value: { added: 117, refused: 0 } });
    expect(await workbench.imports.start(FILE, mapping)).toMatchObject({ value: { added: 0, there: 117 } });
    await clock.advance(200);
    expect(store.getState().counts.total).toBe(117);

    const { splits } = workbench;
    expect(splits.columns()).toEqual([
      { name: 'answer', values: 2 },
      { name: 'document_name', values: 10 },
    ]);
    expect(splits.preview(BY_LABEL)).toMatchObject({
      value: {
        train: 30,
        validation: 87,
        frozen: 0,
        values: [
          { value: 'Yes', train: 15 },
          { value: 'No', train: 15 },
        ],
      },
    });
    expect(splits.preview({ ...BY_LABEL, plan: { ...BY_LABEL.plan, by: 'group' }, column: null })).toMatchObject({
      ok: false,
    });
    expect(await splits.assign(BY_LABEL)).toMatchObject({ value: '30 rows put on train, 87 on validation.' });
    expect(splits.counts()).toEqual({ train: 30, validation: 87, unassigned: 0 });
    expect(await splits.assign({ ...BY_LABEL, plan: { ...BY_LABEL.plan, seed: 8 } })).toMatchObject({
      value: '0 rows put on train, 0 on validation.',
    });
    const leaks = await splits.leakage('document_name');
    expect(leaks.ok && leaks.value.every(({ kind }) => kind === 'group' || kind === 'near')).toBe(true);
    expect(leaks.ok && leaks.value.length).toBe(87);
    await splits.clear();
    expect(splits.counts()).toEqual({ train: 0, validation: 0, unassigned: 117 });
  });

  it('keeps what is in when it is cancelled, and the same import goes on from there', async () => {
    const app = openFakeWorkbench();
    app.workbench.projects.create('Big', 'empty');
    const rows = Array.from({ length: 2_000 }, (_, n) => JSON.stringify({ question: `Why ${n}?`, answer: `So ${n}.` }));
    app.disk.documents.files.set(FILE.path, rows.join('\n'));
    const mapping = { system: '', user: '{question}', assistant: '{answer}', label: null, group: null };
    const stop = app.store.subscribe(({ operations }) => {
      const [running] = operations;
      if (running?.detail.kind === 'import' && running.status === 'running')
        app.workbench.navigation.cancelOperation(running.id);
    });
    expect(await app.workbench.imports.start(FILE, mapping)).toMatchObject({ ok: false });
    stop();
    const id = app.store.getState().project.id;
    const kept = app.disk.deps.rows.counts(id, {}).total;
    expect(kept).toBeLessThan(2_000);
    expect(await app.workbench.imports.start(FILE, mapping)).toMatchObject({
      value: { added: 2_000 - kept, there: kept },
    });
  });

  it.skipIf(!existsSync(BANKING))('takes the 10,003 rows of banking77 and splits them by intent', async () => {
    const home = mkdtempSync(join(tmpdir(), 'luthier-test-'));
    const database = createDatabase({ home });
    onTestFinished(() => {
      database.close();
      rmSync(home, { recursive: true, force: true });
    });
    const { openFile } = await import('../../src/services/readers/readers.ts');
    const app = openFakeWorkbench({ rows: createRows(database), sources: { open: () => openFile(BANKING) } });
    app.workbench.projects.create('Banking', 'empty');
    const source = { kind: 'file', path: BANKING } as const;
    const inspected = await app.workbench.imports.inspect(source);
    if (!inspected.ok) throw new Error('It was not inspected.');
    expect(inspected.value.guess).toMatchObject({ user: '{text}', assistant: '{category}', label: 'category' });
    expect(await app.workbench.imports.start(source, inspected.value.guess)).toMatchObject({
      value: { added: 10_003, refused: 0 },
    });
    const request: SplitRequest = {
      plan: { train: { kind: 'share', share: 0.8 }, seed: 1, by: 'label' },
      column: 'category',
    };
    await app.workbench.splits.assign(request);
    expect(app.workbench.splits.counts()).toEqual({ train: 8_002, validation: 2_001, unassigned: 0 });
    expect(app.workbench.splits.columns()).toEqual([{ name: 'category', values: 77 }]);
  });
});
