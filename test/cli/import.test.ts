import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parquetOf, startFakeHub } from '../services/huggingface/standin.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

describe('luthier import and luthier split', () => {
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
  const clauses = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => {
      const n = from + index;
      return `${n}\t${n % 2 ? 'Yes' : 'No'}\t"Clause ""${n}"""\tdoc${n % 5}\n`;
    }).join('');
  const HEAD = 'index\tanswer\ttext\tdocument_name\n';

  it('refuses a file that is not UTF-8 with a guess, and reads it by the encoding that is named', async () => {
    writeFileSync(at('latin.csv'), Buffer.from('question,answer\nO\xf9 est le caf\xe9 ?,Ferm\xe9\n', 'latin1'));
    const importing = (...more: readonly string[]) =>
      luthier(['import', at('latin.csv'), '--out', at('latin.jsonl'), ...more], home());
    const refused = await importing();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/line 2, column 2 holds the byte F9/);
    expect(existsSync(at('latin.jsonl'))).toBe(false);
    const read = await importing('--encoding', 'latin1');
    expect(read.stderr).toContain('Read with windows-1252.');
    expect(linesOf('latin.jsonl')[0]).toContain('Où est le café ?');
    expect(await luthier(['import', 'hf:a/b', '--encoding', 'latin1', '--out', at('x')], home())).toMatchObject({
      code: 2,
    });
  });

  it('names a folder, and a file without lines, in every command that reads one', async () => {
    const sides = ['--train', '1', '--out-train', at('f-t'), '--out-validation', at('f-v')];
    for (const args of [
      ['import', folder, '--out', at('f.jsonl')],
      ['split', folder, ...sides],
      ['check', folder],
      ['train', folder, '--model', 'm'],
      ['eval', folder, '--model', 'm'],
      ['generate', '--template', folder, '--out', at('f.jsonl')],
    ]) {
      const { code, stderr } = await luthier(args, home());
      expect(code, args[0]).toBe(1);
      expect(stderr).toContain('cannot be read: it is a folder.');
    }
    expect(await luthier(['split', write('no-lines.jsonl', ''), ...sides], home())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no lines'),
    });
  });

  it('names a file of another kind for what it is, in every command that reads lines or a template', async () => {
    writeFileSync(at('rows.jsonl'), Buffer.from('PK\x03\x04\xfe\x01 xl/workbook.xml \xff', 'latin1'));
    const sides = ['--train', '1', '--out-train', at('x-t'), '--out-validation', at('x-v')];
    for (const args of [
      ['import', at('rows.jsonl'), '--out', at('x.jsonl')],
      ['split', at('rows.jsonl'), ...sides],
      ['check', at('rows.jsonl')],
      ['train', at('rows.jsonl'), '--model', 'm'],
      ['eval', at('rows.jsonl'), '--model', 'm'],
      ['generate', '--template', at('rows.jsonl'), '--out', at('x.jsonl')],
    ]) {
      const { code, stdout, stderr } = await luthier(args, home());
      expect(code).toBe(1);
      expect(`${stdout}${stderr}`).toContain('an Excel workbook');
    }
  });

  it('names the delimiter it found, what is wrong with rows that cannot be read, and a table without rows', async () => {
    const importing = (text: string, ...more: readonly string[]) =>
      luthier(['import', write('t.csv', text), '--out', at('t.jsonl'), ...more], home());
    expect(await importing('question;answer\nRed or blue;red\n')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Read with delimiter ;.'),
    });
    expect(await importing('question,answer\n5" or 6" screen?,5\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 2: A quote stands in the middle of a cell.'),
    });
    expect(await importing('one,two\n1,2,3\n')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/line 2: The row has 3 cells[\s\S]*The columns are one, two\./),
    });
    expect(await importing('question,answer\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(question, answer) and no row under them'),
    });
    expect(await importing('q;w\na;b\n', '--delimiter', ',')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the columns are q;w'),
    });
  });

  it('keeps the text of pairs, and says what it cuts where the whole file keeps to the old form', async () => {
    const importing = (...pairs: readonly (readonly [prompt: string, completion: string])[]) => {
      const lines = pairs.map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`);
      return luthier(['import', write('pairs.jsonl', lines.join('')), '--out', at('pairs-out.jsonl')], home());
    };
    const texts = () =>
      linesOf('pairs-out.jsonl').flatMap((line) =>
        JSON.parse(line).messages.map(({ content }: { readonly content: string }) => content),
      );
    expect((await importing(['BASIC', '20 END'], ['node->', 'next'])).stdout).not.toContain('old');
    expect(texts()).toEqual(['BASIC', '20 END', 'node->', 'next']);
    const old = await importing(['elf ->', ' A tale. END'], ['owl ->', ' A hoot. END']);
    expect(old.stdout).toContain('2 pairs in the old prompt/completion form: -> was cut after each prompt');
    expect(texts()).toEqual(['elf', 'A tale.', 'owl', 'A hoot.']);
  });

  it('splits one list into lines, and pairs of the old form as they stand', async () => {
    const splitting = (name: string, text: string) => {
      const sides = ['--out-train', at(`${name}-t.jsonl`), '--out-validation', at(`${name}-v.jsonl`)];
      return luthier(['split', write(name, text), '--train', '1', ...sides], home());
    };
    const both = (name: string) => [...linesOf(`${name}-t.jsonl`), ...linesOf(`${name}-v.jsonl`)].toSorted();
    const lines = [1, 2].map((n) => ({
      messages: [
        { role: 'user', content: `Q ${n}` },
        { role: 'assistant', content: 'A', weight: 1 },
      ],
    }));
    expect(await splitting('list.json', JSON.stringify(lines, null, 2))).toMatchObject({ code: 0 });
    expect(both('list.json')).toEqual(lines.map((line) => JSON.stringify(line)));
    const pairs = ['{"prompt": "a ->", "completion": " b END"}', '{"prompt": "c ->", "completion": " d END"}'];
    const old = await splitting('old.jsonl', `${pairs.join('\n')}\n`);
    expect(old.stderr + old.stdout).toContain('2 pairs in the old prompt/completion form');
    expect(both('old.jsonl')).toEqual(pairs);
  });

  it('names the command that makes a training file of one list', async () => {
    const source = write('to train.json', '[\n{"messages": []}\n]\n');
    const run = await luthier(['train', source, '--model', 'practice-small'], home());
    expect(run.code).toBe(1);
    const checked = await luthier(['check', source], home());
    expect(checked.stdout).toContain(`luthier import '${source}' --out '${at('to train.jsonl')}'`);
  });

  it('imports lines with tools as they stand, with the system message and the label that are asked for', async () => {
    const line = (more: readonly object[]) => ({
      messages: [...more, { role: 'user', name: 'bob', content: 'Hi' }, { role: 'assistant', content: 'Hello' }],
      tools: [{ type: 'function', function: { name: 'f', parameters: { maximum: 1.5 } } }],
    });
    const text = JSON.stringify({ ...line([]), intent: 'greet' }).replace('1.5', '1.50');
    const source = write('rich.jsonl', `${text}\n`);
    const importing = (...more: readonly string[]) =>
      luthier(['import', source, '--out', at('rich-out.jsonl'), '--force', ...more], home());
    expect(await importing()).toMatchObject({ code: 0 });
    expect(linesOf('rich-out.jsonl')).toEqual([JSON.stringify(line([])).replace('1.5', '1.50')]);
    expect(await importing('--system', 'Be kind.', '--label', 'intent')).toMatchObject({ code: 0 });
    const written = linesOf('rich-out.jsonl')[0] ?? '';
    expect(JSON.parse(written)).toEqual({ ...line([{ role: 'system', content: 'Be kind.' }]), label: 'greet' });
    expect(written).toContain('1.50');
  });

  it('groups by numbers too, and refuses to divide by labels that never repeat', async () => {
    const lines = Array.from({ length: 12 }, (_, n) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: `Q ${n}` },
          { role: 'assistant', content: `A ${n}` },
        ],
        group: n % 3,
      }),
    );
    const source = write('numbered.jsonl', `${lines.join('\n')}\n`);
    const splitBy = (by: string, name: string) => {
      const sides = ['--out-train', at(`${name}-t.jsonl`), '--out-validation', at(`${name}-v.jsonl`)];
      return luthier(['split', source, '--train', '0.6', '--by', by, ...sides], home());
    };
    expect(await splitBy('group', 'by-group')).toMatchObject({ code: 0 });
    const groupsOf = (name: string) => new Set(linesOf(name).map((line) => Number(/Q (\d+)/.exec(line)?.[1]) % 3));
    expect(groupsOf('by-group-t.jsonl').intersection(groupsOf('by-group-v.jsonl')).size).toBe(0);
    expect(await splitBy('label', 'by-label')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No two lines have the same label.'),
    });
  });

  it('refuses options that a Parquet file has no use for', async () => {
    writeFileSync(at('p.parquet'), parquetOf(3));
    for (const option of ['--encoding', '--delimiter']) {
      const refused = await luthier(['import', at('p.parquet'), '--out', at('p-out.jsonl'), option, ';'], home());
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`has no ${option.slice(2)} to name`) });
    }
  });

  it('splits lines with names and weights as they stand', async () => {
    const lines = [1, 2, 3, 4].map((n) =>
      JSON.stringify({
        messages: [
          { role: 'user', name: 'bob', content: `Q ${n}` },
          { role: 'assistant', content: `A ${n}`, weight: 1 },
        ],
      }),
    );
    const source = write('named.jsonl', `${lines.join('\n')}\n`);
    const sides = ['--out-train', at('named-t.jsonl'), '--out-validation', at('named-v.jsonl')];
    expect(await luthier(['split', source, '--train', '2', ...sides], home())).toMatchObject({ code: 0 });
    expect([...linesOf('named-t.jsonl'), ...linesOf('named-v.jsonl')].toSorted()).toEqual(lines);
    const all = ['--out-train', at('all-t.jsonl'), '--out-validation', at('all-v.jsonl')];
    const held = await luthier(['split', source, '--train', String(lines.length), ...all], home());
    expect(held).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing is held out.') });
  });

  it('applies --system to records of any shape, and refuses a column that is not there', async () => {
    const user = { role: 'user', content: 'Hi' };
    const assistant = { role: 'assistant', content: 'Hello' };
    const system = { role: 'system', content: 'Be a pirate.' };
    const importing = (records: readonly object[], ...more: readonly string[]) => {
      const source = write('shapes.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      return luthier(['import', source, '--out', at('shapes-out.jsonl'), ...more], home());
    };
    const shapes = [
      { messages: [user, assistant] },
      { conversations: [user, assistant] },
      { instruction: 'Hi', output: 'Hello' },
      { prompt: 'Hi', completion: 'Hello' },
    ];
    for (const record of shapes) {
      expect(await importing([record], '--system', system.content)).toMatchObject({ code: 0 });
      expect(JSON.parse(linesOf('shapes-out.jsonl')[0] ?? '')).toEqual({ messages: [system, user, assistant] });
      expect(await importing([record], '--label', 'no_such')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('there is no column no_such'),
      });
    }
    const own = await importing([{ messages: [{ ...system, content: 'Own' }, user, assistant] }], '--system', 'New');
    expect(own.stdout).toContain('1 record kept the system message of its own');
    expect(await importing([{ messages: [user, assistant] }], '--preference')).toMatchObject({ code: 2 });
  });

  it('ends with a receipt: what came in, what was left out and why, which fields stayed behind', async () => {
    const table = 'question,answer,source,topic\nOne?,Yes,web,x\nTwo?,,web,x\nThree?,No,,y\nFour?,a,b\n';
    const source = write('receipt.csv', table);
    const importing = (...more: readonly string[]) =>
      luthier(['import', source, '--out', at('receipt.jsonl'), '--label', 'topic', ...more], home());
    const { code, stdout } = await importing();
    expect(code).toBe(1);
    expect(stdout).toContain('4 records read: 2 taken, 2 left out.');
    expect(stdout).toContain('! 1 left out, the first on line 3: The answer is empty.');
    expect(stdout).toContain('! 1 left out, the first on line 5: The row has 3 cells');
    expect(stdout).toContain('Fields not taken, with their records: source (1).');
    expect(records((await importing('--json')).stdout).find(({ event }) => event === 'imported')).toMatchObject({
      refused: 2,
      receipt: {
        records: 4,
        taken: 2,
        leftOut: [
          { code: 'empty-answer', records: 1, line: 3 },
          { code: 'cell-count', records: 1, line: 5 },
        ],
        notTaken: [{ field: 'source', records: 1 }],
        pairs: 0,
      },
    });
  });

  it('writes no chat line among preference lines, and counts it', async () => {
    const source = write(
      'mixed.jsonl',
      '{"prompt":"P","chosen":"A","rejected":"B"}\n{"prompt":"P","completion":"A"}\n',
    );
    const mixed = await luthier(['import', source, '--preference', '--out', at('mixed-out.jsonl')], home());
    expect(mixed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('line 2: The record is no preference pair'),
    });
    expect(linesOf('mixed-out.jsonl')).toHaveLength(1);
  });

  it('makes messages of a chat in a cell, and preference lines of two columns of answers', async () => {
    const chat = '"[{""role"": ""user"", ""content"": ""Hi""}, {""role"": ""assistant"", ""content"": ""Hello""}]"';
    expect(
      await luthier(['import', write('c.csv', `id,dialog\n1,${chat}\n`), '--out', at('c.jsonl')], home()),
    ).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Fields not taken, with their records: id (1).'),
    });
    expect(JSON.parse(linesOf('c.jsonl')[0] ?? '').messages).toHaveLength(2);
    const answers = write('pair.csv', 'q,good,bad\nA fruit?,Apple,Chair\n');
    const importing = (...more: readonly string[]) =>
      luthier(['import', answers, '--user', '{q}', '--assistant', '{good}', '--out', at('p.jsonl'), ...more], home());
    expect(await importing('--rejected', '{bad}', '--preference')).toMatchObject({ code: 0 });
    expect(JSON.parse(linesOf('p.jsonl')[0] ?? '')).toMatchObject({ non_preferred_output: [{ content: 'Chair' }] });
    expect(await importing('--rejected', '{bad}')).toMatchObject({ code: 2 });
    expect(await importing('--preference')).toMatchObject({ code: 2, stderr: expect.stringContaining('--rejected') });
  });

  it('counts the rejected answers that chat lines leave out, and keeps both as preference lines', async () => {
    const source = write('dpo.jsonl', '{"prompt": "A fruit?", "chosen": "Apple", "rejected": "Chair"}\n');
    const importing = (...more: readonly string[]) =>
      luthier(['import', source, '--out', at('dpo-out.jsonl'), ...more], home());
    expect((await importing()).stdout).toContain('1 rejected answer left out of chat lines: --preference keeps both');
    expect((await importing('--preference')).stdout).toContain('1 pair kept with both answers.');
    expect(JSON.parse(linesOf('dpo-out.jsonl')[0] ?? '')).toMatchObject({
      preferred_output: [{ content: 'Apple' }],
      non_preferred_output: [{ content: 'Chair' }],
    });
  });

  it('makes chat lines of a table, splits them by group, and never moves an old line', async () => {
    const source = write('nda.tsv', HEAD + clauses(0, 20));
    const importing = (path: string) =>
      luthier(['import', path, '--out', at('all.jsonl'), '--system', 'Yes or No?', '--group', 'document_name'], home());
    expect(await importing(source)).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(linesOf('all.jsonl')[1] ?? '')).toEqual({
      messages: [
        { role: 'system', content: 'Yes or No?' },
        { role: 'user', content: 'Clause "1"' },
        { role: 'assistant', content: 'Yes' },
      ],
      group: 'doc1',
    });
    const splitting = (seed: string) =>
      luthier(
        ['split', at('all.jsonl'), '--train', '8', '--by', 'group', '--seed', seed, '--json'].concat([
          '--out-train',
          at('a.jsonl'),
          '--out-validation',
          at('v.jsonl'),
        ]),
        home(),
      );
    const first = await splitting('1');
    expect(first.code).toBe(0);
    expect(records(first.stdout).at(-1)).toMatchObject({
      event: 'split',
      train: 8,
      validation: 12,
      frozen: 0,
      leaks: 0,
    });
    const before = [linesOf('a.jsonl'), linesOf('v.jsonl')];
    expect(before[0]?.join('')).not.toContain('group');
    write('nda.tsv', HEAD + clauses(20, 40) + clauses(0, 20));
    await importing(source);
    expect(records((await splitting('2')).stdout).at(-1)).toMatchObject({ frozen: 20 });
    expect(linesOf('a.jsonl')).toEqual(expect.arrayContaining([...(before[0] ?? [])]));
    expect(linesOf('v.jsonl')).toEqual(expect.arrayContaining([...(before[1] ?? [])]));
  });

  it('names what it leaves out by line and fix, and ends with 1; what makes no sense ends with 2', async () => {
    const source = write('bad.csv', 'text,label\nfine,a\n,b\ntoo,many,cells\nfine too,b\n');
    const run = await luthier(['import', source, '--out', at('bad.jsonl'), '--json'], home());
    expect(run.code).toBe(1);
    const found = records(run.stdout).filter(({ event }) => event === 'finding');
    expect(found.map(({ code, line }) => [code, line])).toEqual([
      ['empty-question', 3],
      ['cell-count', 4],
    ]);
    expect(linesOf('bad.jsonl')).toHaveLength(2);
    const unknown = await luthier(['import', source, '--out', at('none.jsonl'), '--user', '{texts}'], home());
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('there is no column texts; the columns are text, label');
    expect(existsSync(at('none.jsonl'))).toBe(false);
  });

  it('fetches a dataset of the Hub by its name', async () => {
    const parquet = [{ config: 'default', split: 'train', file: 'train.parquet' }];
    const hub = await startFakeHub({ parquet, files: { 'train.parquet': { bytes: parquetOf(500) } } });
    const env = { HF_ENDPOINT: hub.url, HF_DATASETS_SERVER: hub.url };
    const run = await luthier(['import', 'hf:owner/name', '--out', at('hub.jsonl'), '--json'], { ...home(), env });
    expect(records(run.stdout).at(-1)).toMatchObject({ event: 'imported', way: 'Parquet', rows: 500, refused: 0 });
    expect(JSON.parse(linesOf('hub.jsonl')[3] ?? '')).toMatchObject({
      messages: [{ content: 'Question 3' }, { content: 'cash' }],
    });
    hub.data = { parquet: 403 };
    const gated = await luthier(['import', 'hf:owner/name', '--out', at('gated.jsonl')], { ...home(), env });
    expect(gated.code).toBe(1);
    expect(gated.stderr).toContain('HF_TOKEN');
  });
});
