import { createHash } from 'node:crypto';
import type { RunLog } from '../../../domain/wandb/run-log.ts';
import { type Chunk, fits, pendingChunks, STREAM_NAMES } from './lines.ts';
import { placeOf, type Session } from './session.ts';
import type { LineFile, SyncState } from './state.ts';

/** What a request of the stream holds; empty for a sign of life. */
interface StreamBody {
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
  readonly uploaded?: readonly string[];
  readonly complete?: true;
  readonly exitcode?: number;
}

const LINE_FILES: readonly LineFile[] = ['history', 'events', 'output'];

function post(session: Session, body: StreamBody, once = false): Promise<string> {
  const { run, http } = session;
  const path = [run.entity, run.project, run.id].map(encodeURIComponent).join('/');
  const subject = { doing: `sending the rows of the run ${run.id}`, place: placeOf(session) };
  return http.post(`/files/${path}/file_stream`, JSON.stringify(body), { subject, once });
}

/** Tells W&B that the run lives, or it would be shown as crashed. What comes of it does not matter. */
export async function beat(session: Session): Promise<void> {
  await post(session, {}, true).catch(() => undefined);
}

/**
 * Sends the rows that are not there yet, then the summary, which files are uploaded and, for a run that is over, that
 * it is; a sign of life of a run that goes on with nothing new to tell. `exitCode` is null while it goes on. Throws
 * TrackingError.
 */
export async function sendStream(session: Session, log: RunLog, exitCode: number | null): Promise<void> {
  const rows = await sendRows(session, log);
  const end = await sendEnd(session, log, exitCode);
  if (exitCode === null && !rows && !end) await beat(session);
}

/** Whether there were any. */
async function sendRows(session: Session, log: RunLog): Promise<boolean> {
  const { ledger, meter } = session;
  let sent = false;
  for (const file of LINE_FILES) {
    const tooLong = log[file].filter((line) => !fits(line)).length;
    if (tooLong > 0) session.leaveOut(`${tooLong} lines of ${STREAM_NAMES[file]}, longer than W&B takes`);
    for (const chunk of pendingChunks(file, log[file], ledger.state[file])) {
      meter.begin(file);
      ledger.reopen();
      await post(session, { files: filesOf(chunk) });
      ledger.note({ [file]: chunk.after });
      meter.done(chunk.bytes);
      sent = true;
    }
  }
  return sent;
}

const filesOf = ({ file, offset, content }: Chunk): NonNullable<StreamBody['files']> => ({
  [STREAM_NAMES[file]]: { offset, content },
});

/** Whether there was something to tell. */
async function sendEnd(session: Session, log: RunLog, exitCode: number | null): Promise<boolean> {
  const { ledger, meter } = session;
  const { state } = ledger;
  const summary = pendingSummary(session, log);
  const uploaded = Object.keys(state.files).filter((path) => state.files[path]?.told === false);
  const ends = exitCode !== null && state.complete !== exitCode;
  if (summary === null && uploaded.length === 0 && !ends) return false;
  meter.begin('summary');
  ledger.reopen();
  await post(session, {
    ...(summary === null ? {} : { files: { 'wandb-summary.json': { offset: 0, content: [summary.text] } } }),
    ...(uploaded.length === 0 ? {} : { uploaded }),
    ...(exitCode === null ? {} : { complete: true, exitcode: exitCode }),
  });
  const change: Partial<SyncState> = {
    files: Object.fromEntries(Object.entries(state.files).map(([path, file]) => [path, { ...file, told: true }])),
    complete: exitCode,
  };
  ledger.note(summary === null ? change : { ...change, summary: summary.digest });
  return true;
}

/** The summary's text, where it is not what was sent last. */
function pendingSummary(session: Session, log: RunLog): { readonly text: string; readonly digest: string } | null {
  const text = JSON.stringify(log.summary);
  const digest = createHash('sha256').update(text).digest('hex');
  if (text === '{}' && session.ledger.state.summary === null) return null;
  if (digest === session.ledger.state.summary) return null;
  if (fits(text)) return { text, digest };
  session.leaveOut('the summary, longer than W&B takes');
  return null;
}
