import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { luthier, records, startLuthier } from './support/cli.ts';
import { removeFolder, temporaryFolder, writeTemplate } from './support/folder.ts';
import { type CountingServer, countingServer, type Reply } from './support/server.ts';

/** US$ the server bills for an answer of `gpt-4o-mini`: 20 tokens in, 50 out. */
const PER_CALL = (20 * 0.15 + 50 * 0.6) / 1e6;

let folder = '';
let home = '';
let server: CountingServer | null = null;

beforeEach(() => {
  folder = temporaryFolder();
  home = join(folder, 'home');
});
afterEach(async () => {
  await server?.close();
  server = null;
  removeFolder(folder);
});

async function serve(answer: Parameters<typeof countingServer>[0]): Promise<CountingServer> {
  server = await countingServer(answer);
  return server;
}

const surroundings = (key: string) => ({ home, env: { OPENAI_API_KEY: key } });

function generateArgs(url: string, sides: number, ...more: string[]): string[] {
  const template = ['--template', writeTemplate(folder, sides), '--out', join(folder, 'rows.jsonl')];
  return [
    'generate',
    ...template,
    '--base-url',
    url,
    '--key-env',
    'OPENAI_API_KEY',
    '--model',
    'gpt-4o-mini',
    '--json',
    ...more,
  ];
}

function evalArgs(url: string, items: number, ...more: string[]): string[] {
  const file = join(folder, 'items.jsonl');
  const line = (n: number) => {
    const messages = [
      { role: 'user', content: `question ${n}` },
      { role: 'assistant', content: `answer ${n % 2}` },
    ];
    return JSON.stringify({ messages });
  };
  writeFileSync(file, Array.from({ length: items }, (_, n) => line(n)).join('\n'));
  return [
    'eval',
    file,
    '--base-url',
    url,
    '--key-env',
    'OPENAI_API_KEY',
    '--model',
    'gpt-4o-mini',
    '--grader',
    'exact',
    '--json',
    ...more,
  ];
}

/** A gate that opens when each of two processes, told apart by their keys, has asked something. */
function meeting() {
  const seen = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  return async (authorization: string): Promise<void> => {
    seen.add(authorization);
    if (seen.size === 2) resolve();
    await promise;
  };
}

const WORK = [
  ['generate', (url: string) => generateArgs(url, 8, '--concurrency', '6'), 64],
  ['eval', (url: string) => evalArgs(url, 64, '--concurrency', '6'), 64],
] as const;

describe.each(WORK)('two processes that %s the same', (_, args, size) => {
  it('ask everything once, and the second says that it helps', async () => {
    const met = meeting();
    const { url, calls } = await serve(async (user, __, authorization) => {
      await met(authorization);
      return { text: `about ${user}` };
    });
    const runs = await Promise.all([
      luthier(args(url), surroundings('key-a')),
      luthier(args(url), surroundings('key-b')),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls).toHaveLength(size);
    expect(new Set(calls.map(({ user }) => user)).size).toBe(size);
    expect(runs.map(({ stderr }) => stderr).join('')).toMatch(/Another Luthier works on this too: \d rows? are its\./);
  });

  it('ask again only what one had under way when it was killed', async () => {
    const met = meeting();
    let fromFirst = 0;
    const stuck: string[] = [];
    const all = Promise.withResolvers<void>();
    const { url, calls } = await serve(async (user, __, authorization) => {
      await met(authorization);
      if (authorization !== 'Bearer key-a') {
        // Else the second might take the rows that the first is to have under way.
        await all.promise;
        return { text: `about ${user}` };
      }
      fromFirst += 1;
      if (fromFirst <= 10) return { text: `about ${user}` };
      stuck.push(user);
      if (stuck.length === 6) all.resolve();
      return null;
    });
    const first = startLuthier(args(url), surroundings('key-a'));
    const second = startLuthier(args(url), surroundings('key-b'));
    await all.promise;
    first.child.kill('SIGKILL');
    await first.finished;
    expect((await second.finished).code).toBe(0);
    const asked = Map.groupBy(calls, ({ user }) => user);
    expect(asked.size).toBe(size);
    for (const [user, times] of asked) expect(times.length).toBe(stuck.includes(user) ? 2 : 1);
  });
});

describe('luthier spending', () => {
  it('adds up every paid call by project, kind, model and provider', async () => {
    const { url } = await serve((user) => (user === 'cut' ? { status: 504, text: 'late' } : { text: `about ${user}` }));
    await luthier(generateArgs(url, 2), surroundings('key'));
    await luthier(evalArgs(url, 3), surroundings('key'));
    const chat = [
      'chat',
      '--model',
      'gpt-4o-mini',
      '--base-url',
      url,
      '--key-env',
      'OPENAI_API_KEY',
      '--max-tokens',
      '10',
    ];
    await luthier([...chat, 'hello'], surroundings('key'));
    await luthier([...chat, 'cut'], surroundings('key'));
    await luthier(
      ['chat', '--model', 'mystery', '--base-url', url, '--key-env', 'OPENAI_API_KEY', 'hello'],
      surroundings('key'),
    );
    const { stdout, code } = await luthier(['spending', '--json'], surroundings('key'));
    const said = records(stdout);
    expect(code).toBe(0);
    const at = { host: new URL(url).host, providerId: 'base-url' };
    expect(said).toEqual([
      expect.objectContaining({ kind: 'generate', calls: 4, ...at, projectName: join(folder, 'template.yaml') }),
      expect.objectContaining({ kind: 'evaluate', calls: 3, ...at, projectName: join(folder, 'items.jsonl') }),
      expect.objectContaining({ kind: 'chat', model: 'gpt-4o-mini', calls: 2, unsure: 1 }),
      expect.objectContaining({ kind: 'chat', model: 'mystery', calls: 1, unpriced: 1 }),
      expect.objectContaining({ event: 'total', calls: 10, unpriced: 1, unsure: 1 }),
    ]);
    const text = (await luthier(['spending'], surroundings('key'))).stdout;
    expect(text).toMatch(
      /generated rows +gpt-4o-mini +base-url \(127\.0\.0\.1:\d+\) +4 calls +80 in +200 out +\$0\.00013/,
    );
    expect(text).toMatch(
      /Spent in all: \$0\.000\d+ \+ 1 call of unknown price\nOf that at most .* for 1 call no answer came of/,
    );
    const one = (await luthier(['spending', '--project', 'items'], surroundings('key'))).stdout;
    expect(one).toMatch(/3 calls/);
    expect(one).not.toMatch(/4 calls/);
    const none = await luthier(['spending', '--project', 'nothing'], surroundings('key'));
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('No project that spent anything') });
  });
});

