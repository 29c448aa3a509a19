import { BATCH_LIMITS, type BatchDialect } from '../../../domain/batches/limits.ts';
import type { BatchResult, RemoteBatch } from '../../../domain/batches/types.ts';
import type { ChatRequest } from '../../../domain/chat/types.ts';
import { NO_SUCH_ROUTE, ProviderError } from '../../../domain/provider/provider.ts';
import { createKeyMask } from '../../../domain/text/key-mask.ts';
import { CURRENT_DIALECT, chatBody, joined, leftOut, otherDialect } from '../chat-dialect.ts';
import type { KnownDialects } from '../dialect-memory.ts';
import { type CallOptions, listPage, readAs, requestOptions, type Session } from '../session.ts';
import { BATCH_FORMS, type BatchInput } from './forms.ts';
import { readBatch, readBatchOrNull } from './remote-batch.ts';
import { type Asked, resultsOf } from './results.ts';

interface BatchParts {
  readonly dialect: BatchDialect;
  /** Of the provider, for a person. */
  readonly name: string;
  /** What models refuse, shared with the chats of the provider. */
  readonly dialects: KnownDialects;
  readonly otherKeys: () => readonly string[];
}

/** Pages of a list that are looked through for a batch. */
const MOST_PAGES = 10;
/** Statuses of a server that has no such call: a list cannot be missing otherwise. */
const NO_CALL: ReadonlySet<number> = new Set([404, 405, 501]);

/** Batches of one provider. Nothing is retried. Everything throws ProviderError. */
export function createBatches(session: Session, { dialect, name, dialects, otherKeys }: BatchParts) {
  const form = BATCH_FORMS[dialect];
  const first = form.refused ?? CURRENT_DIALECT;
  const known = (model: string) => joined(dialects.known(model), first);
  const pathOf = (id: string): string => `${form.path}/${encodeURIComponent(id)}`;
  const read = (answer: unknown, options: CallOptions | undefined): RemoteBatch =>
    readAs(session, answer, (raw) => readBatch(raw, session.context(options?.signal))).batch;

  /**
   * Whether a request that failed so may fare better. A field that is refused is left out from now on; it is looked for as if nothing
   * were known of the model, for the same results may be read twice.
   */
  function again(error: ProviderError, asked: Asked): boolean {
    const { status, param } = error.detail;
    const refusal = { message: error.message, param: param ?? null, status: status ?? null };
    // The words of a refused system message are found only where there may have been one.
    const request: ChatRequest = { ...asked, messages: [{ role: 'system', content: '' }] };
    const other = error.mayBeBilled ? null : otherDialect(first, refusal, request, false);
    if (other !== null) dialects.learn(asked.model, other);
    return other !== null || error.retryable;
  }

  async function newestOf(fileId: string, options: CallOptions | undefined): Promise<RemoteBatch | null> {
    const context = session.context(options?.signal);
    let lastId: string | null = null;
    for (let number = 0; number < MOST_PAGES; number += 1) {
      const page = await listPage(session, form.path, form.list.query(number, lastId), options);
      const batches = page.data.flatMap((raw) => readBatchOrNull(raw, context) ?? []);
      if (page.data.length > 0 && batches.length === 0) throw page.unreadable();
      const [newest] = batches
        .filter(({ inputs }) => inputs.includes(fileId))
        .toSorted((a, b) => (b.batch.createdAt ?? 0) - (a.batch.createdAt ?? 0));
      if (newest !== undefined) return newest.batch;
      lastId = batches.at(-1)?.batch.id ?? null;
      if (!form.list.goesOn({ items: page.data.length, saysMore: page.has_more })) return null;
    }
    return null;
  }

  return {
    limits: BATCH_LIMITS[dialect],
    /** A request as a line of the input, without a line end: the body that a chat would send, keys of other hosts masked and counted. */
    line(id: string, request: ChatRequest): { readonly text: string; readonly maskedKeys: number } {
      const keys = createKeyMask(otherKeys());
      const text = keys.mask(JSON.stringify(form.row(id, chatBody(request, known(request.model), false))));
      return { text, maskedKeys: keys.count };
    },
    create(input: BatchInput, options?: CallOptions): Promise<RemoteBatch> {
      return session.call(options?.signal, async () => {
        const body = form.create(input);
        return read(await (await session.client()).post(form.path, { body, ...requestOptions(options) }), options);
      });
    },
    /** As far back as ten pages of a list go. */
    async find(fileId: string, options?: CallOptions): Promise<RemoteBatch | null> {
      try {
        return await session.call(options?.signal, () => newestOf(fileId, options));
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        const { code, status } = error.detail;
        if (code !== NO_SUCH_ROUTE && !NO_CALL.has(status ?? 0)) throw error;
        const what = `${name} has no batches: its server does not know ${form.path}.`;
        throw new ProviderError('not-found', what, { ...error.detail, code: NO_SUCH_ROUTE });
      }
    },
    retrieve(id: string, options?: CallOptions): Promise<RemoteBatch> {
      return session.call(options?.signal, async () =>
        read(await (await session.client()).get(pathOf(id), requestOptions(options)), options),
      );
    },
    cancel(id: string, options?: CallOptions): Promise<RemoteBatch> {
      return session.call(options?.signal, async () =>
        read(await (await session.client()).post(`${pathOf(id)}/cancel`, requestOptions(options)), options),
      );
    },
    results(batch: RemoteBatch, asked: Asked, options?: CallOptions): AsyncIterable<BatchResult> {
      const without = leftOut({ ...asked, messages: [] }, known(asked.model));
      return resultsOf({ session, without, again: (error) => again(error, asked) }, batch, asked, options);
    },
  };
}
