import { relative } from 'node:path';
import { DatasetCheck } from '../../domain/dataset/check.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import { encodingFor } from '../../domain/provider/models.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import { withPath } from '../filesystem/lines.ts';
import type { CheckSetup } from './counter.ts';
import { counterOf, countTexts, readFor } from './counting.ts';
import { adoptBytePairs } from './encodings.ts';
import { checkBlocks, checkLines, fileBytes, giveQuotes, LARGE } from './file-check.ts';
import { LineHelpers } from './helpers.ts';
import { lookAtBlock } from './line-looks.ts';
import type { Alive, Reply, Request, Stop } from './protocol.ts';
import { SpillFile } from './spill-file.ts';
import { THREAD_FILE } from './thread-file.ts';

const ALIVE_MS = 1_000;

/**
 * The report of a file, in this thread; for those that have nothing else to do meanwhile. Rejects with the signal's reason, and where the file
 * cannot be read.
 */
export async function checkFileHere(
  path: string,
  setup: CheckSetup,
  { signal }: { readonly signal: AbortSignal },
): Promise<DatasetReport> {
  try {
    return await reportOn({ path, ...setup }, THREAD_FILE, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(messageOf(error));
  }
}

interface FileToCheck extends CheckSetup {
  readonly path: string;
}

async function reportOn(file: FileToCheck, worker: URL, signal: AbortSignal): Promise<DatasetReport> {
  const report = await checkFile(file, worker, signal).catch((error: unknown) => {
    throw withPath(error, file.path, shortPath(file.path));
  });
  signal.throwIfAborted();
  return report;
}

/** A file put through a check, a large one with the help of other threads of the same kind. */
async function checkFile(
  { path, model, prices }: FileToCheck,
  worker: URL,
  signal: AbortSignal,
): Promise<DatasetReport> {
  const pairs = readFor(model);
  const count = counterOf(pairs);
  const setup = { model, prices, count: count.text, path: shortPath(path) };
  const bytes = await fileBytes(path);
  if (bytes !== null) {
    using room = new SpillFile();
    const areUseful = bytes >= LARGE && LineHelpers.available > 0;
    await using helpers = areUseful ? new LineHelpers(worker, { model, pairs: pairs.shared }) : null;
    const check = new DatasetCheck({ ...setup, room });
    if (await checkBlocks(path, check, { count, helpers, signal })) {
      await giveQuotes(path, check.settle(), signal);
      return check.finish();
    }
  }
  const check = new DatasetCheck(setup);
  await checkLines(path, check, signal);
  return check.finish();
}

/**
 * The work of the tokenizer's thread: counts, and checks of training files, one reply a request, with signs of life meanwhile. `worker` is
 * the thread's own file.
 */
export function createServer(worker: URL, reply: (reply: Reply | Alive) => void): (message: Request | Stop) => void {
  const running = new Map<number, AbortController>();
  let pulse: NodeJS.Timeout | undefined;

  const answer = async (request: Request, signal: AbortSignal): Promise<Reply> => {
    const { id } = request;
    switch (request.kind) {
      case 'count':
        return { id, kind: 'counts', counts: countTexts(request.model, request.texts) };
      case 'check-file':
        return { id, kind: 'report', report: await reportOn(request, worker, signal) };
      case 'look': {
        const pairs = adoptBytePairs(encodingFor(request.model), request.pairs);
        return {
          id,
          kind: 'looks',
          looks: lookAtBlock(Buffer.from(request.block, 0, request.length), counterOf(pairs)),
        };
      }
    }
  };

  return (message) => {
    if (message.kind === 'stop') {
      running.get(message.id)?.abort();
      return;
    }
    const { id } = message;
    const control = new AbortController();
    running.set(id, control);
    pulse ??= setInterval(() => reply({ kind: 'alive' }), ALIVE_MS);
    answer(message, control.signal)
      .catch((error: unknown): Reply => ({ id, kind: 'failed', message: messageOf(error) }))
      .then((done) => {
        running.delete(id);
        if (running.size === 0) {
          clearInterval(pulse);
          pulse = undefined;
        }
        reply(done);
      });
  };
}

/** As a person in the working folder would type it. */
function shortPath(path: string): string {
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}

function messageOf(error: unknown): string {
  if (error instanceof FileError) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
