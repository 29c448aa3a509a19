// Imports a file into a data folder as the app does, in a process of its own: its peak memory is measured.
import { randomUUID } from 'node:crypto';
import { startImport } from '../src/app/dataset/import.ts';
import { createRegistry } from '../src/app/runtime/registry.ts';
import { createClock } from '../src/services/clock.ts';
import { growNursery } from '../src/services/nursery.ts';
import { openFile } from '../src/services/readers/readers.ts';
import { createDatabase } from '../src/services/store/database.ts';
import { createRows } from '../src/services/store/rows/rows.ts';

growNursery();
const [home = '', path = ''] = process.argv.slice(2);
const clock = createClock();
const database = createDatabase({ home });
const registry = createRegistry({ clock, newId: randomUUID });
const sources = {
  open: (_: unknown, options: { readonly signal?: AbortSignal } = {}) => openFile(path, {}, options.signal),
};
const rows = createRows(database);
const handle = startImport(
  { registry, clock, rows, packedRows: { put: rows.putPacked }, sources },
  { projectId: 'bench', source: { kind: 'file', path }, mapping: null },
);
const end = await handle.finished;
if (end.status !== 'succeeded') throw new Error(end.problem?.what ?? end.status);
console.log(JSON.stringify({ added: handle.result().added }));
database.close();
