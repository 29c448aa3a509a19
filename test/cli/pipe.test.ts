import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { luthier, startLuthier } from './support/cli.ts';
import { writeTemplate } from './support/folder.ts';

const launcher = fileURLToPath(new URL('../../bin/luthier.js', import.meta.url));

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'luthier-pipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return { folder, home: join(folder, 'home') };
}

/** A chat server that takes a moment for each answer and counts those it has sent. Calls after the first `freely` wait for `goOn`. */
async function startServer(freely = Number.POSITIVE_INFINITY) {
  const seen = { asked: 0, answered: 0 };
  const { promise: released, resolve: goOn } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    request.resume();
    seen.asked += 1;
    if (seen.asked > freely) await released;
    await setTimeout(20);
    if (response.destroyed) return;
    seen.answered += 1;
    const message = { role: 'assistant', content: 'An answer.' };
    const usage = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return { seen, goOn, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1` };
}

const line = (n: number): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: `q${n}` },
      { role: 'assistant', content: `a${n}` },
    ],
  });

describe('a reader who has enough', () => {
  it('ends a generation: what is under way is finished and kept, nothing is asked twice, and the exit code tells', async () => {
    const { folder, home } = open();
    const { url, seen, goOn } = await startServer(8);
    writeTemplate(folder, 20);
    const args = ['generate', '--template', 'template.yaml', '--out', 'o.jsonl', '--base-url', url, '--model', 'm'];
    const { child, until, finished } = startLuthier([...args, '--concurrency', '4', '--json'], { home, cwd: folder });
    await until((record) => record.event === 'progress' && Number(record.done) > 0);
    child.stdout?.destroy();
    goOn();
    const { code, stderr } = await finished;
    expect(code).toBe(141);
    expect(stderr).not.toMatch(/^\s+at |EPIPE/m);
    const rows = readFileSync(join(folder, 'o.jsonl'), 'utf8').trimEnd().split('\n').length;
    expect(rows).toBeLessThan(400);
    expect([seen.asked, seen.answered]).toEqual([rows, rows]);
    const whole = await luthier([...args, '--concurrency', '50'], { home, cwd: folder });
    expect([whole.code, seen.asked]).toEqual([0, 400]);
  });

  const server = ['--base-url', 'SERVER', '--model', 'm'];
  const commands = [
    ['--help'],
    ['--version'],
    ['nonsense'],
    ['check', 's.jsonl'],
    ['import', 's.jsonl', '--out', 'o.jsonl'],
    ['split', 's.jsonl', '--train', '6', '--out-train', 't.jsonl', '--out-validation', 'v.jsonl'],
    ['eval', 's.jsonl', '--grader', 'exact', ...server],
    ['generate', '--template', 'template.yaml', '--out', 'g.jsonl', ...server],
    ['chat', 'Hello', ...server],
    ['jobs', '--base-url', 'SERVER'],
    ['files', '--base-url', 'SERVER'],
    ['wandb', 'list'],
  ];
  const cases = commands.flatMap((args) =>
    (['stdout', 'stderr'] as const).map((closed) => ({ closed, args, name: args.slice(0, 2).join(' ') })),
  );

  it.each(cases)(
    'is never told that all went well, and sees no stack: $name without $closed',
    async ({ closed, args }) => {
      const { folder, home } = open();
      const { url } = await startServer();
      writeFileSync(join(folder, 's.jsonl'), Array.from({ length: 12 }, (_, n) => `${line(n)}\n`).join(''));
      writeTemplate(folder, 2);
      const given = args.map((word) => (word === 'SERVER' ? url : word));
      const child = spawn(process.execPath, [launcher, ...given], {
        env: { ...process.env, LUTHIER_HOME: home, WANDB_MODE: 'disabled' },
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child[closed].destroy();
      let said = '';
      child[closed === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const [code] = await once(child, 'close');
      expect(said).not.toMatch(/^\s+at |EPIPE/m);
      // One that says nothing there lost nothing.
      if (closed === 'stdout' && args[0] !== 'nonsense') expect(code).not.toBe(0);
      if (args[0] === 'import')
        expect(readFileSync(join(folder, 'o.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(12);
    },
  );

  it.skipIf(!existsSync('/dev/full'))('is told in words where the disk behind the output is full', async () => {
    const { folder, home } = open();
    const child = spawn('sh', ['-c', `"${process.execPath}" "${launcher}" --help > /dev/full`], {
      env: { ...process.env, LUTHIER_HOME: home },
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([1, '✗ The output cannot be written: the disk is full.\n']);
  });
});
