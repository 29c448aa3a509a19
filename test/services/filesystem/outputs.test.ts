import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileSystem } from '../../../src/services/filesystem/documents.ts';
import { clearStaleDrafts } from '../../../src/services/filesystem/drafts.ts';

const WORK = { work: 'import' };

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-out-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const work = join(folder, 'work');
  mkdirSync(work);
  const at = (name: string): string => join(work, name);
  return { home, work, at, documents: createFileSystem({ home }) };
}

describe('an output that is read', () => {
  it('is known by its file: by another spelling, a link, a link to a link, a hard link', async () => {
    const { at, work, documents } = open();
    writeFileSync(at('a.csv'), 'q,a\n');
    symlinkSync('a.csv', at('link.csv'));
    symlinkSync('link.csv', at('second.csv'));
    linkSync(at('a.csv'), at('hard.csv'));
    symlinkSync(work, at('folder'));
    const spellings = ['a.csv', 'link.csv', 'second.csv', 'hard.csv', 'folder/a.csv', '../work/./a.csv'];
    for (const output of [...spellings.map(at), relative(process.cwd(), at('a.csv'))]) {
      const plan = { ...WORK, inputs: [at('a.csv')], outputs: [output] };
      await expect(documents.inspectOutputs(plan), output).rejects.toThrow(/is read, and writing there would destroy/);
    }
    await expect(
      documents.inspectOutputs({ ...WORK, inputs: [at('second.csv')], outputs: [at('hard.csv')] }),
    ).rejects.toThrow(/is read/);
  });
});

describe('two outputs', () => {
  it('are one by links of their folders and by links to what is not there yet', async () => {
    const { at, work, documents } = open();
    symlinkSync(work, at('folder'));
    symlinkSync('t.jsonl', at('to-nothing'));
    for (const other of ['folder/t.jsonl', 'to-nothing', 'T.jsonl']) {
      const outputs = [at('t.jsonl'), at(other)];
      await expect(documents.inspectOutputs({ ...WORK, outputs }), other).rejects.toThrow(/must differ/);
    }
    expect(await documents.inspectOutputs({ ...WORK, outputs: [at('t.jsonl'), at('v.jsonl')] })).toEqual([]);
  });
});

describe('a file that is there', () => {
  it('is replaced only by the work that wrote it, while nobody has changed it', async () => {
    const { at, documents } = open();
    const path = at('out.jsonl');
    writeFileSync(path, 'precious');
    expect(await documents.inspectOutputs({ ...WORK, outputs: [path] })).toEqual([path]);
    await expect(documents.writeText(path, 'new', WORK)).rejects.toThrow(/is there already/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await documents.writeText(path, 'new', { ...WORK, replace: true });
    await documents.writeText(path, 'newer', WORK);
    await documents.writeText(path, 'newest', WORK);
    expect(readFileSync(path, 'utf8')).toBe('newest');
    await expect(documents.writeText(path, 'x', { work: 'eval' })).rejects.toThrow(/is there already/);
    appendFileSync(path, ', and a line by hand');
    await expect(documents.writeText(path, 'x', WORK)).rejects.toThrow(/is there already/);
    expect(readFileSync(path, 'utf8')).toBe('newest, and a line by hand');
  });

  it('may be replaced when it is empty, and a device or a pipe is written into', async () => {
    const { at, documents } = open();
    writeFileSync(at('empty'), '');
    await documents.writeText(at('empty'), 'text', WORK);
    expect(readFileSync(at('empty'), 'utf8')).toBe('text');
    expect(await documents.writeText('/dev/null', 'text', WORK)).toBe('/dev/null');
    await expect(documents.writeText(at(''), 'text', WORK)).rejects.toThrow(/is a folder/);
  });

  it('is kept when it came, or changed, while the new one was written', async () => {
    const { at, documents } = open();
    const path = at('out.jsonl');
    function* meddling() {
      yield 'new';
      writeFileSync(path, 'came meanwhile');
    }
    await expect(documents.writeText(path, meddling(), WORK)).rejects.toThrow(/there/);
    expect(readFileSync(path, 'utf8')).toBe('came meanwhile');
    await documents.writeText(path, 'ours', { ...WORK, replace: true });
    await expect(documents.writeText(path, meddling(), WORK)).rejects.toThrow(/there/);
    expect(readFileSync(path, 'utf8')).toBe('came meanwhile');
    expect(readdirSync(at(''))).toEqual(['out.jsonl']);
  });
});

describe('two writers of the same work', () => {
  it('do not stand in each other’s way', async () => {
    const { at, documents } = open();
    const path = at('out.jsonl');
    async function* late() {
      yield 'second';
      await documents.writeText(path, 'first', WORK);
    }
    await documents.writeText(path, late(), WORK);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(at(''))).toEqual(['out.jsonl']);
  });
});

