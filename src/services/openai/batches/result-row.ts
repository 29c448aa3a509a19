import type { BatchResult } from '../../../domain/batches/types.ts';
import type { UntimedAnswer } from '../../../domain/chat/types.ts';
import { isRecord, type JsonRecord, parseJson } from '../../../domain/common/json.ts';
import { leadingJson, withoutMark } from '../../../domain/common/leading-json.ts';
import type { ProviderError } from '../../../domain/provider/provider.ts';
import { readErrorBody } from '../error-body.ts';
import { type ErrorContext, fromAnswer, malformed, toProviderError } from '../errors.ts';
import type { HeaderReader } from '../headers.ts';
import { answerOf, type CameWhole, completionOf } from '../whole-answer.ts';
import type { ResultLine } from './result-lines.ts';

/** What one line of a result file says. */
export type RowEnd =
  | { readonly kind: 'answered'; readonly answer: UntimedAnswer }
  | { readonly kind: 'failed'; readonly error: ProviderError }
  | Omit<Extract<BatchResult, { kind: 'unasked' }>, 'id'>;

export interface ReadRow {
  /** Whose it is; null where it does not say. */
  readonly id: string | null;
  readonly end: RowEnd;
}

/** One line of a result file of requests to `model`; a line that cannot be read is a failure. */
export function readRow(line: ResultLine, model: string, context: ErrorContext): ReadRow {
  const row = line.isCut ? undefined : parseJson(withoutMark(line.text));
  if (!isRecord(row)) return { id: idWithin(line.text), end: { kind: 'failed', error: malformed(context, line.text) } };
  const id = typeof row.custom_id === 'string' && row.custom_id !== '' ? row.custom_id : null;
  return { id, end: endOf(row, model, context) };
}

/** The id of a line that is broken or too long. The quotes of a model's text are escaped, so that no text looks like it. */
function idWithin(text: string): string | null {
  const [, literal] = /"custom_id"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  const id = literal === undefined ? undefined : parseJson(literal);
  return typeof id === 'string' && id !== '' ? id : null;
}

const UNASKED: Readonly<Record<string, 'expired' | 'cancelled'>> = {
  batch_expired: 'expired',
  batch_cancelled: 'cancelled',
  batch_canceled: 'cancelled',
};

const NO_HEADERS: HeaderReader = () => null;

function endOf({ response, error, ...row }: JsonRecord, model: string, context: ErrorContext): RowEnd {
  const came = cameIn(response, error);
  const said = readErrorBody(error);
  try {
    if (came !== null)
      return { kind: 'answered', answer: answerOf(completionOf(came, context), { model, header: NO_HEADERS }) };
    const reason = UNASKED[said.code?.toLowerCase() ?? ''];
    if (reason !== undefined) return { kind: 'unasked', reason };
    if (said.message === null && said.code === null) throw malformed(context, { ...row, response, error });
    throw fromAnswer({ status: null, header: NO_HEADERS, error }, context);
  } catch (fault) {
    return { kind: 'failed', error: toProviderError(fault, context) };
  }
}

/**
 * What was answered to a request: `{status_code, body}`, or at Nebius the completion itself. Where the body says nothing, the error
 * beside it does. Null where nothing was answered.
 */
function cameIn(response: unknown, error: unknown): CameWhole | null {
  if (!isRecord(response)) return null;
  if (!('body' in response || 'status_code' in response)) return { status: null, header: NO_HEADERS, body: response };
  const { body: given, status_code: code } = response;
  const body = typeof given === 'string' ? (leadingJson(given) ?? given) : given;
  const status = typeof code === 'number' ? code : Number.parseInt(String(code), 10);
  return {
    status: Number.isNaN(status) ? null : status,
    header: NO_HEADERS,
    body: body === null || body === undefined || body === '' ? error : body,
  };
}
