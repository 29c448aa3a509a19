import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parquetRows } from '../../src/services/readers/parquet-rows.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => removeFolder(folder));

const KEY = 'sk-thekeythatmustnotleak0123456789';
const chat = (content: string) => [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content },
  { role: 'assistant', content: '漢字 👩🏽‍💻' },
];
const lines = (...all: readonly object[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');

it('writes a dataset folder with Parquet, JSONL and a card, replaces its own files alone, and leaks no key', async () => {
  const [train, held, out] = [join(folder, 'nda.jsonl'), join(folder, 'held.jsonl'), join(folder, 'out')];
  writeFileSync(train, lines({ messages: chat('one') }, { messages: chat(KEY) }));
  writeFileSync(held, lines({ messages: chat('three') }));
  const at = { home: join(folder, 'home'), env: { OPENAI_API_KEY: KEY } };
  const args = ['export', train, '--validation', held, '--out', out];
  const first = await luthier([...args, '--license', 'mit'], at);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('1 key')]);
  expect(first.stdout).toContain(`trl sft --model_name_or_path MODEL --dataset_name ${out}`);
  const rows: unknown[] = [];
  for await (const some of parquetRows(join(out, 'data/train-00000-of-00001.parquet')))
    rows.push(...some.map(({ row }) => row));
  expect(rows).toEqual([{ messages: chat('one') }, { messages: chat('…') }]);
  expect(readFileSync(join(out, 'train.jsonl'), 'utf8')).toBe(
    lines({ messages: chat('one') }, { messages: chat('…') }),
  );
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('license: mit');

  writeFileSync(join(out, 'README.md'), 'mine\n');
  const refused = await luthier(args, at);
  expect([refused.code, readFileSync(join(out, 'README.md'), 'utf8')]).toEqual([2, 'mine\n']);
  writeFileSync(train, lines({ messages: chat('one') }, { messages: [{ role: 'user', content: 'no answer' }] }));
  const bad = await luthier([...args, '--force'], at);
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringMatching(/nda\.jsonl, line 2: /)]);

  const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
  writeFileSync(train, lines({ messages: chat('one'), tools: [tool] }));
  const more = records((await luthier(['export', train, '--out', join(folder, 'tools'), '--json'], at)).stdout).at(-1);
  expect(more).toMatchObject({ event: 'exported', plain: false, rows: [['train', 1]] });
  expect([existsSync(join(folder, 'tools/data')), readFileSync(join(folder, 'tools/train.jsonl'), 'utf8')]).toEqual([
    false,
    expect.stringContaining('"tools"'),
  ]);

  const user = [{ role: 'user', content: 'one' }];
  const [better, worse] = [[{ role: 'assistant', content: 'yes' }], [{ role: 'assistant', content: 'no' }]];
  const pair = { input: { messages: user }, preferred_output: better, non_preferred_output: worse };
  writeFileSync(train, lines(pair));
  const preferred = await luthier(['export', train, '--out', join(folder, 'pairs')], at);
  expect(preferred.stdout).toContain(`trl dpo --model_name_or_path MODEL --dataset_name ${join(folder, 'pairs')}`);
  const columns: unknown[] = [];
  for await (const some of parquetRows(join(folder, 'pairs/data/train-00000-of-00001.parquet')))
    columns.push(...some.map(({ row }) => row));
  expect(columns).toEqual([{ prompt: user, chosen: better, rejected: worse }]);
  writeFileSync(train, lines(pair, { messages: chat('one') }));
  const mixed = await luthier(['export', train, '--out', join(folder, 'pairs'), '--force'], at);
  expect([mixed.code, mixed.stderr]).toEqual([1, expect.stringContaining('line 2: it is no preference pair')]);
});
