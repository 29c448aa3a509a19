import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startLuthier } from '../../cli/support/cli.ts';
import { chunk, head, type RawServer, rawServer } from '../../services/http/raw-server.ts';
import { MODEL } from '../support/books.ts';
import { randomOf } from '../support/random.ts';
import { generateArgs, inPlace, type Place, surroundingsIn } from '../support/work.ts';
import { type Promises, promises, type Scenario } from '../verdict.ts';

const message = { role: 'assistant', content: 'An answer that was paid for.' };
const usage = { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 };
const choices = [{ index: 0, message, finish_reason: 'stop' }];
const ANSWER = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: MODEL, choices, usage });
const length = (bytes: number): string => `content-length: ${bytes}`;
const page = (status: string): string => {
  const html = '<html><title>Welcome to the gateway</title><body>It works!</body></html>';
  return `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\n${length(html.length)}\r\n\r\n${html}`;
};
const BOMB = gzipSync(Buffer.alloc(100_000_000, ' '));

/** Writes a piece every so often, as long as somebody listens. */
function every(ms: number, socket: Socket, piece: string): void {
  const timer = setInterval(() => socket.write(piece), ms);
  socket.on('close', () => clearInterval(timer));
}

interface Fault {
  readonly answer: (socket: Socket) => void;
  /** Whether what is wrong comes after an answer that is whole. */
  readonly whole: boolean;
  /** How often one call may be asked: twice where it may have been billed. */
  readonly atMost: number;
}

const told = (atMost: number, answer: Fault['answer']): Fault => ({ answer, whole: false, atMost });
const kept = (answer: Fault['answer']): Fault => ({ answer, whole: true, atMost: 1 });

const FAULTS: Readonly<Record<string, Fault>> = {
  'silent before its first byte': told(2, () => undefined),
  'silent in the middle of a body': told(2, (socket) => socket.write(`${head(length(999))}${ANSWER.slice(0, 40)}`)),
  'dripping a byte at a time': told(2, (socket) => {
    socket.write(head(length(100_000)));
    every(50, socket, ' ');
  }),
  'that only pings': told(2, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n');
    every(50, socket, ': ping\n\n');
  }),
  'with stray bytes after its body': kept((socket) =>
    socket.write(`${head(length(ANSWER.length))}${ANSWER}\r\nstray bytes\r\n`),
  ),
  'without its last chunk': kept((socket) => socket.end(`${head('transfer-encoding: chunked')}${chunk(ANSWER)}`)),
  'that resets after its body': kept((socket) => {
    socket.write(`${head()}${ANSWER}`, () => socket.resetAndDestroy());
  }),
  'that resets in its body': told(2, (socket) => {
    socket.write(`${head(length(ANSWER.length))}${ANSWER.slice(0, -9)}`, () => socket.resetAndDestroy());
  }),
  'that answers with a page': told(2, (socket) => socket.end(page('200 OK'))),
  'that answers null': told(2, (socket) => socket.end(`${head(length(4))}null`)),
  'with a gzip bomb': told(2, (socket) => {
    socket.write(head(length(BOMB.length), 'content-encoding: gzip'));
    socket.write(BOMB);
  }),
  'with a body that never ends': told(2, (socket) => {
    socket.write(head());
    const piece = 'x'.repeat(65_536);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
  }),
  'that speaks no HTTP': told(2, (socket) => socket.end('220 mail.example ESMTP\r\n')),
  'that sends calls on elsewhere': told(1, (socket) =>
    socket.end(`HTTP/1.1 307 There\r\nlocation: http://127.0.0.1:1/v1\r\n${length(0)}\r\n\r\n`),
  ),
};

/** No call may take longer, whatever the server does; a machine with other work starts a process late. */
const LIMITS = ['--timeout', '3', '--timeout-first', '1', '--timeout-between', '1'];
const MOST_MS = 45_000;

const posts = ({ heard }: RawServer): number => heard.filter((request) => request.startsWith('POST')).length;

/** One fault in the way of one command: how often it asked. */
async function face(name: string, place: Place, command: readonly string[], { hold }: Promises): Promise<number> {
  const { answer, whole, atMost } = FAULTS[name] ?? told(0, () => undefined);
  const server = await rawServer(answer);
  try {
    const what = `${command[0]} at a server ${name}`;
    const started = performance.now();
    const args = [...command, '--base-url', server.url, ...LIMITS];
    const running = startLuthier(args, surroundingsIn(place));
    const limit = setTimeout(() => running.child.kill('SIGKILL'), MOST_MS);
    const { code, stdout, stderr } = await running.finished;
    clearTimeout(limit);
    const ms = performance.now() - started;
    const asked = posts(server);
    const isCall = command[0] !== 'jobs';
    hold(ms < MOST_MS, `${what} took ${Math.round(ms / 1000)} s`);
    hold(!isCall || asked <= atMost, `${what} asked ${asked} times`);
    hold(!whole || !isCall || code === 0, `${what} did not keep an answer: ${stderr.slice(-300)}`);
    hold(whole || code === 1, `${what} ended with ${code}: ${stdout.slice(-200)}`);
    hold(code === 0 || /✗ .{10,}/.test(stderr), `${what} says nothing: ${stderr.slice(-300)}`);
    hold(!/^\s+at |TypeError|ZodError|undefined/m.test(stderr), `${what} says ${stderr.slice(-300)}`);
    return isCall ? asked : 0;
  } finally {
    await server.close();
  }
}

/** `generate`, `chat` and `jobs` against servers that do it all wrong: each ends in words within its limits. */
export const serversFaulty: Scenario = async ({ times, seed }) => {
  const [found, random] = [promises(), randomOf(seed)];
  const names = Object.keys(FAULTS)
    .map((name) => ({ name, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, times);
  let asked = 0;
  for (const { name } of names) {
    const faced = await Promise.all([
      inPlace((place) => face(name, place, generateArgs(place, 'http://127.0.0.1:1/v1', 1, 1), found)),
      inPlace((place) => face(name, place, ['chat', '--model', MODEL, 'Hello'], found)),
      inPlace((place) => face(name, place, ['jobs'], found)),
    ]);
    asked += faced.reduce((sum, one) => sum + one, 0);
  }
  const calls = { asked, again: asked - 2 * names.length, againAtMost: 2 * names.length };
  const what = 'faulty servers: generate, chat, jobs';
  return { what, done: `${names.length} faults`, calls, lost: 0, paidTwice: 0, broken: found.broken };
};
