import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, openApp } from './support/luthier.ts';

const LINE = `${JSON.stringify({
  messages: [
    { role: 'user', content: 'Where?' },
    { role: 'assistant', content: 'Here.' },
  ],
})}\n`;

it.each([
  ['n\r', 2, 'precious'],
  ['\r', 2, 'precious'],
  ['\u0003', 130, 'precious'],
  ['y\r', 0, LINE],
])('asks on a terminal before a file of someone else is replaced: %j', async (answer, code, kept) => {
  const home = newHome();
  const cwd = join(home, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'in.jsonl'), LINE);
  writeFileSync(join(cwd, 'out.jsonl'), 'precious');
  const app = await openApp({
    columns: 160,
    home: join(home, 'data'),
    cwd,
    args: ['import', 'in.jsonl', '--out', 'out.jsonl'],
  });
  await app.waitFor('Replace? [y/N]');
  app.keys(answer);
  expect((await app.exited).exitCode).toBe(code);
  expect(readFileSync(join(cwd, 'out.jsonl'), 'utf8')).toBe(kept);
});
