import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { luthier, startLuthier } from './support/cli.ts';
import { writeTemplate } from './support/folder.ts';
import { countingServer } from './support/server.ts';

const CSV = 'question,answer\nWhere?,Here.\nWhen?,Now.\n';
const chat = (user: string, assistant: string): string =>
  `${JSON.stringify({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ],
  })}\n`;
const LINES = Array.from({ length: 12 }, (_, index) => chat(`q${index}`, `a${index}`)).join('');

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-cli-out-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const home = join(folder, 'home');
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const run = (...args: readonly string[]) => luthier(args, { home, cwd: folder });
  return { folder, home, put, read, run };
}

describe('a command whose output is its input', () => {
  it('is refused before anything is asked, whatever the command and the spelling', async () => {
    const { folder, put, read, run } = open();
    const { url, calls, close } = await countingServer(() => ({ text: 'x' }));
    onTestFinished(close);
    put('a.csv', CSV);
    put('s.jsonl', LINES);
    put('system.txt', 'Be short.');
    put('schema.jsonl', '{"type": "object"}');
    writeTemplate(folder, 2);
    symlinkSync('s.jsonl', join(folder, 'link.jsonl'));
    linkSync(join(folder, 's.jsonl'), join(folder, 'hard.jsonl'));
    const server = ['--base-url', url, '--model', 'm'];
    const commands = [
      ['import', 'a.csv', '--out', './a.csv'],
      ['import', 's.jsonl', '--out', 'hard.jsonl', '--force'],
      ['generate', '--template', 'template.yaml', '--out', 'template.yaml', ...server],
      ['run', 'template.yaml', '--out', 'template.yaml', '--teacher', 'm', ...server],
      ['eval', 's.jsonl', '--out', 'link.jsonl', ...server],
      ['eval', 's.jsonl', '--grader', 'json-schema:schema.jsonl', '--out', './schema.jsonl', '--force', ...server],
      ['import', 'a.csv', '--system', '@system.txt', '--out', 'system.txt', '--force'],
      ['split', 's.jsonl', '--train', '6', '--out-train', 's.jsonl', '--out-validation', 'v.jsonl'],
      ['split', 's.jsonl', '--train', '6', '--out-train', 't.jsonl', '--out-validation', 'link.jsonl'],
    ];
    const before = [read('a.csv'), read('s.jsonl'), read('template.yaml')];
    for (const command of commands) {
      const { code, stderr } = await run(...command);
      expect([command.join(' '), code]).toEqual([command.join(' '), 2]);
      expect(stderr).toMatch(
        /is read, and writing there would destroy it\.\n {2}Nothing was written\.\n {2}Name another/,
      );
    }
    expect([read('a.csv'), read('s.jsonl'), read('template.yaml')]).toEqual(before);
    expect(calls).toEqual([]);
    const twice = await run('split', 's.jsonl', '--train', '6', '--out-train', 'x', '--out-validation', './x');
    expect([twice.code, existsSync(join(folder, 'x'))]).toEqual([2, false]);
    expect(twice.stderr).toContain('The two files must differ');
  });
});

