import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { countingServer } from '../cli/support/server.ts';
import { repository } from '../harness/pty.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';

const run = promisify(execFile);
const Packed = z.array(
  z.object({ filename: z.string(), unpackedSize: z.number(), files: z.array(z.object({ path: z.string() })) }),
);
const Manifest = z.looseObject({ version: z.string() });

const folder = mkdtempSync(join(tmpdir(), 'luthier-package-'));
const installed = join(folder, 'node_modules/luthier');
const luthier = join(folder, 'node_modules/.bin/luthier');
// Node as the tests have it, and nothing else of the clone: what the package needs must be in the package.
const env = { ...process.env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
const manifest = () => Manifest.parse(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')));
let packed: z.infer<typeof Packed>[number] | undefined;

// What `npm pack` and `npm install` do for a person, with no network and without building again what the tests run on.
beforeAll(async () => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: repository });
  [packed] = Packed.parse(JSON.parse(stdout));
  const install = ['install', '--offline', '--no-save', join(folder, packed?.filename ?? 'none')];
  await run('npm', install, { cwd: folder, env: { ...process.env, npm_config_prefix: folder } });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('holds what runs and nothing else: no sources, no tests, no Node, no library to install', () => {
  const elsewhere = packed?.files.filter(
    ({ path }) =>
      !/^(bin\/luthier\.js|dist\/.+\.js|dist\/LICENSES\.txt|dist\/\w+\.pairs|examples\/.+|runner\/luthier_runner\/\w+\.py|runner\/pyproject\.toml|README\.md|LICENSE|package\.json)$/.test(
        path,
      ),
  );
  expect(elsewhere).toEqual([]);
  expect(readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')).toMatch(
    /^ink \d[\s\S]*^openai \d[\s\S]*^zustand \d/m,
  );
  expect(packed?.unpackedSize).toBeLessThan(15e6);
  expect(manifest()).not.toHaveProperty('dependencies');
  expect(manifest()).not.toHaveProperty('optionalDependencies');
});

it('says its version and goes the whole way from rows to answers without a clone around it', async () => {
  const { stdout: version } = await run(luthier, ['--version'], { cwd: folder, env });
  expect(version.trim()).toBe(manifest().version);
  const example = join(installed, 'examples/dnd.yaml');
  const { stdout } = await run(luthier, ['run', example, '--demo'], {
    cwd: folder,
    env: { ...env, LUTHIER_HOME: newHome() },
  });
  expect(stdout).toContain('mermaid, monk, sling, crab');
}, 120_000);

it('opens the app, which finds an action by a few of its letters', async () => {
  const app = await openApp({ command: luthier, cwd: folder, env: { PATH: env.PATH } });
  await see(app, '› Home');
  app.press(':');
  await see(app, 'Commands');
  app.type('nxt thm');
  await see(app, /❯ Settings: Next theme/);
  app.press('escape');
  await quit(app);
});

it('grades by a JSON schema', async () => {
  const [file, schema] = [join(folder, 'rows.jsonl'), join(folder, 'schema.json')];
  const messages = [
    { role: 'user', content: 'How many?' },
    { role: 'assistant', content: '{"count": 3}' },
  ];
  writeFileSync(file, `${JSON.stringify({ messages })}\n`);
  writeFileSync(schema, JSON.stringify({ type: 'object', required: ['count'] }));
  const server = await countingServer(() => ({ text: '{"count": 4}' }));
  try {
    const args = ['eval', file, '--base-url', server.url, '--model', 'm', '--grader', `json-schema:${schema}`];
    const { stdout } = await run(luthier, args, { cwd: folder, env: { ...env, LUTHIER_HOME: newHome() } });
    expect(stdout).toMatch(/100(\.0)?%/);
  } finally {
    await server.close();
  }
});
