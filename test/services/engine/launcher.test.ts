import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { createEngineLauncher, ownEngineCommand } from '../../../src/services/engine/launcher.ts';
import { isAlive } from '../../../src/services/engine/start.ts';
import { fakeCommand } from './fake-command.ts';

function place() {
  const root = mkdtempSync(join(tmpdir(), 'luthier-engine-'));
  const starts = join(root, 'starts');
  const pids = () => (existsSync(starts) ? readFileSync(starts, 'utf8').trim().split('\n').map(Number) : []);
  onTestFinished(() => {
    for (const pid of pids().filter(isAlive)) process.kill(pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  return { home: join(root, 'home'), starts, pids };
}

async function ask(engine: { readonly url: string; readonly apiKey: string }): Promise<unknown> {
  const response = await fetch(`${engine.url}/models`, { headers: { authorization: `Bearer ${engine.apiKey}` } });
  expect(response.status).toBe(200);
  return response.json();
}

const failureOf = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`Not a ProviderError: ${String(error)}`);
};

it('starts an engine once for all who ask, and finds it again', async () => {
  const { home, starts, pids } = place();
  const launcher = createEngineLauncher({ home, command: fakeCommand(starts) });
  const [one, two] = await Promise.all([launcher.ensure(), launcher.ensure(new AbortController().signal)]);
  expect(two).toEqual(one);
  expect(await launcher.ensure()).toEqual(one);
  expect(await createEngineLauncher({ home, command: fakeCommand(starts) }).ensure()).toEqual(one);
  expect(pids()).toHaveLength(1);
  expect(statSync(join(home, 'engine', 'engine.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(home, 'engine'))).toEqual(['engine.json']);
  await launcher.stop();
  expect(pids().filter(isAlive)).toEqual([]);
});

it('tells the engine its home, and keeps the keys of providers from it', async () => {
  const { home, starts } = place();
  vi.stubEnv('OPENAI_API_KEY', 'sk-not-for-the-engine');
  const engine = await createEngineLauncher({ home, command: fakeCommand(starts) }).ensure();
  expect(await ask(engine)).toEqual({
    key: null,
    mode: 'production',
    flags: ['--port', '0', '--json', '--home', join(home, 'engine'), '--existing-home', '--idle-exit', '60'],
  });
});

it('starts one engine for several processes that ask at once', async () => {
  const { home, starts, pids } = place();
  const script = fileURLToPath(new URL('ensure.process.ts', import.meta.url));
  const runs = await Promise.all(
    [1, 2, 3].map(() => promisify(execFile)(process.execPath, [script, home, starts], { encoding: 'utf8' })),
  );
  expect(new Set(runs.map((run) => run.stdout)).size).toBe(1);
  expect(pids()).toHaveLength(1);
  const found = await createEngineLauncher({ home, command: fakeCommand(starts) }).ensure();
  expect(found.url).toBe(runs[0]?.stdout);
});

it('replaces an engine that died, one of another version, and a record that is none', async () => {
  const { home, starts, pids } = place();
  const launcher = createEngineLauncher({ home, command: fakeCommand(starts) });
  const first = await launcher.ensure();
  const [pid = 0] = pids();
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000, interval: 5 });
  const second = await launcher.ensure();
  expect(second.url).not.toBe(first.url);
  const updated = createEngineLauncher({ home, command: fakeCommand(starts, 'ok', '2') });
  expect((await updated.ensure()).url).not.toBe(second.url);
  writeFileSync(join(home, 'engine', 'engine.json'), '{"url":"http://example.com:80/v1","apiKey":"k","pid":1}');
  await ask(await updated.ensure());
  expect(pids()).toHaveLength(4);
});

it('does not take another server on the port for the engine', async () => {
  const { home, starts, pids } = place();
  const launcher = createEngineLauncher({ home, command: fakeCommand(starts) });
  await launcher.ensure();
  const other = createServer((_, response) => response.writeHead(401).end());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    other.close();
  });
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : null;
  const path = join(home, 'engine', 'engine.json');
  const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...Object(record), url: `http://127.0.0.1:${port}/v1` }));
  await ask(await launcher.ensure());
  expect(pids()).toHaveLength(2);
});

it('goes on after a process that died while it was starting an engine', async () => {
  const { home, starts, pids } = place();
  const dead = await promisify(execFile)(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
  const launcher = createEngineLauncher({ home, command: fakeCommand(starts) });
  await launcher.ensure();
  await launcher.stop();
  writeFileSync(join(home, 'engine', 'start.lock'), dead.stdout.trim());
  await ask(await launcher.ensure());
  expect(pids()).toHaveLength(2);
});

it('says why an engine did not start, without its key, and can try again', async () => {
  const { home, starts } = place();
  const failing = createEngineLauncher({ home, command: fakeCommand(starts, 'fail') });
  const error = await failureOf(failing.ensure());
  expect(error.message).toMatch(/did not start: it ended with exit code 3\.\nSomething is missing/);
  expect(error.message).not.toContain('fake-engine-key');
  expect(existsSync(join(home, 'engine', 'start.lock'))).toBe(false);
  await ask(await createEngineLauncher({ home, command: fakeCommand(starts) }).ensure());
});

it('ends an engine that says nothing', async () => {
  const { home, starts, pids } = place();
  const silent = createEngineLauncher({ home, command: fakeCommand(starts, 'silent'), startTimeoutMs: 1500 });
  expect((await failureOf(silent.ensure())).message).toContain('it said nothing in 1.5 s');
  await vi.waitUntil(() => pids().every((pid) => !isAlive(pid)), { timeout: 10_000, interval: 5 });
});

it('says that a program is missing', async () => {
  const { home } = place();
  const launcher = createEngineLauncher({ home, command: { argv: [join(home, 'nothing')], version: '1' } });
  expect((await failureOf(launcher.ensure())).message).toContain('ENOENT');
});

it('lets a caller leave without taking the engine from the others', async () => {
  const { home, starts, pids } = place();
  const launcher = createEngineLauncher({ home, command: fakeCommand(starts) });
  const leaving = new AbortController();
  const [left, stayed] = [failureOf(launcher.ensure(leaving.signal)), launcher.ensure()];
  leaving.abort();
  expect((await left).kind).toBe('cancelled');
  await ask(await stayed);
  expect((await failureOf(launcher.ensure(leaving.signal))).kind).toBe('cancelled');
  expect(pids()).toHaveLength(1);
});

it('knows how to start itself as an engine, from source and from the bundle', () => {
  const fromSource = ownEngineCommand();
  const root = new URL('../../../', import.meta.url);
  const fromBundle = ownEngineCommand(new URL('dist/app.js', root).href);
  expect(fromBundle).toEqual(fromSource);
  expect(fromSource.argv.slice(1)).toEqual([fileURLToPath(new URL('bin/luthier.js', root)), 'engine']);
  expect(fromSource.version).toMatch(/^\d+\.\d+\.\d+\+\d+$/);
});
