import { type BatchRecord, NO_OUTCOME } from '../../domain/batches/record.ts';
import type { BatchLimits } from '../../domain/batches/types.ts';
import type { Permission } from '../../domain/pricing/spending.ts';
import type { Account } from '../completions/purchases.ts';
import { type PricedRequest, type RequestTarget, requestOf } from '../completions/requests.ts';
import type { BatchParts } from '../core/deps.ts';
import type { BatchService } from '../runtime/batch-ports.ts';
import type { RowStore } from '../runtime/ports.ts';
import type { SpendingCap } from '../runtime/spending-ports.ts';

/** A request, and the most it may cost: US$, null when its price is unknown. */
export interface QuotedRequest {
  readonly work: PricedRequest;
  readonly quotedUsd: number | null;
}

export interface GatheringParts {
  readonly batches: BatchParts;
  readonly rows: Pick<RowStore, 'get'>;
  readonly account: Account;
  /** The project the answers are rows of. */
  readonly rowsOf: string;
  readonly service: BatchService;
  /** Of the provider. */
  readonly address: string;
  readonly target: RequestTarget;
  readonly limits: Pick<BatchLimits, 'requests' | 'bytes'>;
  readonly cap: () => SpendingCap;
  readonly newKey: () => string;
  readonly now: () => number;
  /** A batch is as large as it gets. */
  readonly full: (record: BatchRecord) => void;
  readonly masked: (keys: number) => void;
}

/** The requests to one model, written into files of batches as large as the provider takes. */
export class Gathering {
  private readonly parts: GatheringParts;
  private record: BatchRecord | null = null;

  constructor(parts: GatheringParts) {
    this.parts = parts;
  }

  /** What became of each: `noted` is in a batch now. */
  async add(quoted: readonly QuotedRequest[]): Promise<readonly Permission[]> {
    const lines = quoted.map(({ work }) => this.parts.service.line(work.id, requestOf(work)));
    const sizes = lines.map(({ text }) => Buffer.byteLength(text) + 1);
    const permissions: Permission[] = [];
    for (let from = 0; from < quoted.length; ) {
      const to = this.fitting(sizes, from);
      if (to === from) {
        this.close();
        continue;
      }
      permissions.push(...(await this.put(quoted.slice(from, to), lines.slice(from, to))));
      from = to;
    }
    return permissions;
  }

  /** Hands over what was gathered, if anything was. */
  close(): void {
    const { record } = this;
    this.record = null;
    if (record === null) return;
    const { store, workers } = this.parts.batches;
    if (record.requests === 0) {
      store.drop(record.key);
      workers.release(record.key);
      return;
    }
    const ready: BatchRecord = { ...record, state: 'ready' };
    store.save(ready);
    this.parts.full(ready);
  }

  /** Where the requests end that the open batch has room for. One that is larger than any batch has one of its own. */
  private fitting(sizes: readonly number[], from: number): number {
    const { limits } = this.parts;
    let { requests, bytes } = this.record ?? { requests: 0, bytes: 0 };
    let to = from;
    for (; to < sizes.length; to += 1) {
      const size = sizes[to] ?? 0;
      if (requests > 0 && (requests + 1 > limits.requests || bytes + size > limits.bytes)) break;
      requests += 1;
      bytes += size;
    }
    return to;
  }

  private async put(
    quoted: readonly QuotedRequest[],
    lines: readonly { readonly text: string; readonly maskedKeys: number }[],
  ): Promise<readonly Permission[]> {
    const { batches, rows, cap, masked } = this.parts;
    const record = this.record ?? this.begin();
    const permissions = batches.rows.claim(
      record,
      quoted.map(({ work, quotedUsd }) => ({ rowId: work.id, cell: work.cell, quotedUsd })),
      {
        cap: cap(),
        isThere: (index) => {
          const work = quoted[index]?.work;
          return work?.isThere(rows.get(work.projectId, work.id)) ?? false;
        },
      },
    );
    const noted = lines.filter((_, index) => permissions[index]?.status === 'noted');
    const bytes =
      noted.length === 0
        ? 0
        : await batches.files.add(
            record.key,
            noted.map(({ text }) => text),
          );
    masked(noted.reduce((sum, { maskedKeys }) => sum + maskedKeys, 0));
    this.record = { ...record, requests: record.requests + noted.length, bytes: record.bytes + bytes };
    batches.store.save(this.record);
    return permissions;
  }

  private begin(): BatchRecord {
    const { account, rowsOf, target, address, batches, newKey, now } = this.parts;
    const record: BatchRecord = {
      key: newKey(),
      projectId: account.projectId,
      rowsOf,
      kind: target.kind,
      providerId: target.providerId,
      address,
      host: account.hostOf(target.providerId),
      asked: target.shape,
      keepThoughts: target.keepThoughts === true,
      ...(target.existing === undefined ? {} : { existing: target.existing }),
      requests: 0,
      bytes: 0,
      state: 'gathering',
      fileId: null,
      remote: null,
      outcome: NO_OUTCOME,
      problem: null,
      createdAt: now(),
      endedAt: null,
    };
    batches.store.save(record);
    batches.workers.take(record.key);
    return record;
  }
}
