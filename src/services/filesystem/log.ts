import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { redactKeys } from '../../domain/text/sanitize.ts';

interface RotatingFile {
  append(text: string): void;
}

/** A file that, once it would pass `maxBytes`, becomes `<path>.1` and begins anew: at most twice that is kept. */
function rotatingFile(path: string, maxBytes: number): RotatingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    append: (text) => {
      // Checked each time, for another process may write to the same file or have turned it over.
      const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > 0 && bytes + Buffer.byteLength(text) > maxBytes) renameSync(path, `${path}.1`);
      appendFileSync(path, text, { mode: 0o600 });
    },
  };
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, unknown>>;

interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LogOptions {
  /** Lines below it are not written; `info` when absent. */
  readonly level?: LogLevel;
  /** When the file is turned over, in bytes; 2 MB when absent. */
  readonly maxBytes?: number;
  readonly now?: () => number;
  /** Keys in use now, masked wherever they stand. */
  readonly secrets?: () => readonly string[];
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
/** Longest text kept of one field. */
const FIELD_LIMIT = 4000;

/**
 * JSON lines in a 0600 file, keys masked. Never the console: a line on the terminal would tear the frame. A log that
 * cannot be written (full disk, lost rights) is silent, for it must not be what stops the work.
 */
export function createLog(path: string, options: LogOptions = {}): Log {
  const least = RANK[options.level ?? 'info'];
  const now = options.now ?? Date.now;
  let file: RotatingFile | null = null;
  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (RANK[level] < least) return;
    try {
      const entry = { time: new Date(now()).toISOString(), level, pid: process.pid, message, ...fields };
      file ??= rotatingFile(path, options.maxBytes ?? 2_000_000);
      file.append(`${lineOf(entry, options.secrets?.() ?? [])}\n`);
    } catch {
      file = null;
    }
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

function lineOf(entry: object, secrets: readonly string[]): string {
  const clean = (text: string) => redactKeys(text, secrets).slice(0, FIELD_LIMIT);
  return JSON.stringify(entry, (key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
    if (typeof value !== 'string') return value;
    return SECRET_NAME.test(key) ? '…' : clean(value);
  });
}

/** Fields that hold a secret by their name, whatever it looks like. */
const SECRET_NAME = /^(api[-_]?key|key|token|authorization|secret|password)$/i;

/** The part of `process` that reports errors nobody caught. */
export interface UncaughtErrorSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/**
 * Logs errors nobody caught, then hands the first to `onFault`, which gives the terminal back and ends. Gives back
 * what takes the handlers away.
 */
export function watchUncaughtErrors(
  source: UncaughtErrorSource,
  log: Log,
  onFault: (error: Error) => void,
): () => void {
  let reported = false;
  const handler = (kind: string) => (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    log.error(kind, { error });
    if (reported) return;
    reported = true;
    onFault(error);
  };
  const uncaught = handler('Uncaught exception');
  const unhandled = handler('Unhandled rejection');
  source.on('uncaughtException', uncaught);
  source.on('unhandledRejection', unhandled);
  return () => {
    source.off('uncaughtException', uncaught);
    source.off('unhandledRejection', unhandled);
  };
}
