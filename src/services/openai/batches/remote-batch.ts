import * as z from 'zod';
import { batchStatusOf } from '../../../domain/batches/status.ts';
import type { BatchCounts, RemoteBatch } from '../../../domain/batches/types.ts';
import { isRecord } from '../../../domain/common/json.ts';
import { readErrorBody } from '../error-body.ts';
import { clean, type ErrorContext } from '../errors.ts';
import { seconds } from '../files.ts';

/** An empty text is none. */
const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value || null);
const count = z.number().nonnegative().nullish().catch(null);

/** Fields of all providers: OpenAI's, then Together's (`job_deadline`) and Mistral's. A server has some of them. */
const batch = z.object({
  id: z.string().min(1),
  status: z.string().catch(''),
  created_at: seconds,
  expires_at: seconds,
  job_deadline: seconds,
  completed_at: seconds,
  failed_at: seconds,
  expired_at: seconds,
  cancelled_at: seconds,
  input_file_id: text,
  input_files: z.array(z.string()).nullish().catch(null),
  output_file_id: text,
  output_file: text,
  error_file_id: text,
  error_file: text,
  request_counts: z.object({ total: count, completed: count, failed: count }).nullish().catch(null),
  total_requests: count,
  succeeded_requests: count,
  failed_requests: count,
  errors: z.unknown().optional(),
  error: z.unknown().optional(),
});

type Read = z.infer<typeof batch>;

/** A batch, and the files whose requests it answers. */
export interface ReadBatch {
  readonly batch: RemoteBatch;
  readonly inputs: readonly string[];
}

/** A batch, or an answer that holds one as its `job` (Together). Throws ZodError for what has no id. */
export function readBatch(raw: unknown, context: ErrorContext): ReadBatch {
  const read = batch.parse(isRecord(raw) && isRecord(raw.job) ? raw.job : raw);
  const word = clean(read.status, context) || 'no status';
  const status = batchStatusOf(word);
  const files = [read.output_file_id, read.output_file, read.error_file_id, read.error_file];
  return {
    batch: {
      id: read.id,
      status,
      word,
      counts: countsOf(read),
      createdAt: read.created_at,
      deadlineAt: read.expires_at ?? read.job_deadline,
      endedAt: read.completed_at ?? read.failed_at ?? read.expired_at ?? read.cancelled_at,
      problem: status === 'failed' || status === 'unknown' ? problemOf(read, status, context) : null,
      resultFiles: [...new Set(files.flatMap((id) => id ?? []))],
    },
    inputs: [...(read.input_file_id === null ? [] : [read.input_file_id]), ...(read.input_files ?? [])],
  };
}

/** One of a list; null for what is no batch. */
export function readBatchOrNull(raw: unknown, context: ErrorContext): ReadBatch | null {
  return batch.safeParse(raw).success ? readBatch(raw, context) : null;
}

function countsOf({ request_counts: counts, ...read }: Read): BatchCounts | null {
  const total = counts?.total ?? read.total_requests;
  if (total == null) return null;
  return {
    total,
    completed: counts?.completed ?? read.succeeded_requests ?? 0,
    failed: counts?.failed ?? read.failed_requests ?? 0,
  };
}

/** Faults that are told, of those a server lists. */
const TOLD = 5;

function problemOf(
  { errors, error }: Read,
  status: RemoteBatch['status'],
  context: ErrorContext,
): RemoteBatch['problem'] {
  const faults = [...listOf(errors), ...listOf(error)];
  const words = faults.flatMap((fault) => wordsOf(fault) ?? []);
  if (words.length === 0)
    return status === 'failed' ? { message: `${context.place} did not say why.`, code: null } : null;
  const more = words.length > TOLD ? [`and ${words.length - TOLD} more`] : [];
  const code = faults.map((fault) => readErrorBody(fault).code).find((one) => one !== null) ?? null;
  return {
    message: clean([...words.slice(0, TOLD), ...more].join('; '), context),
    code: code === null ? null : clean(code, context),
  };
}

/** A list in OpenAI's wrapping, a bare one, or one thing. */
function listOf(value: unknown): readonly unknown[] {
  const inside = isRecord(value) && Array.isArray(value.data) ? value.data : value;
  return Array.isArray(inside) ? inside : [inside];
}

function wordsOf(fault: unknown): string | null {
  const { message } = readErrorBody(fault);
  if (message === null || !isRecord(fault) || typeof fault.line !== 'number') return message;
  return `line ${fault.line}: ${message}`;
}
