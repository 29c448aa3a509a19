import { createHash } from 'node:crypto';
import { TrackingError, type UploadProgress } from '../../../domain/tracking/types.ts';
import { runUrl } from '../../../domain/wandb/names.ts';
import type { RunLog } from '../../../domain/wandb/run-log.ts';
import { bytesOf, isPending, refuseHuge, sendArtifact } from './artifacts.ts';
import { createHttp, type Http } from './http.ts';
import { pendingFiles, sendFiles } from './run-files.ts';
import { runVariables, type UpsertedRun, upsertRun } from './runs.ts';
import { createMeter, type Session } from './session.ts';
import { type Ledger, openLedger } from './state.ts';
import { pendingBytes, sendStream, startHeartbeat } from './stream.ts';
import type { HttpDeps, Target } from './target.ts';

export interface UploadOptions {
  readonly target: Target;
  /** In place of the log's; null for the log's own, and where that is empty the account's. */
  readonly entity: string | null;
  /** The run's folder: the log, `files`, and what is remembered of uploads. */
  readonly folder: string;
  /** Which version of the log was read; kept once all of it is there. */
  readonly logPrint: string;
  /** Whether Luthier wrote the log; what it does not read of another one is left for W&B's client to send. */
  readonly own: boolean;
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly deps: HttpDeps;
}

export interface UploadResult {
  readonly entity: string;
  readonly project: string;
  readonly url: string;
  /** What was sent as its end; null while the run goes on. */
  readonly exitCode: number | null;
  readonly cut: RunLog['cut'];
  /** What was not sent, and why; empty for most. */
  readonly leftOut: readonly string[];
}

/** As `wandb sync` has it: a log that is cut is of a run that failed. */
const exitCodeOf = ({ exitCode, cut }: RunLog): number | null => exitCode ?? (cut === null ? null : 1);

/**
 * Sends what W&B does not have of the run: the run, what it takes in, what it puts out, its files, its rows in order,
 * its end. Each acknowledged step is on disk before the next, so that an upload that broke off goes on there; a step
 * whose answer was lost is made again, under the same names and at the same places. Throws TrackingError; rejects with
 * the signal's reason.
 */
export async function uploadRun(log: RunLog, options: UploadOptions): Promise<UploadResult> {
  refuseHuge(log.artifacts);
  const { target } = options;
  const entity = options.entity ?? log.run.entity;
  const wanted = { baseUrl: target.baseUrl, entity, project: log.run.project };
  const { folder, own } = options;
  const ledger = openLedger(wanted, { folder, runId: log.run.id, own, anew: options.overwrite === true });
  const resumed = ledger.state.place !== null;
  try {
    return await sendMissing(log, entity, ledger, options);
  } catch (error) {
    if (!resumed || !(error instanceof TrackingError) || error.kind !== 'not-found') throw error;
    // The run, or its project, was deleted at W&B since: what was sent went with it.
    ledger.forget();
    return sendMissing(log, entity, ledger, options);
  }
}

async function sendMissing(log: RunLog, entity: string, ledger: Ledger, options: UploadOptions): Promise<UploadResult> {
  const { target, deps, signal } = options;
  const meter = createMeter(options.onProgress);
  const http = createHttp({ target, deps, signal, onWait: meter.waiting });
  const leftOut: string[] = [];
  meter.begin('run');
  const place = await upserted(http, log, entity, ledger);
  const run = { entity: place.entity, project: place.project, id: log.run.id };
  const session: Session = { http, ledger, meter, run, leaveOut: (what) => leftOut.push(what) };
  await sendAll(session, log, options);
  const exitCode = exitCodeOf(log);
  // Of a log that is cut, W&B's client says that it failed to sync it all, and leaves no marker.
  ledger.close(exitCode, options.logPrint, log.exitCode !== null && log.cut === null);
  return { ...place, exitCode, cut: log.cut, leftOut };
}

async function upserted(http: Http, log: RunLog, entity: string, ledger: Ledger): Promise<RunPlace> {
  const print = createHash('sha256')
    .update(JSON.stringify(runVariables(log.run, entity)))
    .digest('hex');
  const { place, run } = ledger.state;
  if (place !== null && run === print) return place;
  ledger.reopen();
  const made = await upsertRun(http, log.run, entity);
  if (made.inserted && place !== null) ledger.forget();
  const next = placeAt(made, log.run.id, http.target);
  ledger.note({ place: next, run: print });
  return next;
}

type RunPlace = Pick<UploadResult, 'entity' | 'project' | 'url'>;

const placeAt = ({ entity, project }: UpsertedRun, runId: string, { appUrl }: Target): RunPlace => ({
  entity,
  project,
  url: runUrl(appUrl, { entity, project, runId }),
});

async function sendAll(session: Session, log: RunLog, { folder, deps }: UploadOptions): Promise<void> {
  const { ledger, meter } = session;
  const artifacts = log.artifacts
    .filter((artifact) => isPending(ledger.state, artifact))
    .toSorted((a, b) => Number(b.useAfterCommit) - Number(a.useAfterCommit));
  const files = await pendingFiles(folder, log.files, session);
  for (const artifact of artifacts) meter.expect(bytesOf(artifact));
  for (const file of files) meter.expect(file.bytes);
  for (const file of ['history', 'events', 'output'] as const) {
    meter.expect(pendingBytes(file, log[file], ledger.state[file]));
  }
  const heartbeat = startHeartbeat(session, deps.every);
  try {
    for (const artifact of artifacts) await sendArtifact(session, artifact);
    await sendFiles(session, files);
  } finally {
    await heartbeat.stop();
  }
  await sendStream(session, log, exitCodeOf(log));
}
