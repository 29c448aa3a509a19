import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchResult, RemoteBatch } from '../../../domain/batches/types.ts';
import type { ChatRequest } from '../../../domain/chat/types.ts';
import { leadingJson } from '../../../domain/common/leading-json.ts';
import { MALFORMED_ANSWER, ProviderError } from '../../../domain/provider/provider.ts';
import { plural } from '../../../domain/text/format.ts';
import { READABLE_ENCODINGS } from '../../http/decoding.ts';
import { type FetchedAnswer, fetched } from '../../http/fetched.ts';
import { fromAnswer, toProviderError } from '../errors.ts';
import type { CallOptions, Session } from '../session.ts';
import { linesWithin } from './result-lines.ts';
import { type RowEnd, readRow } from './result-row.ts';

/** Bytes of one answer, as of one that comes by a call. */
const LINE_BYTES = 16_000_000;
/** Lines are read so long, in milliseconds, before keys, calls and timers have their turn: many stand in one piece. */
const TURN_MS = 8;
/** Of an answer that is a refusal. */
const ERROR_BYTES = 1_000_000;

/** What every request of a batch asked for beside its messages. */
export type Asked = Omit<ChatRequest, 'messages' | 'raw'>;

export interface ResultsReading {
  readonly session: Session;
  /** Whether a request that failed so may fare better in another batch. */
  again(error: ProviderError): boolean;
  /** What of `asked` was not sent. */
  readonly without: readonly string[];
}

/**
 * What became of the requests of a batch, line by line out of its result files: those that were answered as they stand there, then the
 * others, so that the answer counts where a server tells of both. What belongs to nobody, and a file that is gone, are told by the
 * ProviderError that is thrown once everything else is given.
 */
export async function* resultsOf(
  { session, again, without }: ResultsReading,
  batch: RemoteBatch,
  asked: Asked,
  { signal }: CallOptions = {},
): AsyncGenerator<BatchResult, void, undefined> {
  const answered = new Set<string>();
  const others = new Map<string, Exclude<RowEnd, { kind: 'answered' }>>();
  const losses = new Losses(batch, session.place);
  try {
    for await (const { id, end } of rowsIn(session, batch.resultFiles, { model: asked.model, losses, signal })) {
      if (end.kind !== 'answered') others.set(id, others.get(id) ?? end);
      else if (!answered.has(id)) {
        answered.add(id);
        yield { id, kind: 'answered', answer: without.length === 0 ? end.answer : { ...end.answer, without } };
      }
    }
    for (const [id, end] of others) {
      if (answered.has(id)) continue;
      yield end.kind === 'failed' ? { id, ...end, again: again(end.error) } : { id, ...end };
    }
    losses.tell();
  } catch (error) {
    throw toProviderError(error, session.context(signal));
  }
}

interface RowsReading {
  readonly model: string;
  readonly losses: Losses;
  readonly signal: AbortSignal | undefined;
}

async function* rowsIn(
  session: Session,
  files: readonly string[],
  { model, losses, signal }: RowsReading,
): AsyncGenerator<{ readonly id: string; readonly end: RowEnd }, void, undefined> {
  const context = session.context(signal);
  for (const file of files) {
    const content = await open(session, file, signal).catch(losses.ifGone);
    if (content === null) continue;
    let number = 0;
    let turn = performance.now();
    for await (const line of linesWithin(content.pieces, LINE_BYTES)) {
      signal?.throwIfAborted();
      if (performance.now() - turn > TURN_MS) {
        await nextTurn();
        turn = performance.now();
      }
      number += 1;
      if (line.text.trim() === '') continue;
      const { id, end } = readRow(line, model, context);
      if (id === null) losses.addLine(file, number);
      else yield { id, end };
    }
  }
}

/** What cannot be given to anybody. */
class Losses {
  private readonly batch: RemoteBatch;
  private readonly place: string;
  private gone: ProviderError | null = null;
  private lines = 0;
  private first = '';

  constructor(batch: RemoteBatch, place: string) {
    this.batch = batch;
    this.place = place;
  }

  /** A file that is not there leaves the others to be read. */
  readonly ifGone = (error: unknown): null => {
    if (!(error instanceof ProviderError) || error.kind !== 'not-found') throw error;
    this.gone ??= error;
    return null;
  };

  addLine(file: string, number: number): void {
    this.lines += 1;
    if (this.lines === 1) this.first = `line ${number} of ${file}`;
  }

  /** Throws ProviderError where something was lost. */
  tell(): void {
    const { gone, lines, first, batch, place } = this;
    if (gone !== null)
      throw new ProviderError(
        'not-found',
        `${place} has not all results of ${batch.id} any more: ${gone.message}`,
        gone.detail,
      );
    if (lines > 0)
      throw new ProviderError(
        'invalid-request',
        `${plural(lines, 'result')} of ${batch.id} could not be read, and nothing says of which request; the first is ${first}.`,
        { code: MALFORMED_ANSWER },
      );
  }
}

/** A file as it comes. Where it lies elsewhere, the transport leaves the key behind. Throws ProviderError. */
async function open(session: Session, id: string, signal: AbortSignal | undefined): Promise<FetchedAnswer> {
  return await session.call(signal, async () => {
    const path = `/files/${encodeURIComponent(id)}/content`;
    const { url, headers: own } = await session.routes.list({ path, query: {} });
    const headers = { ...own, accept: 'application/binary', 'accept-encoding': READABLE_ENCODINGS };
    const answer = await fetched(session.http, { url, headers, signal });
    if (answer.ok) return answer;
    const { status, header } = answer;
    const text = await answer.text(ERROR_BYTES);
    throw fromAnswer({ status, header, error: leadingJson(text) ?? text }, session.context(signal));
  });
}
