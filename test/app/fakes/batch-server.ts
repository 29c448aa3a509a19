import type { BatchService } from '../../../src/app/runtime/batch-ports.ts';
import type { FileService } from '../../../src/app/runtime/ports.ts';
import { hasEnded } from '../../../src/domain/batches/status.ts';
import type { BatchLimits, BatchResult, RemoteBatch } from '../../../src/domain/batches/types.ts';
import type { ChatRequest } from '../../../src/domain/chat/types.ts';
import { ProviderError } from '../../../src/domain/provider/provider.ts';

/** What becomes of one request; `id` and `request` are those of its line. */
export type Verdict = (asked: {
  readonly id: string;
  readonly request: ChatRequest;
  readonly batch: number;
}) => Outcome;
type Outcome = BatchResult extends infer One ? (One extends BatchResult ? Omit<One, 'id'> : never) : never;

interface HeldBatch {
  readonly remote: RemoteBatch;
  readonly fileId: string;
  looks: number;
}

/** A provider's files and batches, in memory: each batch ends at its n-th look. */
export class BatchServer {
  limits: BatchLimits = { requests: 4, bytes: 1_000_000, windowHours: 24 };
  /** Looks until a batch ends. */
  looks = 2;
  /** Thrown by the next call of a kind, once. */
  readonly faults = new Map<'upload' | 'create' | 'retrieve' | 'results' | 'find', Error>();
  /** How each batch begins, by its number from 1; validating where nothing is named. */
  readonly begins = new Map<number, Partial<RemoteBatch>>();
  /** How each batch ends; completed where nothing is named. */
  readonly ends = new Map<number, Partial<RemoteBatch>>();
  readonly files = new Map<string, readonly { readonly id: string; readonly request: ChatRequest }[]>();
  readonly batches: HeldBatch[] = [];
  private readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    this.verdict = verdict;
  }

  /** Ids of all that was asked, batch by batch. */
  asked(): readonly (readonly string[])[] {
    return this.batches.map(({ fileId }) => (this.files.get(fileId) ?? []).map(({ id }) => id));
  }

  readonly fileService: Pick<FileService, 'upload'> = {
    upload: async ({ filename, bytes, purpose, body }) => {
      this.fail('upload');
      if (purpose !== 'batch') throw new Error(`A file of purpose ${purpose} was uploaded.`);
      const pieces: Uint8Array[] = [];
      for await (const piece of body()) pieces.push(piece);
      const lines = Buffer.concat(pieces).toString('utf8').trimEnd().split('\n');
      const id = `file-${this.files.size + 1}`;
      this.files.set(
        id,
        lines.map((line) => JSON.parse(line)),
      );
      return { id, filename, bytes, purpose, createdAt: 0, status: 'processed' };
    },
  };

  readonly service: BatchService = {
    limits: new Proxy(this.limits, { get: (_, name) => Reflect.get(this.limits, name) }),
    line: (id, request) => ({ text: JSON.stringify({ id, request }), maskedKeys: 0 }),
    create: async ({ fileId }) => {
      const number = this.batches.length + 1;
      const remote: RemoteBatch = {
        id: `b${number}`,
        status: 'validating',
        word: 'validating',
        counts: null,
        createdAt: 1,
        deadlineAt: null,
        endedAt: null,
        problem: null,
        resultFiles: [],
        ...this.begins.get(number),
      };
      this.batches.push({ remote, fileId, looks: 0 });
      // The batch is there although its answer is lost.
      this.fail('create');
      return remote;
    },
    find: async (fileId) => {
      this.fail('find');
      return this.batches.findLast((batch) => batch.fileId === fileId)?.remote ?? null;
    },
    retrieve: async (id) => {
      this.fail('retrieve');
      const at = this.numberOf(id);
      const batch = this.batches[at - 1];
      if (batch === undefined) throw new ProviderError('not-found', `No batch ${id}.`);
      batch.looks += 1;
      const total = this.files.get(batch.fileId)?.length ?? 0;
      if (hasEnded(batch.remote)) return batch.remote;
      if (batch.looks < this.looks) return { ...batch.remote, status: 'running', word: 'in_progress' };
      const ended = {
        status: 'completed',
        word: 'completed',
        counts: { total, completed: total, failed: 0 },
        endedAt: 2,
        resultFiles: ['out'],
      } as const;
      return { ...batch.remote, ...ended, ...this.ends.get(at) };
    },
    cancel: async (id) => this.service.retrieve(id),
    results: (remote) => this.results(remote),
  };

  private async *results({ id }: RemoteBatch): AsyncGenerator<BatchResult> {
    const batch = this.numberOf(id);
    const held = this.batches[batch - 1];
    for (const { id: row, request } of (this.files.get(held?.fileId ?? '') ?? []).toReversed()) {
      yield { id: row, ...this.verdict({ id: row, request, batch }) };
      this.fail('results');
    }
  }

  private numberOf(id: string): number {
    return Number(id.slice(1));
  }

  private fail(call: 'upload' | 'create' | 'retrieve' | 'results' | 'find'): void {
    const fault = this.faults.get(call);
    this.faults.delete(call);
    if (fault !== undefined) throw fault;
  }
}
