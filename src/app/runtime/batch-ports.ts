import type { BatchLimits, BatchResult, RemoteBatch } from '../../domain/batches/types.ts';
import type { ChatRequest } from '../../domain/chat/types.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Requests by the file at one provider, answered within its window. The file is uploaded as one of purpose `batch`. Everything throws ProviderError. */
export interface BatchService {
  readonly limits: BatchLimits;
  /** A request as a line of the input, without a line end; keys of other hosts are masked in it, and counted. */
  line(id: string, request: ChatRequest): { readonly text: string; readonly maskedKeys: number };
  create(input: { readonly fileId: string; readonly model: string }, options?: CallOptions): Promise<RemoteBatch>;
  /** The newest batch of an input file; null where there is none. ProviderError NO_SUCH_ROUTE where the server has no batches. */
  find(fileId: string, options?: CallOptions): Promise<RemoteBatch | null>;
  retrieve(id: string, options?: CallOptions): Promise<RemoteBatch>;
  cancel(id: string, options?: CallOptions): Promise<RemoteBatch>;
  /** What became of its requests, each once and in whatever order. `asked` is what every one of them asked for beside its messages. */
  results(
    batch: RemoteBatch,
    asked: Omit<ChatRequest, 'messages' | 'raw'>,
    options?: CallOptions,
  ): AsyncIterable<BatchResult>;
}
