import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** A Chromium of this machine; null where there is none. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return found ?? null;
}

const answerSchema = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

/** One page in a headless Chromium that is spoken to in the DevTools protocol over pipes: no port, no script in the page. */
export interface Page {
  /** Sends a command to the page; gives what it answers. */
  call(method: string, params?: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** The value of an expression, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openPage(chromium: string, url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'luthier-chromium-'));
  const child = spawn(
    chromium,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, (answer: z.infer<typeof answerSchema>) => void>();
  const loaded = Promise.withResolvers<void>();
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const answer = answerSchema.parse(JSON.parse(part));
      if (answer.method === 'Page.loadEventFired') loaded.resolve();
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
    }
  });
  let ids = 0;
  let sessionId: string | null = null;
  const call = async (method: string, params: Readonly<Record<string, unknown>> = {}) => {
    ids += 1;
    const id = ids;
    const { promise, resolve } = Promise.withResolvers<z.infer<typeof answerSchema>>();
    waiting.set(id, resolve);
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId === null ? {} : { sessionId }) })}\0`);
    const answer = await promise;
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result ?? {};
  };
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const attached = await call('Target.attachToTarget', { targetId, flatten: true });
  sessionId = String(attached.sessionId);
  await call('Page.enable');
  await call('Page.navigate', { url });
  await loaded.promise;
  return {
    call,
    evaluate: async (expression) => {
      const { result } = await call('Runtime.evaluate', { expression, returnByValue: true });
      return z.object({ value: z.unknown() }).parse(result).value;
    },
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
