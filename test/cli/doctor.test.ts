import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder, writeTemplate } from './support/folder.ts';
import { type CountingServer, countingServer } from './support/server.ts';

let folder = '';
let home = '';
let server: CountingServer;

beforeEach(async () => {
  folder = temporaryFolder();
  home = join(folder, 'home');
  server = await countingServer(async (user) => ({ text: `about ${user}` }));
});
afterEach(async () => {
  await server.close();
  removeFolder(folder);
});

const generate = (out: string) => {
  const args = ['--template', writeTemplate(folder, 4), '--out', join(folder, out), '--model', 'gpt-4o-mini'];
  return luthier(['generate', ...args, '--base-url', server.url], { home });
};
const doctor = (...more: string[]) => luthier(['doctor', ...more], { home });
const path = (name: string): string => join(home, name);

describe('luthier doctor', () => {
  it('finds nothing wrong with an empty folder, makes none, and nothing with one that is in use', async () => {
    const before = await doctor();
    expect([before.code, before.stderr]).toEqual([0, '']);
    expect(before.stdout.match(/^✓ /gm)).toHaveLength(8);
    expect(before.stdout).toContain('✓ terminal: this is none');
    expect(() => readdirSync(home)).toThrow('ENOENT');
    await generate('rows.jsonl');
    const after = await doctor('--json');
    expect(after.code).toBe(0);
    const checks = records(after.stdout);
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual(
      [
        ...['data folder', 'disk', 'database', 'settings and projects', 'keys', 'prices', 'engine'],
        ...['provider OpenAI', 'terminal'],
      ].map((name) => [name, true]),
    );
    expect(checks[7]?.text).toBe(
      'no key, so it was not asked; to use it, set OPENAI_API_KEY, or type one in Settings (8), a',
    );
    expect(checks[2]?.text).toMatch(/^sound, .*, 16 rows, 0 jobs$/);
  });

  it('asks each provider that could be used, and says which does not answer and what to do', async () => {
    const models = createServer((_, answer) => {
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ object: 'list', data: [{ id: 'one', object: 'model' }] }));
    });
    await once(models.listen(0, '127.0.0.1'), 'listening');
    const { port } = z.object({ port: z.number() }).parse(models.address());
    for (const [name, url] of [
      ['here', `http://127.0.0.1:${port}/v1`],
      ['gone', 'http://127.0.0.1:9/v1'],
    ] as const)
      await luthier(['providers', 'add', name, '--preset', 'other', '--base-url', url], { home });
    const { code, stdout } = await doctor();
    models.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ provider here: answers, \d+ models?; needs no key$/m);
    expect(stdout).toMatch(/^✗ provider gone: .*\n {2}Look at its address and key: luthier providers test gone\.$/m);
  });

  it.each([
    ['luthier.db', 'database', 'x'.repeat(5000)],
    ['settings.json', 'settings and projects', '{"theme"'],
    ['projects/p.json', 'settings and projects', '{"theme"'],
    ['keys.json', 'keys', '[1]'],
    ['prices.json', 'prices', '{"models": 1}'],
  ])('says that %s is damaged, by exit code too, and changes nothing', async (name, check, text) => {
    await generate('rows.jsonl');
    rmSync(path(name), { force: true });
    mkdirSync(path('projects'), { recursive: true });
    writeFileSync(path(name), text, { mode: 0o600 });
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^✗ ${check}: .*${name.replace(/.*\//, '').replace('.', '\\.')}.*\n  .*--recover`, 'm'),
    );
    expect(stdout.match(/^✗ /gm)).toHaveLength(1);
    expect(readFileSync(path(name), 'utf8')).toBe(text);
    const mended = await doctor('--recover');
    expect([mended.code, mended.stdout]).toEqual([0, expect.stringContaining(`${name.replace(/.*\//, '')}.corrupt-`)]);
    expect((await doctor()).code).toBe(0);
  });

  it.skipIf(process.getuid?.() === 0)('says that the folder cannot be written', async () => {
    await generate('rows.jsonl');
    chmodSync(home, 0o500);
    const { code, stdout } = await doctor();
    chmodSync(home, 0o700);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^✗ data folder: .* cannot be used: it is not yours to use/m),
    ]);
  });
});

it('a damaged database is recovered, and nothing that was saved is bought again', async () => {
  await generate('rows.jsonl');
  expect(server.calls).toHaveLength(16);
  const bytes = readFileSync(path('luthier.db'));
  writeFileSync(path('luthier.db'), bytes.fill(0x41, 0, 100));
  expect((await generate('again.jsonl')).code).toBe(1);
  const { code, stdout } = await doctor('--recover');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/rows: 16 saved\n[\s\S]*The damaged one is kept as .*corrupt-/),
  ]);
  expect((await generate('again.jsonl')).code).toBe(0);
  expect(server.calls).toHaveLength(16);
  expect(readFileSync(join(folder, 'again.jsonl'), 'utf8')).toBe(readFileSync(join(folder, 'rows.jsonl'), 'utf8'));
});