describe('an output that is there', () => {
  it('is kept unless --force says otherwise, and is ours after that, whatever is imported next', async () => {
    const { put, read, run } = open();
    put('a.csv', CSV);
    put('b.csv', CSV.replace('Here', 'There'));
    put('o.jsonl', 'precious\n');
    const refused = await run('import', 'a.csv', '--out', 'o.jsonl', '--user', '{question}', '--assistant', '{answer}');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/o\.jsonl is there already.*\n.*\n {2}Name another file, or add --force/);
    expect(read('o.jsonl')).toBe('precious\n');
    for (const [source, ...flags] of [['a.csv', '--force'], ['a.csv'], ['b.csv']] as const) {
      expect((await run('import', source, '--out', 'o.jsonl', ...flags)).code).toBe(0);
    }
    expect(read('o.jsonl')).toContain('There.');
    put('o.jsonl', `${read('o.jsonl')}a line by hand\n`);
    expect((await run('import', 'b.csv', '--out', 'o.jsonl')).code).toBe(2);
    expect(
      (await run('split', 'b.csv', '--train', '1', '--out-train', 'o.jsonl', '--out-validation', 'v')).code,
    ).not.toBe(0);
    expect(read('o.jsonl')).toContain('a line by hand');
  });

  it('costs nothing when it is refused, and a generation goes on into a file of its own', async () => {
    const { folder, put, read, run } = open();
    const { url, calls, close } = await countingServer(() => ({ text: 'An answer.' }));
    onTestFinished(close);
    writeTemplate(folder, 2);
    put('g.jsonl', 'precious\n');
    const args = ['generate', '--template', 'template.yaml', '--base-url', url, '--model', 'm', '--out'];
    expect((await run(...args, 'g.jsonl')).code).toBe(2);
    expect([calls.length, read('g.jsonl')]).toEqual([0, 'precious\n']);
    expect((await run(...args, 'new.jsonl', '--combinations', '2')).code).toBe(0);
    expect((await run(...args, 'new.jsonl')).code).toBe(0);
    expect(read('new.jsonl').trimEnd().split('\n')).toHaveLength(4);
    expect(calls).toHaveLength(4);
    put('lines.jsonl', LINES);
    const evaluation = ['eval', 'lines.jsonl', '--base-url', url, '--model', 'm', '--grader', 'exact'];
    expect((await run(...evaluation, '--report', 'report.md', '--out', 'g.jsonl')).code).toBe(2);
    expect(calls).toHaveLength(4);
    for (let again = 0; again < 2; again += 1) await run(...evaluation, '--report', 'report.md');
    expect(read('report.md')).toContain('lines.jsonl');
  });

  it('is split again where its lines are all in the file, whoever wrote it, and kept where one is not', async () => {
    const { put, read, run } = open();
    put('s.jsonl', LINES);
    const [first = ''] = LINES.split('\n');
    put('t.jsonl', `${first}\n`);
    const args = ['split', 's.jsonl', '--train', '6', '--out-train', 't.jsonl', '--out-validation', 'v.jsonl'];
    expect((await run(...args)).code).toBe(0);
    expect(read('t.jsonl').split('\n')).toContain(first);
    put('t.jsonl', chat('another', 'one'));
    const refused = await run(...args);
    expect([refused.code, read('t.jsonl')]).toEqual([2, chat('another', 'one')]);
    expect((await run(...args, '--force')).code).toBe(0);
  });
});

it('clears the draft of an import that was killed when any command starts next', async () => {
  const { folder, home, put, run } = open();
  const rows = Array.from({ length: 400_000 }, (_, index) => `question ${index},answer ${index}\n`).join('');
  put('big.csv', `question,answer\n${rows}`);
  const { child, finished } = startLuthier(['import', 'big.csv', '--out', 'o.jsonl'], { home, cwd: folder });
  const drafts = (): readonly string[] =>
    readdirSync(folder).filter((name) => /^\.o\.jsonl\.[0-9a-f]+\.tmp$/.test(name));
  while (drafts().length === 0) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  expect((await finished).signal).toBe('SIGKILL');
  expect([drafts().length, existsSync(join(folder, 'o.jsonl'))]).toEqual([1, false]);
  put('s.jsonl', LINES);
  await run('check', 's.jsonl');
  expect(drafts()).toEqual([]);
});

it('says that rewriting needs --force where what was written cannot be noted', async () => {
  const { home, put, run } = open();
  put('a.csv', CSV);
  put('s.jsonl', LINES);
  const { url, close } = await countingServer(() => ({ text: 'x' }));
  onTestFinished(close);
  mkdirSync(home);
  writeFileSync(join(home, 'written'), 'a file where the folder would be');
  const words = (path: string) =>
    `! It could not be noted that ${path} is Luthier’s own: writing it again will need --force.`;
  const imported = ['import', 'a.csv', '--out', 'o.jsonl'];
  const first = await run(...imported);
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(words('o.jsonl'))]);
  expect((await run(...imported)).code).toBe(2);
  const answered = await run('eval', 's.jsonl', '--out', 'e.jsonl', '--base-url', url, '--model', 'm');
  expect(answered.stderr).toContain(words('e.jsonl'));
});
