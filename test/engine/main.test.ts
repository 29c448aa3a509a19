import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { tempHome } from './support/engine.ts';

const MAIN = fileURLToPath(new URL('../../src/engine/main.ts', import.meta.url));

/** `luthier engine ARGS`, from source. */
function run(home: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, 'engine', '--home', home, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = once(child, 'close').then(([code]) => ({ code }));
  const errors = text(child.stderr);
  const output = text(child.stdout);
  const started = once(child.stdout, 'data').then(([part]) => String(part));
  return { child, ended, errors, output, started };
}

test.each(['SIGINT', 'SIGTERM'] as const)('--json prints one line, serves, and ends well on %s', async (signal) => {
  const home = tempHome();
  const engine = run(home, ['--port', '0', '--json']);
  const { url, apiKey } = JSON.parse(await engine.started);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const client = new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
  const models = (await client.models.list()).data.map((model) => model.id);
  expect(models).toEqual(expect.arrayContaining(['practice-writer', 'practice-small']));
  engine.child.kill(signal);
  expect(await engine.ended).toEqual({ code: 0 });
  expect((await engine.output).split('\n')).toHaveLength(2);
  for (const name of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name), 'latin1')).not.toContain(apiKey);
  }
});

test('a person sees what it is and how to use it, without the key they gave', async () => {
  const engine = run(tempHome(), ['--port', '0', '--base', 'org/None'], { LUTHIER_ENGINE_KEY: 'sk-mine' });
  const told = await engine.started;
  expect(told).toContain('practice engine');
  expect(told).not.toContain('sk-mine');
  const url = /http:\S+/.exec(told)?.[0] ?? '';
  const models = await fetch(`${url}/models`, { headers: { authorization: 'Bearer sk-mine' } });
  expect(models.status).toBe(200);
  engine.child.kill('SIGTERM');
  expect(await engine.errors).toBe(
    '! The base model org/None is not whole on this machine: luthier models pull org/None.\n',
  );
});

test('an engine nobody asks for ends by itself', async () => {
  const engine = run(tempHome(), ['--port', '0', '--json', '--idle-exit', '1']);
  expect(await engine.ended).toEqual({ code: 0 });
});

test('a home that was removed before the engine got to it stays removed', async () => {
  const home = tempHome();
  const gone = join(home, 'gone', 'engine');
  const engine = run(gone, ['--existing-home', '--port', '0', '--json']);
  expect(await engine.ended).toEqual({ code: 1 });
  expect([await engine.output, await engine.errors]).toEqual([
    '',
    `The engine could not start: its home ${gone} was removed.\n`,
  ]);
  expect(existsSync(join(home, 'gone'))).toBe(false);
});

test.each(['pipe', 'file'] as const)(
  'a fault told to a %s is a sentence, with where it was only in a log file',
  async (kind) => {
    const home = tempHome();
    const log = join(tempHome(), 'engine.log');
    const file = kind === 'file' ? openSync(log, 'w') : null;
    const args = [MAIN, 'engine', '--home', home, '--port', '0', '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', file ?? 'pipe'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    if (file !== null) closeSync(file);
    if (child.stdout === null) throw new Error('no output');
    const said = child.stderr === null ? null : text(child.stderr);
    const [line] = await once(child.stdout, 'data');
    const { url, apiKey } = JSON.parse(String(line));
    // An upload finds a file where the folder for it was.
    for (const folder of ['files', 'tmp']) {
      rmSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder), '');
    }
    const body = new FormData();
    body.set('purpose', 'fine-tune');
    body.set('file', new Blob(['{"messages":[]}\n']), 'rows.jsonl');
    const answer = await fetch(`${url}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body,
    });
    expect(answer.status).toBe(500);
    child.kill('SIGTERM');
    await once(child, 'close');
    const words = said === null ? readFileSync(log, 'utf8') : await said;
    expect(words).toMatch(/^The engine failed at a request: .*ENOTDIR/);
    expect(words.trimEnd().split('\n').length > 1).toBe(kind === 'file');
  },
);

test('usage errors end with 2, a port that is taken with 1 and advice', async () => {
  const wrong = run(tempHome(), ['--port', 'x']);
  expect(await wrong.ended).toEqual({ code: 2 });
  expect(await wrong.errors).toContain('whole number from 0 to 65535');
  const blocker = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    blocker.close();
  });
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const second = run(tempHome(), ['--port', port]);
  expect(await second.ended).toEqual({ code: 1 });
  expect(await second.errors).toContain('--port 0');
});

test('an engine goes on when nobody reads what it says', async () => {
  const child = spawn(process.execPath, [MAIN, 'engine', '--home', tempHome(), '--port', '0', '--idle-exit', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const errors = text(child.stderr);
  const [code] = await once(child, 'exit');
  expect([code, await errors]).toEqual([0, '']);
});
