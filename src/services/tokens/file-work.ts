import { relative } from 'node:path';
import type { CountTokens } from '../../domain/chat/tokens.ts';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { withPath } from '../filesystem/lines.ts';
import type { BytePairs } from './byte-pairs.ts';
import { checkBlocks, checkLines, isLarge } from './file-check.ts';
import { LineHelpers } from './helpers.ts';
import type { Request } from './protocol.ts';

type CheckRequest = Extract<Request, { readonly kind: 'check-file' }>;

export interface FileWorkParts {
  /** The encoding of the request's model, and what counts under it. */
  readonly pairs: BytePairs;
  readonly count: CountTokens;
  /** The file of threads that help. */
  readonly worker: URL;
  readonly signal: AbortSignal;
}

/** A file put through a check, a large one with the help of other threads. Rejects with the signal's reason, or with the path in its words. */
export async function checkFile(request: CheckRequest, parts: FileWorkParts): Promise<DatasetReport> {
  const check = await checked(request, parts).catch((error: unknown) => {
    throw withPath(error, request.path, shortPath(request.path));
  });
  parts.signal.throwIfAborted();
  return check.finish();
}

async function checked(
  { path, model, prices }: CheckRequest,
  { pairs, count, worker, signal }: FileWorkParts,
): Promise<DatasetCheck> {
  const fresh = (): DatasetCheck => new DatasetCheck({ model, prices, count, path: shortPath(path) });
  if (LineHelpers.available > 0 && (await isLarge(path))) {
    await using helpers = new LineHelpers(worker, { model, pairs: pairs.shared });
    const check = fresh();
    if (await checkBlocks(path, check, { count, helpers, signal })) return check;
  }
  const check = fresh();
  await checkLines(path, check, signal);
  return check;
}

/** As a person in the working folder would type it. */
function shortPath(path: string): string {
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}