describe('what cannot be written', () => {
  it('is told in words, with the path', async () => {
    const { at, documents } = open();
    writeFileSync(at('file'), 'x');
    symlinkSync('loop', at('loop'));
    for (const [path, why] of [
      [at('file/out.jsonl'), 'a part of its path is a file, not a folder'],
      [at('loop'), 'its links lead in a circle'],
      [at('x'.repeat(300)), 'its name is too long'],
    ] as const) {
      const words = `${path} cannot be written: ${why}.`;
      await expect(documents.inspectOutputs({ ...WORK, outputs: [path] })).rejects.toThrow(words);
      await expect(documents.writeText(path, 'text', WORK)).rejects.toThrow(words);
    }
    if (existsSync('/dev/full'))
      await expect(documents.writeText('/dev/full', 'text', WORK)).rejects.toThrow(
        '/dev/full cannot be written: the disk is full.',
      );
  });

  it('is Luthier’s own data, but for what was exported there', async () => {
    const { home, documents } = open();
    mkdirSync(join(home, 'exports'), { recursive: true });
    for (const name of ['luthier.db', 'exports/rows.jsonl']) writeFileSync(join(home, name), 'x');
    const force = { ...WORK, replace: true };
    await expect(documents.writeText(join(home, 'luthier.db'), 'text', force)).rejects.toThrow(/own data/);
    await documents.writeText(join(home, 'exports/rows.jsonl'), 'text', force);
  });
});

describe('many writers of the same work', () => {
  it('each put their file in the place', async () => {
    const { at, documents } = open();
    const path = at('out.jsonl');
    const write = async (depth: number): Promise<void> => {
      async function* chunks() {
        yield `writer ${depth}`;
        if (depth < 4) await write(depth + 1);
      }
      await documents.writeText(path, chunks(), WORK);
    };
    await write(0);
    expect(readFileSync(path, 'utf8')).toBe('writer 0');
    const all = ['a', 'b', 'c', 'd'].map((text) => documents.writeText(path, text, WORK));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(all.map(() => 'fulfilled'));
  });
});

it('is of both where two processes at the same work come to write it at the same moment', async () => {
  const { home, work } = open();
  const script = fileURLToPath(new URL('./same-work.process.ts', import.meta.url));
  const start = String(Date.now() + 1_500);
  const said = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, [script, home, work, start, '60'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return (await child.stdout.toArray()).join('');
    }),
  );
  expect(said).toEqual(['', '']);
  expect(readdirSync(work)).toHaveLength(60);
}, 60_000);

describe('the draft of a writer that was killed', () => {
  async function killedWriter() {
    const opened = open();
    const { home, at, work } = opened;
    const script = fileURLToPath(new URL('./draft.process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, home, at('o.jsonl')], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const draft = readdirSync(work).find((name) => /^\.o\.jsonl\.[0-9a-f]{12}\.tmp$/.test(name)) ?? '';
    expect(draft).not.toBe('');
    return { ...opened, child, draft };
  }

  it('is cleared at the next start, and not before it is dead; nothing else is', async () => {
    const { home, work, at, child, draft } = await killedWriter();
    const strangers = ['.o.jsonl.notours.tmp', '.o.jsonl.0123456789ab.tmp', 'o.tmp'];
    for (const name of strangers) writeFileSync(at(name), '');
    clearStaleDrafts(home);
    expect(readdirSync(work)).toContain(draft);
    child.kill('SIGKILL');
    await once(child, 'exit');
    clearStaleDrafts(home);
    expect(readdirSync(work).toSorted()).toEqual(strangers.toSorted());
    expect(readdirSync(join(home, 'drafts'))).toEqual([]);
  });

  it('is cleared by the next writer of the file when it is older than an hour, whatever the data folder', async () => {
    const { at, work } = open();
    const hourAgo = Date.now() / 1000 - 3_700;
    for (const name of ['.o.jsonl.0123456789ab.tmp', '.o.jsonl.ba9876543210.tmp', '.other.jsonl.0123456789ab.tmp'])
      writeFileSync(at(name), '');
    for (const name of ['.o.jsonl.0123456789ab.tmp', '.other.jsonl.0123456789ab.tmp'])
      utimesSync(at(name), hourAgo, hourAgo);
    await createFileSystem({ home: at('another-home') }).writeText(at('o.jsonl'), 'new', WORK);
    expect(readdirSync(work).filter((name) => name.endsWith('.tmp'))).toEqual([
      '.o.jsonl.ba9876543210.tmp',
      '.other.jsonl.0123456789ab.tmp',
    ]);
  });
});
