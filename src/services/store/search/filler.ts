import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreDatabase } from '../database.ts';
import { roomIn } from '../store-faults.ts';
import { lowerMark, markOf, noteStep, unindexed } from './marks.ts';
import type { SearchThread } from './thread.ts';

export interface FillerOptions {
  /** Rows that are not in the index, from which on it is filled: fewer are looked at sooner than a thread is begun. */
  readonly from?: number;
  /** Milliseconds after a change before it is looked whether the index is to be filled. */
  readonly quietMs?: number;
}

/** Answers come first: where less is free, nothing is put in the index. */
const ROOM_BYTES = 2 ** 30;
const FROM = 5_000;
const QUIET_MS = 2_000;
/** Rows that came since the last look, from which on something adds them in bulk: it is left alone. */
const MANY = 1_000;
/** How long a step that is not noted yet may still be, by another process that runs. */
const OPEN_MS = 2_000;
const PATIENCE = 2;

/** Has the thread fill the index when rows have come, behind what goes on; what it put in is noted beside the rows, by their only writer. */
export class Filler {
  private readonly database: StoreDatabase;
  private readonly thread: SearchThread;
  private readonly options: Required<FillerOptions>;
  private readonly ended = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private filling = false;
  private last: number | null = null;

  constructor(database: StoreDatabase, thread: SearchThread, { from = FROM, quietMs = QUIET_MS }: FillerOptions) {
    this.database = database;
    this.thread = thread;
    this.options = { from, quietMs };
  }

  /** Rows came or changed, or may have. */
  rowsChanged(): void {
    if (this.ended.signal.aborted || this.filling) return;
    this.timer ??= setTimeout(() => this.look(), this.options.quietMs).unref();
  }

  close(): void {
    this.ended.abort();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private look(): void {
    this.timer = null;
    try {
      lowerMark(this.database);
      if (this.isBusy()) this.rowsChanged();
      else if (unindexed(this.database) >= this.options.from) void this.fill();
    } catch {
      // Where the database cannot be used, whoever needs it says so.
    }
  }

  /** Whether many rows came since it was asked last. */
  private isBusy(): boolean {
    const { last } = markOf(this.database);
    const before = this.last ?? last;
    this.last = last;
    return last - before > MANY;
  }

  private async fill(): Promise<void> {
    this.filling = true;
    // The index is no more than a help, without which each row is looked at: the next change tries again.
    const isWhole = await this.fillAll().catch(() => true);
    this.filling = false;
    if (isWhole) this.thread.rest();
    else this.rowsChanged();
  }

  /** Gives whether there is nothing to go on with. */
  private async fillAll(): Promise<boolean> {
    for (let open = 0; !this.ended.signal.aborted; ) {
      if (this.isBusy()) return false;
      if (roomIn(dirname(this.database.path)) < ROOM_BYTES) return true;
      const filled = await this.thread.fill({ isLost: open >= PATIENCE });
      if (filled === 'nothing' || open > PATIENCE) return true;
      if (filled === 'open') {
        open += 1;
        await delay(OPEN_MS, undefined, { ref: false, signal: this.ended.signal });
      } else {
        open = 0;
        noteStep(this.database, filled);
      }
    }
    return true;
  }
}