describe('a spending cap', () => {
  const CAP = 0.0009;
  const capped = (url: string, ...more: string[]) =>
    generateArgs(url, 8, '--cap', String(CAP), '--max-tokens', '50', '--concurrency', '4', ...more);

  it('is the project’s: four runs under it spend it once, and a higher one goes on', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    for (let run = 0; run < 4; run += 1) {
      const { code, stderr } = await luthier(capped(url), surroundings('key'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/cap is reached: \$0\.0008\d of \$0\.00090 are spent.*Raise the cap to go on \(--cap/s);
    }
    expect(calls.length * PER_CALL).toBeLessThanOrEqual(CAP);
    expect(calls.length * PER_CALL).toBeGreaterThan(CAP * 0.8);
    const before = calls.length;
    await luthier(capped(url, '--cap', '1'), surroundings('key'));
    expect(calls.length).toBe(64);
    expect(before).toBeLessThan(64);
  });

  it('holds over kills', async () => {
    let free = 4;
    const { url, calls } = await serve((user) => {
      free -= 1;
      return free >= 0 ? { text: `about ${user}` } : null;
    });
    for (let run = 0; run < 3; run += 1) {
      free = 4;
      const before = calls.length;
      const running = startLuthier(capped(url), surroundings('key'));
      await Promise.race([
        running.until((record) => record.event === 'progress' && record.done === 4),
        running.finished,
      ]).catch(() => {});
      running.child.kill('SIGKILL');
      await running.finished;
      expect(calls.length).toBeGreaterThanOrEqual(before);
    }
    free = 1000;
    expect((await luthier(capped(url), surroundings('key'))).code).toBe(1);
    expect(calls.length * PER_CALL).toBeLessThanOrEqual(CAP);
  });

  it('is passed by a server that bills more than was asked by no more than its first answers', async () => {
    const usage = { prompt_tokens: 20, completion_tokens: 500, total_tokens: 520 };
    const { url, calls } = await serve((user): Reply => ({ text: `about ${user}`, usage }));
    for (let run = 0; run < 3; run += 1) await luthier(capped(url), surroundings('key'));
    const perCall = (20 * 0.15 + 500 * 0.6) / 1e6;
    expect(calls.length * perCall).toBeLessThanOrEqual(CAP + 4 * perCall);
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  it('of one run is anew at each', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    const args = generateArgs(url, 8, '--cap-run', '0.0004', '--max-tokens', '50', '--concurrency', '4');
    expect((await luthier(args, surroundings('key'))).stderr).toMatch(/by this run.*--cap-run/s);
    const first = calls.length;
    expect(first * PER_CALL).toBeLessThanOrEqual(0.0004);
    await luthier(args, surroundings('key'));
    expect(calls.length).toBeGreaterThan(first);
    expect(calls.length * PER_CALL).toBeLessThanOrEqual(0.0008);
  });

  it('of an evaluation is its file’s, judges included, whatever other files cost', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    const args = evalArgs(url, 40, '--cap', '0.0005', '--max-tokens', '50', '--concurrency', '4');
    for (let run = 0; run < 3; run += 1) await luthier(args, surroundings('key'));
    expect(calls.length * PER_CALL).toBeLessThanOrEqual(0.0005);
    const other = join(folder, 'other.jsonl');
    writeFileSync(other, readFileSync(join(folder, 'items.jsonl'), 'utf8').replaceAll('question', 'riddle'));
    const before = calls.length;
    await luthier([...args.slice(0, 1), other, ...args.slice(2)], surroundings('key'));
    expect(calls.length).toBeGreaterThan(before);
  });

  it('says what is left of it', async () => {
    const { url } = await serve((user) => ({ text: `about ${user}` }));
    const run = await luthier(generateArgs(url, 2, '--cap', '0.01'), surroundings('key'));
    const last = records(run.stdout).findLast(({ event }) => event === 'progress');
    expect(last).toMatchObject({ capUsd: 0.01, capLeftUsd: 0.01 - 4 * PER_CALL });
    expect(run.code).toBe(0);
  });
});
