import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { withoutSecrets } from '../../domain/common/environment.ts';
import { parseJson } from '../../domain/common/json.ts';
import { redactKeys } from '../../domain/text/sanitize.ts';
import { ownEngineCommand } from './launcher.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Why the engine's home could not be worked on, and what to do about it. */
export class OfflineRefusal extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'OfflineRefusal';
    this.next = next;
  }
}

const lastSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), message: z.string(), next: z.string() }),
]);

/** The last lines of what it said to people, where it ended without a word. */
const KEPT = 12;

/**
 * Has the engine do one thing to a home without serving (`luthier engine offline`), and gives what it said of it. Throws
 * OfflineRefusal, and the signal's reason once it has ended.
 */
export async function askOffline<T>(
  request: object,
  schema: z.ZodType<T>,
  { env, signal }: { readonly env: Env; readonly signal: AbortSignal },
): Promise<T> {
  signal.throwIfAborted();
  const [program, ...args] = ownEngineCommand().argv;
  const child = spawn(program, [...args, 'offline'], {
    env: withoutSecrets(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C reaches the command, which asks this to end.
    detached: true,
    windowsHide: true,
  });
  const stop = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let last: z.output<typeof lastSchema> | null = null;
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const read = lastSchema.safeParse(parseJson(line));
    if (read.success) last = read.data;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > KEPT) said.shift();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(request));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('error', reject);
  child.once('close', () => resolve());
  await promise.finally(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  return resultOf(last, schema, said);
}

function resultOf<T>(last: z.output<typeof lastSchema> | null, schema: z.ZodType<T>, said: readonly string[]): T {
  if (last?.kind === 'failed') throw new OfflineRefusal(last.message, last.next);
  if (last?.kind === 'done') return schema.parse(last);
  throw new OfflineRefusal(redactKeys(`The engine ended without a word.\n${said.join('\n')}`.trim()), '');
}
