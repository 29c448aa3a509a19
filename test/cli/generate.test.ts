import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { luthier, records, startLuthier } from './support/cli.ts';
import { filesHolding, removeFolder, temporaryFolder, userMessages, writeTemplate } from './support/folder.ts';
import { type CountingServer, countingServer, type Reply } from './support/server.ts';

const KEY = 'sk-test-thekeythatmustnotleak0123456789';

describe('luthier generate', () => {
  let folder = '';
  let home = '';
  let out = '';
  let server: CountingServer | null = null;

  beforeEach(() => {
    folder = temporaryFolder();
    home = join(folder, 'home');
    out = join(folder, 'rows.jsonl');
  });
  afterEach(async () => {
    await server?.close();
    server = null;
    removeFolder(folder);
  });

  async function serve(answer: (user: string, nth: number) => Reply | null): Promise<CountingServer> {
    server = await countingServer(answer);
    return server;
  }

  const args = (url: string, sides: number, ...more: string[]): string[] => [
    'generate',
    ...[
      '--template',
      writeTemplate(folder, sides),
      '--out',
      out,
      '--base-url',
      url,
      '--key-env',
      'OPENAI_API_KEY',
      '--model',
      'teacher',
      '--json',
    ],
    ...more,
  ];
  const env = { OPENAI_API_KEY: KEY };

  it('writes every combination once, in the order of the lattice, with the student prompt', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    const run = await luthier(args(url, 4), { home, env });
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(userMessages(out)).toEqual(
      [0, 1, 2, 3].flatMap((left) => [0, 1, 2, 3].map((right) => `l${left}, r${right}`)),
    );
    expect(calls).toHaveLength(16);
    expect(calls.every((call) => call.authorization === `Bearer ${KEY}`)).toBe(true);
    const last = records(run.stdout).at(-1);
    expect(last).toMatchObject({ event: 'generated', rows: 16, status: 'succeeded', out });
  });

  it('masks the key where a server makes a model print it, and says how often', async () => {
    const { url } = await serve((user) => ({ text: `${user}: ${KEY}` }));
    const run = await luthier(args(url, 2), { home, env });
    expect(run.code).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toContain(KEY);
    expect(readFileSync(out, 'utf8')).toContain(': …');
    expect(run.stderr).toContain('4 keys in use stood in it and are masked.');
  });

  it('generates nothing twice when run again, and only what is missing when a value comes on', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    await luthier(args(url, 3), { home, env });
    const first = readFileSync(out, 'utf8');
    expect((await luthier(args(url, 3), { home, env })).code).toBe(0);
    expect(calls).toHaveLength(9);
    expect(readFileSync(out, 'utf8')).toBe(first);
    expect((await luthier(args(url, 4), { home, env })).code).toBe(0);
    expect(calls).toHaveLength(16);
    expect(userMessages(out)).toHaveLength(16);
  });

  it('after kill -9 in the middle has every row once, and generates no answer again that had arrived', async () => {
    let holding = true;
    const { url, calls } = await serve((user, nth) => (holding && nth > 20 ? null : { text: `about ${user}` }));
    const running = startLuthier(args(url, 6, '--concurrency', '8'), { home, env });
    await running.until((record) => record.event === 'progress' && record.done === 20);
    running.child.kill('SIGKILL');
    expect((await running.finished).signal).toBe('SIGKILL');
    expect(existsSync(out)).toBe(false);

    holding = false;
    const arrived = new Set(calls.filter((call) => call.answered).map((call) => call.user));
    expect(arrived.size).toBe(20);
    expect((await luthier(args(url, 6), { home, env })).code).toBe(0);

    const generated = calls.filter((call) => call.answered).map((call) => call.user);
    expect(generated).toHaveLength(36);
    expect(new Set(generated).size).toBe(36);
    for (const user of arrived) expect(calls.filter((call) => call.user === user)).toHaveLength(1);
    expect(new Set(userMessages(out)).size).toBe(36);
    expect(userMessages(out)).toHaveLength(36);
  });

  it('on Ctrl-C keeps what is done, writes it, says so, and ends with 130', async () => {
    const { url } = await serve((user, nth) => (nth > 10 ? null : { text: `about ${user}` }));
    const running = startLuthier(args(url, 5, '--concurrency', '4'), { home, env });
    await running.until((record) => record.event === 'progress' && record.done === 10);
    running.child.kill('SIGINT');
    const run = await running.finished;
    expect(run.code).toBe(130);
    expect(userMessages(out)).toHaveLength(10);
    expect(records(run.stdout).at(-1)).toMatchObject({ event: 'generated', rows: 10, status: 'cancelled' });
  });

  it('stops before the cap is passed, keeps what it generated, and ends with 1', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    // gpt-4o-mini: 20 tokens in at $0.15 and 50 out at $0.60 a million are $0.000033 a call, so 27 calls.
    const run = await luthier([...args(url, 6, '--cap', '0.0009', '--max-tokens', '50'), '--model', 'gpt-4o-mini'], {
      home,
      env,
    });
    expect(run.code).toBe(1);
    expect(calls.length).toBeLessThanOrEqual(27);
    expect(calls.length).toBeGreaterThan(15);
    expect(userMessages(out)).toHaveLength(calls.length);
    expect(Number(records(run.stdout).at(-1)?.costUsd)).toBeLessThanOrEqual(0.0009);
    expect(run.stderr).toMatch(/cap/i);
  });

  it('chooses the same combinations for the same seed', async () => {
    const { url } = await serve((user) => ({ text: `about ${user}` }));
    await luthier(args(url, 6, '--combinations', '7', '--seed', '11'), { home, env });
    const first = userMessages(out);
    await luthier(args(url, 6, '--combinations', '7', '--seed', '11'), { home: join(folder, 'other'), env });
    expect(first).toHaveLength(7);
    expect(userMessages(out)).toEqual(first);
  });

  it('counts how many rows each pair of values has', async () => {
    const { url } = await serve((user) => ({ text: `about ${user}` }));
    await luthier(args(url, 3, '--combinations', '4'), { home, env });
    const of = (...more: string[]) =>
      luthier(['coverage', '--template', join(folder, 'template.yaml'), ...more], { home, env });
    const map = await of('--slots', 'left,right');
    expect(map.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['left \\ right', 'r0', 'r1', 'r2'],
      ['l0', '1', '1', '1'],
      ['l1', '1', '-', '-'],
      ['l2', '-', '-', '-'],
      ['4 rows with both, 0 accepted (in brackets); 5 of 9 pairs without a row'],
      [''],
    ]);
    expect(records((await of('--slots', 'right,left', '--json')).stdout).at(-1)).toMatchObject({
      missing: 5,
      pairs: 9,
    });
    expect(await of('--slots', 'left,up')).toMatchObject({ code: 2 });
    expect(await of('--slots', 'left')).toMatchObject({ code: 2 });
  });

  it('covers with few combinations, and chooses some in which every value is as frequent', async () => {
    const { url } = await serve((user) => ({ text: `about ${user}` }));
    await luthier(args(url, 6, '--cover', '2'), { home, env });
    expect(userMessages(out)).toHaveLength(36);
    await luthier(args(url, 6, '--combinations', '12', '--stratified'), { home, env });
    const sides = userMessages(out).flatMap((user) => user.split(', '));
    for (const value of ['l0', 'l5', 'r0', 'r5']) expect(sides.filter((side) => side === value)).toHaveLength(2);
  });

  it('says what is new and what is there, and takes answers of another model as --existing says', async () => {
    const { url, calls } = await serve((user) => ({ text: `about ${user}` }));
    const of = (model: string, sides: number, ...more: string[]) =>
      args(url, sides, ...more).map((part) => (part === 'teacher' ? model : part));
    await luthier(of('teacher', 2), { home, env });
    const kept = await luthier(
      of('second', 3).filter((part) => part !== '--json'),
      { home, env },
    );
    expect(kept.stdout).toContain('5 new, 0 there, 4 by teacher\n');
    expect(kept.stdout).toContain('--existing keep|add|replace decides.\n');
    expect([calls.length, userMessages(out).length]).toEqual([9, 9]);
    const added = await luthier(of('third', 2, '--existing', 'add'), { home, env });
    expect(records(added.stdout).find(({ event }) => event === 'combinations')).toMatchObject({
      existing: 'add',
      byOthers: 4,
      toGenerate: 4,
    });
    expect([calls.length, userMessages(out).length]).toEqual([13, 8]);
    await luthier(of('third', 3, '--existing', 'replace'), { home, env });
    expect([calls.length, userMessages(out).length]).toEqual([18, 9]);
    const back = await luthier(of('teacher', 2, '--existing', 'replace'), { home, env });
    expect(records(back.stdout).find(({ event }) => event === 'combinations')).toMatchObject({ fromAside: 4 });
    expect([calls.length, userMessages(out).length, back.code]).toEqual([18, 4, 0]);
  });

  it('reports rows that failed with 1, and writes the others', async () => {
    const { url } = await serve((user) =>
      user.includes('l0') ? { status: 400, text: 'no such thing' } : { text: `about ${user}` },
    );
    const run = await luthier(args(url, 3), { home, env });
    expect(run.code).toBe(1);
    expect(userMessages(out)).toHaveLength(6);
    expect(records(run.stdout).at(-1)).toMatchObject({ event: 'generated', rows: 6 });
  });

  it('never starts from a broken template, and points at the place', async () => {
    const { url, calls } = await serve(() => ({ text: 'x' }));
    const run = args(url, 2);
    writeFileSync(
      join(folder, 'template.yaml'),
      'teacher_prompt: "{lfet}"\nstudent_prompt: "{left}"\nslots: {left: [a]}\n',
    );
    const { code, stderr } = await luthier(run, { home, env });
    expect(code).toBe(1);
    expect(stderr).toContain('lfet');
    expect(calls).toHaveLength(0);
  });

  it('lets the key into no file and no output, even when the server says it back', async () => {
    const { url } = await serve((user) =>
      user.includes('r1') ? { status: 401, text: `Incorrect API key provided: ${KEY}` } : { text: `about ${user}` },
    );
    const run = await luthier(args(url, 2), { home, env });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).not.toContain(KEY);
    expect(filesHolding(folder, KEY)).toEqual([]);
  });
});
