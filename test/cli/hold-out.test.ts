import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder, writeTemplate } from './support/folder.ts';

describe('luthier split --hold-out', () => {
  let folder = '';
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => removeFolder(folder));

  const home = () => ({ home: join(folder, 'home') });
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const linesOf = (name: string): readonly string[] => readFileSync(at(name), 'utf8').trimEnd().split('\n');

  it('holds pairs of values out, proves it by what it wrote, and keeps them out when the file has grown', async () => {
    const template = writeTemplate(folder, 6);
    const line = (at: number, more = ''): string =>
      `${JSON.stringify({
        messages: [
          { role: 'user', content: `l${at % 6}, r${Math.floor(at / 6) % 6}` },
          { role: 'assistant', content: `about ${at}${more}` },
        ],
      })}\n`;
    const source = write('pairs.jsonl', Array.from({ length: 36 }, (_, at) => line(at)).join(''));
    const out = ['--out-train', at('p-train.jsonl'), '--out-validation', at('p-held.jsonl')];
    const args = ['split', source, '--train', '0.8', ...out, '--template', template, '--hold-out', 'left=l1,right=r2'];
    const first = await luthier([...args, '--hold-out-pairs', '2'], home());
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('3 rows of 3 pairs held out; 0 of the training rows hold one of them.\n');
    expect(readFileSync(at('p-train.jsonl'), 'utf8')).not.toContain('"l1, r2"');
    expect(linesOf('p-train.jsonl')).toHaveLength(29);
    write('pairs.jsonl', Array.from({ length: 72 }, (_, at) => line(at, at < 36 ? '' : ' again')).join(''));
    const grown = await luthier([...args, '--hold-out-pairs', '2', '--json'], home());
    expect(records(grown.stdout).at(-1)).toMatchObject({
      event: 'split',
      frozen: 36,
      heldOut: { pairs: 3, rows: 6, leaked: 0, unseen: [] },
    });
    const late = await luthier([...args, '--hold-out', 'left=l0,right=r0'], home());
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('in the training file already')]);
    const fresh = ['split', source, '--train', '0.8', '--out-train', at('q-t'), '--out-validation', at('q-v')];
    const named = await luthier([...fresh, '--hold-out', 'left=l1,right=r2'], home());
    expect(named.stdout).toContain('2 rows of 1 pair held out; 0 of the training rows hold one of them.');
    expect(named.stderr).toContain('A line has a value when its question names it');
    for (const [more, why] of [
      [['--hold-out', 'left=l1'], 'two slots or more'],
      [['--hold-out', 'up=l1,right=r2', '--template', template], 'has the slots left, right'],
    ] as const)
      expect(await luthier([...fresh, ...more], home())).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(why),
      });
    const none = await luthier([...fresh, '--hold-out-pairs', '2'], home());
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('name --template')]);
  });
});
