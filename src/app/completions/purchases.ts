import type { Row } from '../../domain/dataset/types.ts';
import type { CallEnd, PaidCall, Permission } from '../../domain/pricing/spending.ts';
import type { RowStore } from '../runtime/ports.ts';
import type { SpendingCap, SpendingLedger, UnstoredAnswer } from '../runtime/spending-ports.ts';
import type { PricedRequest } from './requests.ts';

/** What every call of a run is booked under. */
export interface Account {
  readonly projectId: string;
  readonly operationId: string;
  /** Of each provider the run sends to. */
  readonly hostOf: (providerId: string) => string;
}

/** Asks leave for each call before it is sent and books what became of it: calls of one turn of the event loop together. */
export interface Purchases {
  begin(work: PricedRequest, quotedUsd: number | null): Promise<Permission>;
  /** Resolves when the end, and the row where one is given, would survive a kill; rejects when they could not be written. */
  end(work: PricedRequest, end: CallEnd, row: Row | null): Promise<void>;
}

interface Waiting<Given, Result> {
  readonly given: Given;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Ending {
  readonly work: PricedRequest;
  readonly end: CallEnd;
  readonly row: Row | null;
}

export interface PurchasesParts {
  readonly ledger: Pick<SpendingLedger, 'begin' | 'end' | 'atOnce'>;
  readonly rows: Pick<RowStore, 'get' | 'put'>;
  readonly account: Account;
  readonly cap: () => SpendingCap;
  /** Answers that were paid for and could not be kept. */
  readonly unstored: (answers: readonly UnstoredAnswer[]) => void;
  /** Rows that would survive a kill now. */
  readonly stored?: ((rows: readonly Row[]) => void) | undefined;
}

/**
 * One write transaction for the ends and the beginnings of a turn: as durable as one by one, since nothing waits for a clock,
 * and many times cheaper when a hundred calls answer at once.
 */
export function createPurchases({ ledger, rows, account, cap, unstored, stored }: PurchasesParts): Purchases {
  let beginning: Waiting<{ readonly work: PricedRequest; readonly quotedUsd: number | null }, Permission>[] = [];
  let ending: Waiting<Ending, void>[] = [];
  let scheduled = false;

  const rowOf = ({ projectId, id }: PricedRequest): Row | null => rows.get(projectId, id);

  /** Another process may have filled a row that this one was taken to have given up; its answer stays. */
  function keep(endings: readonly Ending[], lost: ReadonlySet<string>): readonly Row[] {
    const isFilled = ({ work, end }: Ending): boolean => lost.has(end.call) && work.isThere(rowOf(work));
    const made = endings.flatMap((one) => (one.row === null || isFilled(one) ? [] : [one.row]));
    if (made.length > 0) rows.put(made);
    return made;
  }

  function callOf({ id, projectId, target }: PricedRequest, quotedUsd: number | null): PaidCall {
    return {
      projectId: account.projectId,
      operationId: account.operationId,
      kind: target.kind,
      providerId: target.providerId,
      host: account.hostOf(target.providerId),
      model: target.shape.model,
      quotedUsd,
      row: { projectId, id },
    };
  }

  function bookEnds(ends: typeof ending): readonly Row[] {
    const given = ends.map((one) => one.given);
    let made: readonly Row[] = [];
    ledger.end(
      given.map(({ end }) => end),
      (lost) => {
        made = keep(given, lost);
      },
    );
    return made;
  }

  function booked(ends: typeof ending, made: readonly Row[]): void {
    stored?.(made);
    settle(ends, () => ends.map(() => undefined));
  }

  function askLeave(begins: typeof beginning): readonly Permission[] {
    const works = begins.map(({ given }) => given.work);
    const calls = begins.map(({ given }) => callOf(given.work, given.quotedUsd));
    return ledger.begin(calls, {
      cap: cap(),
      isThere: (index) => works[index]?.isThere(rowOf(works[index])) ?? false,
    });
  }

  /** Whether both went well together; nothing of either is done when not. */
  function didTogether(ends: typeof ending, begins: typeof beginning): boolean {
    if (ends.length === 0 || begins.length === 0) return false;
    let made: readonly Row[] = [];
    let permissions: readonly Permission[] = [];
    try {
      ledger.atOnce(() => {
        made = bookEnds(ends);
        permissions = askLeave(begins);
      });
    } catch {
      return false;
    }
    booked(ends, made);
    settle(begins, () => permissions);
    return true;
  }

  function bookAlone(ends: typeof ending): void {
    try {
      booked(ends, bookEnds(ends));
    } catch (error) {
      unstored(
        ends.flatMap(({ given: { end, row } }) => (row === null || end.outcome !== 'billed' ? [] : [{ row, end }])),
      );
      for (const one of ends) one.reject(error);
    }
  }

  function flush(): void {
    scheduled = false;
    const ends = ending;
    const begins = beginning;
    ending = [];
    beginning = [];
    // Apart where one of them cannot be done: answers are kept though nothing more may begin.
    if (didTogether(ends, begins)) return;
    if (ends.length > 0) bookAlone(ends);
    settle(begins, () => askLeave(begins));
  }

  function schedule(): void {
    if (!scheduled) setImmediate(flush);
    scheduled = true;
  }

  return {
    begin: (work, quotedUsd) =>
      new Promise((resolve, reject) => {
        beginning.push({ given: { work, quotedUsd }, resolve, reject });
        schedule();
      }),
    end: (work, end, row) =>
      new Promise((resolve, reject) => {
        ending.push({ given: { work, end, row }, resolve, reject });
        schedule();
      }),
  };
}

/** Does the work of all that wait at once, and tells each its result, or all why there is none. */
function settle<Given, Result>(waiting: readonly Waiting<Given, Result>[], work: () => readonly Result[]): void {
  if (waiting.length === 0) return;
  try {
    for (const [index, result] of work().entries()) waiting[index]?.resolve(result);
  } catch (error) {
    for (const one of waiting) one.reject(error);
  }
}
