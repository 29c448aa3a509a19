import { setTimeout as pause } from 'node:timers/promises';
import { parseJson } from '../../domain/common/json.ts';
import type { BatchResult } from '../storage/batches.ts';
import { randomName } from '../storage/ids.ts';
import type { BatchLine } from './request-lines.ts';

/** What the server's own route said to a request. */
export interface Asked {
  readonly status: number;
  readonly requestId: string;
  readonly text: string;
  /** Milliseconds to wait before the same may succeed; null where the server says none. */
  readonly retryAfterMs: number | null;
}

export type Ask = (endpoint: string, body: object) => Promise<Asked>;

/** Calls that failed for a while only are made again so often. */
const TRIES = 5;
const TRY_AGAIN_MS = 500;

/** The answer to a request of a batch. A batch is patient: it waits out the server's limits, and asks again after a fault of it. */
export async function answerTo(line: BatchLine, endpoint: string, ask: Ask, signal: AbortSignal): Promise<BatchResult> {
  if (line.body.stream === true) return resultOf(line, STREAMED);
  for (let tried = 1; ; tried += 1) {
    const asked = await ask(endpoint, line.body);
    const limited = asked.status === 429 && asked.retryAfterMs !== null;
    const faulty = asked.status >= 500 && tried < TRIES;
    if (!limited && !faulty) return resultOf(line, asked);
    await pause(limited ? (asked.retryAfterMs ?? 0) : TRY_AGAIN_MS * tried, undefined, { signal });
    if (limited) tried -= 1;
  }
}

const STREAMED: Asked = {
  status: 400,
  requestId: '',
  text: JSON.stringify({
    error: {
      message: 'Streaming is not supported in a batch.',
      type: 'invalid_request_error',
      param: 'stream',
      code: 'invalid_value',
    },
  }),
  retryAfterMs: null,
};

function resultOf({ customId }: BatchLine, { status, requestId, text }: Asked): BatchResult {
  const response = { status_code: status, request_id: requestId, body: parseJson(text) ?? text };
  return { customId, failed: status !== 200, line: lineOf(customId, response, null) };
}

/** A request that was not asked before the batch ended. */
export const unasked = (customId: string, code: 'batch_expired' | 'batch_cancelled'): BatchResult => ({
  customId,
  failed: true,
  line: lineOf(customId, null, { code, message: UNASKED[code] }),
});

const UNASKED = {
  batch_expired: 'This request could not be executed before the completion window expired.',
  batch_cancelled: 'This request was not executed because the batch was cancelled.',
};

const lineOf = (customId: string, response: object | null, error: object | null): string =>
  JSON.stringify({ id: `batch_req_${randomName(24)}`, custom_id: customId, response, error });
