// A server of its own process with a limit, told as JSON: `node limited-server.ts '{"calls":{"perMinute":1200,"burstS":1}}'`.
// It prints its address as JSON; GET /count says what it let through and refused by now. With `engine` it takes the limiter of
// the embedded engine, else a bucket of `burstS` seconds of the limit.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApiError } from '../src/engine/http/error.ts';
import { createLimiter, formatDuration } from '../src/engine/http/limits.ts';

export interface Limit {
  readonly perMinute: number;
  readonly burstS: number;
}

export interface LimitedServer {
  readonly engine?: { readonly rpm: number; readonly tpm: number };
  readonly calls?: Limit;
  readonly tokens?: Limit;
  readonly headers?: boolean;
  readonly retryAfter?: 'ms' | 's';
}

export interface Counts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly calls: number;
  readonly tokens: number;
  readonly refused: number;
}

interface Limiter {
  /** Milliseconds until a refused call would pass; null where it passes. */
  admit(promptTokens: number): number | null;
  charge(completionTokens: number): void;
  headers(): Record<string, string>;
}

const PROMPT = 320;
/** Of tokens and milliseconds: no two answers are as long. */
const ANSWER = [60, 140] as const;
const DELAY = [100, 300] as const;
const WORDS = 'A quiet wanderer with grey eyes, a patient temper and an owl on one shoulder.';

class Bucket {
  private readonly limit: Limit;
  private readonly perMs: number;
  private readonly capacity: number;
  private level: number;
  private at = performance.now();

  constructor(limit: Limit) {
    this.limit = limit;
    this.perMs = limit.perMinute / 60_000;
    this.capacity = this.perMs * 1000 * limit.burstS;
    this.level = this.capacity;
  }

  shortMs(units: number): number {
    const now = performance.now();
    this.level = Math.min(this.capacity, this.level + (now - this.at) * this.perMs);
    this.at = now;
    return Math.max(0, units - this.level) / this.perMs;
  }

  take(units: number): void {
    this.level -= units;
  }

  headers(name: string): Record<string, string> {
    return {
      [`x-ratelimit-limit-${name}`]: String(this.limit.perMinute),
      [`x-ratelimit-remaining-${name}`]: String(Math.max(0, Math.floor(this.level))),
      [`x-ratelimit-reset-${name}`]: formatDuration((this.capacity - this.level) / this.perMs),
    };
  }
}

function bucketLimiter({ calls, tokens }: LimitedServer): Limiter {
  const requests = calls === undefined ? null : new Bucket(calls);
  const words = tokens === undefined ? null : new Bucket(tokens);
  return {
    admit(promptTokens) {
      const ms = Math.max(requests?.shortMs(1) ?? 0, words?.shortMs(promptTokens) ?? 0);
      if (ms > 0) return Math.ceil(ms);
      requests?.take(1);
      words?.take(promptTokens);
      return null;
    },
    charge: (completionTokens) => words?.take(completionTokens),
    headers: () => ({ ...requests?.headers('requests'), ...words?.headers('tokens') }),
  };
}

function engineLimiter({ rpm, tpm }: { readonly rpm: number; readonly tpm: number }): Limiter {
  const limiter = createLimiter(rpm, tpm, Date.now);
  return {
    admit(promptTokens) {
      try {
        limiter.admit(promptTokens);
        return null;
      } catch (error) {
        if (error instanceof ApiError && error.retryAfterMs !== null) return error.retryAfterMs;
        throw error;
      }
    },
    charge: (completionTokens) => limiter.charge(completionTokens),
    headers: () => limiter.headers(),
  };
}

const between = ([low, high]: readonly [number, number]): number => Math.round(low + Math.random() * (high - low));

function listen(options: LimitedServer): void {
  const limiter = options.engine === undefined ? bucketLimiter(options) : engineLimiter(options.engine);
  const count = { calls: 0, tokens: 0, refused: 0 };
  const send = (response: ServerResponse, status: number, body: unknown): void => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    if (options.headers === true)
      for (const [name, value] of Object.entries(limiter.headers())) response.setHeader(name, value);
    response.end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, ms: number): void => {
    count.refused += 1;
    if (options.retryAfter === 's') response.setHeader('retry-after', String(Math.ceil(ms / 1000)));
    if (options.retryAfter === 'ms') response.setHeader('retry-after-ms', String(ms));
    send(response, 429, { error: { message: 'Too many requests.', type: 'rate_limit_error', code: null } });
  };
  const answer = (response: ServerResponse): void => {
    const completion = between(ANSWER);
    count.calls += 1;
    count.tokens += PROMPT;
    setTimeout(() => {
      limiter.charge(completion);
      count.tokens += completion;
      send(response, 200, completionOf(completion));
    }, between(DELAY));
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'GET') {
        send(response, 200, { ...count, at: Date.now(), object: 'list', data: [] });
        return;
      }
      const ms = limiter.admit(PROMPT);
      if (ms === null) answer(response);
      else refuse(response, ms);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v1` })}\n`);
  });
}

const completionOf = (tokens: number) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'limited-teacher',
  choices: [{ index: 0, message: { role: 'assistant', content: WORDS }, finish_reason: 'stop', logprobs: null }],
  usage: { prompt_tokens: PROMPT, completion_tokens: tokens, total_tokens: PROMPT + tokens },
});

const [, , told] = process.argv;
if (import.meta.main && told !== undefined) listen(JSON.parse(told));
