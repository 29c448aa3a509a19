import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { writePrivateFile } from '../../filesystem/private-files.ts';
import { markerName } from '../offline/names.ts';

/** How much of a file of lines is at W&B: the first `sent` of them, whose SHA-256 is `digest`. */
const linesSchema = z.object({ sent: z.number().int().nonnegative(), digest: z.string() });

const targetSchema = z.object({ baseUrl: z.string(), entity: z.string(), project: z.string() });

/** What of a run is at W&B, as far as W&B acknowledged it. Holds no key. */
const stateSchema = z.object({
  version: z.literal(1),
  /** As it was wanted; `entity` is empty for the account's own. */
  target: targetSchema,
  /** As W&B has it; null before it has answered. */
  place: z.object({ entity: z.string(), project: z.string(), url: z.string() }).nullable(),
  /** Of what the run is but its rows. */
  run: z.string().nullable(),
  history: linesSchema,
  events: linesSchema,
  output: linesSchema,
  summary: z.string().nullable(),
  /** By name and digest. `used`: it is marked as used by the run. */
  artifacts: z.record(z.string(), z.object({ id: z.string(), aliases: z.array(z.string()), used: z.boolean() })),
  /** By path. `told`: the stream said that it is there. */
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string(), told: z.boolean() })),
  /** The exit code that was sent with everything there was; null while something is missing. */
  complete: z.number().nullable(),
  /** Of the log all of this came from, once all of it was sent: see `logPrint`. */
  log: z.string().nullable(),
});

export type SyncState = z.infer<typeof stateSchema>;
export type SyncTarget = z.infer<typeof targetSchema>;
export type LineFile = 'history' | 'events' | 'output';

export const SYNC_FILE = 'luthier-sync.json';

/** SHA-256 of no line. */
const NO_LINES = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const noLines = { sent: 0, digest: NO_LINES };

function freshState(target: SyncTarget): SyncState {
  return {
    version: 1,
    target,
    place: null,
    run: null,
    history: noLines,
    events: noLines,
    output: noLines,
    summary: null,
    artifacts: {},
    files: {},
    complete: null,
    log: null,
  };
}

/** Null where nothing was sent yet, and for what cannot be read: sending again does no harm. */
export function readSyncState(folder: string): SyncState | null {
  try {
    const parsed = stateSchema.safeParse(parseJson(readFileSync(join(folder, SYNC_FILE), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export interface Ledger {
  readonly state: SyncState;
  /** On disk before it returns. */
  note(change: Partial<SyncState>): void;
  /** Before anything is sent: from here on, something is missing. */
  reopen(): void;
  /** Everything is there. Where `whole`, a log of ours is marked as `wandb sync` marks it, which then leaves it alone. */
  close(exitCode: number | null, log: string, whole: boolean): void;
  /** Forgets what was sent, as when the run was deleted at W&B. */
  forget(): void;
}

export interface LedgerOptions {
  readonly folder: string;
  readonly runId: string;
  /**
   * Whether Luthier wrote the log. Of somebody else's it does not read everything, so that W&B's client must still find
   * it to be sent: its marker is then left alone, there or not.
   */
  readonly own: boolean;
  /** Begin as if nothing had been sent. */
  readonly anew: boolean;
}

/** What was sent of the run in the folder; nothing where it went elsewhere. */
export function openLedger(target: SyncTarget, { folder, runId, own, anew }: LedgerOptions): Ledger {
  const kept = anew ? null : readSyncState(folder);
  const same = kept !== null && JSON.stringify(kept.target) === JSON.stringify(target);
  let state = same ? kept : freshState(target);
  const marker = join(folder, markerName(runId));
  const note = (change: Partial<SyncState>): void => {
    state = { ...state, ...change };
    writePrivateFile(join(folder, SYNC_FILE), `${JSON.stringify(state)}\n`);
  };
  return {
    get state() {
      return state;
    },
    note,
    reopen() {
      if (own) rmSync(marker, { force: true });
      if (state.complete !== null || state.log !== null) note({ complete: null, log: null });
    },
    close(exitCode, log, whole) {
      if (state.complete !== exitCode || state.log !== log) note({ complete: exitCode, log });
      if (own && whole && !existsSync(marker)) writeFileSync(marker, '');
    },
    forget: () => note(freshState(target)),
  };
}
