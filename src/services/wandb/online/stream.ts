import { createHash } from 'node:crypto';
import type { RunLog } from '../../../domain/wandb/run-log.ts';
import { placeOf, type Session } from './session.ts';
import type { LineFile, SyncState } from './state.ts';
import type { HttpDeps } from './target.ts';

/** A line W&B takes, in bytes (core/internal/filestream); a longer one is left out, as its own client does. */
const LONGEST_LINE = 10 * 2 ** 20 - 100 * 2 ** 10;
/** What a request holds, in bytes. */
const LARGEST_REQUEST = 10 * 2 ** 20;

/** As the stream calls them. */
const STREAM_NAMES: Readonly<Record<LineFile, string>> = {
  history: 'wandb-history.jsonl',
  events: 'wandb-events.jsonl',
  output: 'output.log',
};

/** Lines of one file that go in one request. */
interface Chunk {
  readonly file: LineFile;
  readonly offset: number;
  readonly content: readonly string[];
  readonly bytes: number;
  /** How the file stands once the request is acknowledged. */
  readonly after: SyncState[LineFile];
}

const fits = (line: string): boolean => Buffer.byteLength(line) <= LONGEST_LINE;

/**
 * What is to be sent of a file, in the order of its lines: those after the ones that are there, or all of them where
 * what was sent is no longer how the file begins. Pieces are at most `most` bytes; a longer line is one of its own.
 */
function* pendingChunks(
  file: LineFile,
  lines: readonly string[],
  sent: SyncState[LineFile],
  most = LARGEST_REQUEST,
): Generator<Chunk, void, undefined> {
  const kept = lines.filter(fits);
  let hash = createHash('sha256');
  for (const line of kept.slice(0, sent.sent)) hash.update(`${line}\n`);
  const holds = sent.sent === 0 || (kept.length >= sent.sent && hash.copy().digest('hex') === sent.digest);
  if (!holds) hash = createHash('sha256');
  for (let offset = holds ? sent.sent : 0; offset < kept.length; ) {
    const content: string[] = [];
    let bytes = 0;
    for (const line of kept.slice(offset)) {
      // As it is in the request: a line of JSON within JSON.
      const size = Buffer.byteLength(JSON.stringify(line)) + 1;
      if (content.length > 0 && bytes + size > most) break;
      content.push(line);
      bytes += size;
      hash.update(`${line}\n`);
    }
    const after = { sent: offset + content.length, digest: hash.copy().digest('hex') };
    yield { file, offset, content, bytes, after };
    offset = after.sent;
  }
}

/** What `pendingChunks` would send, in bytes. */
export function pendingBytes(file: LineFile, lines: readonly string[], sent: SyncState[LineFile]): number {
  let bytes = 0;
  for (const chunk of pendingChunks(file, lines, sent)) bytes += chunk.bytes;
  return bytes;
}

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

/** Shows W&B that the run lives, or it would be shown as crashed. What comes of it does not matter. */
async function sendHeartbeat(session: Session): Promise<void> {
  await post(session, {}, true).catch(() => undefined);
}

/**
 * Sends the rows that are not there yet, then the summary, which files are uploaded and, for a run that is over, that
 * it is; a sign of life of a run that goes on with nothing new to send. `exitCode` is null while it goes on. Throws
 * TrackingError.
 */
export async function sendStream(session: Session, log: RunLog, exitCode: number | null): Promise<void> {
  const rows = await sendRows(session, log);
  const end = await sendEnd(session, log, exitCode);
  if (exitCode === null && !rows && !end) await sendHeartbeat(session);
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

/** Whether there was something to send. */
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

/** W&B takes a run that says nothing for several of these for one that crashed. */
const HEARTBEAT_MS = 30_000;

export interface Heartbeat {
  /** Resolves once no sign of life is under way: one that came after the run's end would bring it back. */
  stop(): Promise<void>;
}

/**
 * Signs of life while something takes long. One at a time, as one may take longer than the pause between two, and an
 * older one must not come last.
 */
export function startHeartbeat(session: Session, every: HttpDeps['every'] = everyInterval): Heartbeat {
  let underway: Promise<void> | null = null;
  const end = every(HEARTBEAT_MS, () => {
    underway ??= sendHeartbeat(session).then(() => {
      underway = null;
    });
  });
  return {
    async stop() {
      end();
      await underway;
    },
  };
}

function everyInterval(ms: number, beat: () => void): () => void {
  const timer = setInterval(beat, ms);
  return () => clearInterval(timer);
}
