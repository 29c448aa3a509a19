import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { isRecord, parseJson } from '../../domain/common/json.ts';
import { byteText, TextDecoding } from '../../domain/text/decoding.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import type { BatchFault } from '../storage/batches.ts';

/** OpenAI's bounds on the input of a batch. */
const MOST_REQUESTS = 50_000;
export const MOST_INPUT_BYTES = 200 * 1024 * 1024;

/** Faults that are told; a file with more is told of the first. */
const FAULTS_TOLD = 100;

/** One line of the input, made ready to be asked. */
export interface BatchLine {
  readonly customId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const requestSchema = z.object({
  custom_id: z.string().min(1).max(512),
  method: z.literal('POST'),
  url: z.string(),
  body: z.record(z.string(), z.unknown()),
});

type Read = { readonly line: number } & ({ readonly request: BatchLine } | { readonly fault: BatchFault });

/**
 * The requests of a file at `path`, a line each, and what is wrong with those that are none. Where a member is missing or of another
 * kind, `param` is its name.
 */
async function* readLines(path: string, endpoint: string): AsyncGenerator<Read, void, undefined> {
  const badBytes = new Map<number, string>();
  const decoding = new TextDecoding({
    encoding: 'utf-8',
    onFault: ({ line, column, byte }) => badBytes.set(line, `column ${column} holds the byte ${byteText(byte)}`),
  });
  const splitter = new LineSplitter();
  let number = 0;
  const read = function* (texts: readonly string[]): Generator<Read> {
    for (const text of texts) {
      number += 1;
      if (text.trim() === '') continue;
      const bytes = badBytes.get(number);
      yield bytes === undefined
        ? { line: number, ...requestOf(text, number, endpoint) }
        : { line: number, fault: faultAt(number, 'invalid_json_line', `This line is not UTF-8: ${bytes}.`, null) };
    }
  };
  for await (const bytes of createReadStream(path)) yield* read(splitter.push(decoding.push(bytes)));
  yield* read([...splitter.push(decoding.end()), ...splitter.end()]);
}

const faultAt = (line: number | null, code: string, message: string, param: string | null): BatchFault => ({
  line,
  code,
  message,
  param,
});

function requestOf(
  text: string,
  line: number,
  endpoint: string,
): { readonly request: BatchLine } | { readonly fault: BatchFault } {
  const value = parseJson(text);
  if (!isRecord(value)) {
    return { fault: faultAt(line, 'invalid_json_line', 'This line is not parseable as valid JSON.', null) };
  }
  const parsed = requestSchema.safeParse(value);
  if (!parsed.success) {
    const param = String(parsed.error.issues[0]?.path[0] ?? 'body');
    const code = value[param] === undefined ? 'missing_required_parameter' : 'invalid_request';
    const word = value[param] === undefined ? 'Missing required parameter' : 'Invalid value of the parameter';
    return { fault: faultAt(line, code, `${word}: '${param}'.`, param) };
  }
  const { custom_id: customId, url, body } = parsed.data;
  if (url !== endpoint) {
    const message = `The URL provided for this request does not match the batch endpoint ${endpoint}.`;
    return { fault: faultAt(line, 'mismatched_endpoint', message, 'url') };
  }
  return { request: { customId, body } };
}

/** The requests of an input that was checked. */
export async function* requestsOf(path: string, endpoint: string): AsyncGenerator<BatchLine, void, undefined> {
  for await (const one of readLines(path, endpoint)) if ('request' in one) yield one.request;
}

export interface CheckedInput {
  readonly total: number;
  readonly faults: readonly BatchFault[];
}

/** Looks through an input before anything of it is asked: one faulty line fails the batch, as at OpenAI. */
export async function checkInput(path: string, endpoint: string): Promise<CheckedInput> {
  const faults: BatchFault[] = [];
  const ids = new Set<string>();
  const models = new Set<unknown>();
  const tell = (fault: BatchFault): void => {
    if (faults.length < FAULTS_TOLD) faults.push(fault);
  };
  let total = 0;
  for await (const one of readLines(path, endpoint)) {
    total += 1;
    if ('fault' in one) {
      tell(one.fault);
      continue;
    }
    const { customId, body } = one.request;
    if (ids.has(customId)) {
      const message = `The custom_id for this request is a duplicate of another request. The custom_id parameter must be unique for each request in a batch.`;
      tell(faultAt(one.line, 'duplicate_custom_id', message, 'custom_id'));
    }
    ids.add(customId);
    models.add(body.model);
    if (models.size > 1) {
      const message = 'The provided model does not match the one of the other requests: a batch asks one model.';
      tell(faultAt(one.line, 'mismatched_model', message, 'body.model'));
    }
  }
  if (total === 0)
    tell(
      faultAt(
        null,
        'empty_file',
        'The input file is empty. Please ensure that the batch contains at least one request.',
        null,
      ),
    );
  if (total > MOST_REQUESTS) {
    tell(
      faultAt(
        null,
        'too_many_requests',
        `The input file holds ${total} requests; a batch takes ${MOST_REQUESTS}.`,
        null,
      ),
    );
  }
  return { total, faults };
}
