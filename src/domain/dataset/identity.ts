import { createHash } from 'node:crypto';
import type { ChatMessage, Sampling } from '../chat/types.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { Cell } from '../template/types.ts';

export interface RowRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: Sampling;
  readonly cell: Cell;
}

/**
 * A row's identity: SHA-256 in hex over the canonical JSON of the request that makes it. The same request is the same
 * row, whenever and in whatever order it is asked for, so a rerun finds it and buys nothing. The student prompt is
 * not part of it: rewording that costs nothing.
 */
export function rowId(request: RowRequest): string {
  const { model, messages, parameters, cell } = request;
  return createHash('sha256').update(canonicalJson({ model, messages, parameters, cell })).digest('hex');
}

/** The identity of an example that no request made: of its messages, and of `salt` where equal ones are to stay apart. */
export function exampleId(messages: readonly ChatMessage[], salt = ''): string {
  return createHash('sha256').update(canonicalJson({ messages, salt })).digest('hex');
}
