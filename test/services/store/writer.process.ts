// Puts rows one by one for ever, and says each id once it is stored: `writer.process.ts HOME PREFIX`.
import { writeSync } from 'node:fs';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';

const [home = '', prefix = ''] = process.argv.slice(2);
const rows = createRows(createDatabase({ home }));
for (let n = 0; ; n++) {
  rows.put([
    {
      id: `${prefix}${n}`,
      projectId: 'p',
      source: 'generated',
      cell: { n: String(n) },
      prompt: null,
      completion: 'word '.repeat(200),
      status: 'done',
      rating: 'unrated',
      edited: false,
      split: null,
      model: 'm',
      finishReason: 'stop',
      usage: null,
      costUsd: 0.5,
      error: null,
      createdAt: n,
      updatedAt: n,
    },
  ]);
  writeSync(1, `${prefix}${n}\n`);
}
