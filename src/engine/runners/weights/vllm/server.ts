import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isRecord, type JsonRecord } from '../../../../domain/common/json.ts';
import { ModelUnavailable } from '../../types.ts';
import { type RunnerChild, startChild } from '../child.ts';
import type { RunnerPython } from '../python.ts';

/** vLLM, answering for one base and whatever adapters are loaded onto it. */
export interface VllmServer {
  /** Ranks of adapters up to this can be loaded; 0 for none. */
  readonly maxRank: number;
  /** Tokens that end an answer, as this base's chat template writes them. */
  readonly endTokens: readonly number[];
  /** Sends JSON with the server's own key. Throws ModelUnavailable where it is gone, and the signal's reason. */
  post(path: string, body: object, signal?: AbortSignal): Promise<Response>;
  /** Resolves when it is gone, to why where it said so. */
  readonly ended: Promise<string | null>;
  /**
   * After a connection that broke off: waits a little for its end, so that the next question starts another and does not reach
   * one that is ending. Resolves to why it ended where it said so.
   */
  whyCut(): Promise<string | null>;
  close(): Promise<void>;
}

export interface VllmWish {
  readonly python: RunnerPython;
  /** Folder of the base. */
  readonly base: string;
  readonly maxRank: number;
  readonly log: string;
}

/** vLLM does not answer, or is not there: why, in words. */
export class NoVllm extends Error {
  /** Whether it is not installed, so that another base would fare no better. */
  readonly missing: boolean;

  constructor(message: string, missing: boolean) {
    super(message);
    this.name = 'NoVllm';
    this.missing = missing;
  }
}

/** What the base is called there; adapters have names of their own. */
export const BASE_NAME = 'base';

/** Adapters that are computed with at once, and that are kept ready in memory. */
const MAX_LORAS = 4;
export const MAX_ADAPTERS = 32;

/** Large models take minutes to load and compile. */
const START_MS = 30 * 60_000;
const LOOK_MS = 100;
/** The runner's own process gives vLLM ten seconds. */
const GOODBYE_MS = 15_000;
/** From a connection that broke off to the end of the process behind it. */
const ENDING_MS = 5_000;

const failed = z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() });
const said = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), end_tokens: z.array(z.int()) }),
  failed,
]);

/**
 * Starts it and waits until it answers. Throws NoVllm where it is not installed or does not come up, and the signal's reason. Its key
 * is drawn for this one process, and given to it where other users of the machine cannot read it.
 */
export async function startVllm(wish: VllmWish, signal: AbortSignal): Promise<VllmServer> {
  const key = randomBytes(24).toString('base64url');
  const port = await freePort();
  const heard: { endTokens: readonly number[]; failure: z.output<typeof failed> | null } = {
    endTokens: [],
    failure: null,
  };
  const onLine = (line: JsonRecord): void => {
    const read = said.safeParse(line);
    if (!read.success) return;
    if (read.data.kind === 'started') heard.endTokens = read.data.end_tokens;
    else heard.failure = read.data;
  };
  const args = ['vllm', '--base', wish.base, '--', ...wordsOf(wish, port)];
  const child = await startChild(wish.python, { args, log: wish.log, env: envOf(key), onLine });
  const ended = child.ended.then(() => heard.failure?.message ?? null);
  const post = (path: string, body: object | null, by?: AbortSignal): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === null ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      ...(by === undefined ? {} : { signal: by }),
    });
  try {
    await answering(() => post('/v1/models', null, AbortSignal.timeout(5000)), child, signal);
  } catch (error) {
    await goodbye(child);
    const { failure } = heard;
    if (failure !== null && !signal.aborted) throw new NoVllm(failure.message, failure.code === 'missing_package');
    throw error;
  }
  const whyCut = (): Promise<string | null> => Promise.race([ended, sleep(ENDING_MS, null, { ref: false })]);
  const asked: VllmServer['post'] = (path, body, by) =>
    post(path, body, by).catch(async (error: unknown) => {
      if (by?.aborted) throw error;
      throw goneError('vLLM has ended.', await whyCut());
    });
  return { maxRank: wish.maxRank, endTokens: heard.endTokens, post: asked, ended, whyCut, close: () => goodbye(child) };
}

/** That it is gone, and why where that is known. */
export const goneError = (what: string, why: string | null): ModelUnavailable =>
  new ModelUnavailable('runner_died', [what, ...(why === null ? [] : [why]), 'Ask again.'].join(' '));

/** The base's own sampling settings are left out, as the runner leaves them out; contents are texts, as they were in training. */
const wordsOf = ({ base, maxRank }: VllmWish, port: number): readonly string[] => [
  base,
  ...['--served-model-name', BASE_NAME, '--host', '127.0.0.1', '--port', String(port)],
  ...['--generation-config', 'vllm', '--chat-template-content-format', 'string'],
  ...(maxRank === 0 ? [] : ['--enable-lora', '--max-lora-rank', String(maxRank), '--max-loras', String(MAX_LORAS)]),
  ...(maxRank === 0 ? [] : ['--max-cpu-loras', String(MAX_ADAPTERS)]),
];

/** What is asked is nobody else's business: prompts stay out of the log, and nothing is reported. */
const envOf = (key: string): Readonly<Record<string, string>> => ({
  VLLM_API_KEY: key,
  VLLM_ALLOW_RUNTIME_LORA_UPDATING: 'True',
  VLLM_NO_USAGE_STATS: '1',
  DO_NOT_TRACK: '1',
  VLLM_LOGGING_LEVEL: 'WARNING',
});

async function answering(ask: () => Promise<Response>, child: RunnerChild, signal: AbortSignal): Promise<void> {
  let gone = false;
  void child.ended.then(() => {
    gone = true;
  });
  const until = Date.now() + START_MS;
  while (!gone && Date.now() < until) {
    signal.throwIfAborted();
    const answer = await ask().catch(() => null);
    if (answer !== null && (await isOurs(answer))) return;
    await sleep(LOOK_MS);
  }
  throw new NoVllm(gone ? 'vLLM ended without a word.' : 'vLLM did not answer within half an hour.', false);
}

/** Another program may have taken the port meanwhile. */
async function isOurs(answer: Response): Promise<boolean> {
  const body: unknown = await answer.json().catch(() => null);
  const models = answer.ok && isRecord(body) && Array.isArray(body.data) ? body.data : [];
  return models.some((model) => isRecord(model) && model.id === BASE_NAME);
}

async function goodbye(child: RunnerChild): Promise<void> {
  child.hangUp();
  const impatience = setTimeout(child.kill, GOODBYE_MS);
  await child.ended;
  clearTimeout(impatience);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
