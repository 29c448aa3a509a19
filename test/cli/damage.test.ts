import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/domain/common/random.ts';
import { type Finished, luthier } from './support/cli.ts';
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

const generate = (sides: number, ...more: string[]): Promise<Finished> => {
  const args = [
    '--template',
    writeTemplate(folder, sides),
    '--out',
    join(folder, 'rows.jsonl'),
    '--model',
    'gpt-4o-mini',
  ];
  return luthier(['generate', ...args, ...more], { home });
};
const atServer = (): string[] => ['--base-url', server.url];
const chat = (...more: string[]): Promise<Finished> =>
  luthier(['chat', 'hello', '--model', 'gpt-4o-mini', ...more], { home });

/** That a command ended in words, without a call and without a change of the file. */
async function expectRefusal(run: () => Promise<Finished>, path: string, words: RegExp): Promise<void> {
  const calls = server.calls.length;
  const before = readFileSync(path);
  const { code, stderr } = await run();
  expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
  expect(stderr).toContain('luthier doctor --recover');
  expect(stderr).not.toMatch(/ at \S+ \(|node:/);
  expect(server.calls.length).toBe(calls);
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(home).filter((name) => name.includes('corrupt'))).toEqual([]);
}

const DAMAGE: readonly (readonly [string, (path: string) => void])[] = [
  ['overwritten', (path) => writeFileSync(path, 'not a database at all '.repeat(100))],
  ['cut to nothing', (path) => truncateSync(path, 0)],
  ['cut in its first page', (path) => truncateSync(path, 1000)],
  ['cut in the middle', (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
  ...[11, 12, 13].map((seed) => [`hit by 200 flipped bits (${seed})`, (path: string) => flipBits(path, seed)] as const),
];

function flipBits(path: string, seed: number): void {
  const random = createRandom(seed);
  const bytes = readFileSync(path);
  for (let n = 0; n < 200; n += 1) {
    const at = Math.floor(random.next() * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random.next() * 8));
  }
  writeFileSync(path, bytes);
}

describe('a damaged database', () => {
  it.each(DAMAGE)('%s buys nothing anew', async (_, damage) => {
    expect((await generate(3, ...atServer())).code).toBe(0);
    const path = join(home, 'luthier.db');
    damage(path);
    await expectRefusal(() => generate(3, ...atServer()), path, /luthier\.db is /);
  });

  it('ends every command that uses it', async () => {
    await generate(4, ...atServer());
    const rows = join(folder, 'rows.jsonl');
    const path = join(home, 'luthier.db');
    flipBits(path, 1);
    const model = ['--model', 'gpt-4o-mini', ...atServer()];
    for (const args of [
      ['chat', 'hello', ...model],
      ['eval', rows, '--grader', 'exact', ...model],
      ['train', rows, ...model],
      ['jobs', ...atServer()],
      ['spending'],
    ]) {
      await expectRefusal(() => luthier(args, { home }), path, /luthier\.db is /);
    }
  });
});

describe.each([
  [
    'settings.json',
    '{"theme": "li',
    () => chat('--provider', 'openai'),
    /settings\.json cannot be read: it is not valid JSON/,
  ],
  ['settings.json', `{"theme":"${'x'.repeat(2 ** 21)}"}`, () => chat('--provider', 'openai'), /is larger than 1 MB/],
  ['keys.json', '{"openai": ', () => chat('--provider', 'openai'), /keys\.json cannot be read: it does not hold keys/],
  [
    'keys.json',
    'x'.repeat(2 ** 21),
    () => chat('--provider', 'openai'),
    /keys\.json cannot be read: it is larger than/,
  ],
  ['prices.json', '{"models": 5}', () => chat(...atServer()), /prices\.json cannot be read: .*\(at date\)/],
  ['prices.json', '\u0000\u0001', () => generate(2, ...atServer()), /prices\.json cannot be read/],
])('a damaged %s (%#)', (name, text, run, words) => {
  it('ends a command that needs it, and is left as it is', async () => {
    await generate(1, ...atServer());
    const path = join(home, name);
    writeFileSync(path, text, { mode: 0o600 });
    await expectRefusal(run, path, words);
    rmSync(path);
    expect(existsSync(path)).toBe(false);
  });
});

it('two first starts at once wait for each other', async () => {
  for (let round = 0; round < 4; round += 1) {
    home = join(folder, `home-${round}`);
    const runs = await Promise.all([1, 2, 3].map(() => chat(...atServer())));
    expect(runs.map(({ code, stderr }) => [code, stderr.includes('locked')])).toEqual(runs.map(() => [0, false]));
  }
});
