import type { AppProps } from 'ink';
import { errorText } from '../../app/runtime/errors.ts';
import { FileError } from '../../domain/text/file-faults.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { namedDamage } from '../../domain/text/store-damage.ts';
import type { MouseSource } from '../../keys/mouse-areas.ts';
import type { Background } from '../../theme/themes.ts';

type SuspendTerminal = AppProps['suspendTerminal'];

/** Lends the terminal to a program started by a service, which knows nothing of Ink. */
export interface TerminalLease {
  /** Ink's own, once it is there. */
  offer(suspend: SuspendTerminal): void;
  /** Somebody has it now. */
  readonly isLent: boolean;
  suspend(): Promise<void>;
  resume(): Promise<void>;
}

export function createTerminalLease(): TerminalLease {
  let offered: SuspendTerminal | null = null;
  let giveBack: (() => Promise<void>) | null = null;
  return {
    get isLent() {
      return giveBack !== null;
    },
    offer: (suspend) => {
      offered = suspend;
    },
    suspend: async () => {
      const suspension = await offered?.();
      giveBack = suspension?.resume ?? null;
    },
    resume: async () => {
      await giveBack?.();
      giveBack = null;
    },
  };
}

/** What the terminal says beside keys. */
export interface TerminalSignals {
  readonly onMouse: MouseSource;
  onBackground(listener: () => void): () => void;
  /** Null before the terminal said so. */
  background(): Background | null;
}

/** What is said on the plain terminal when there is no frame to say it in: what happened, what is safe, what to do. */
export function startFailureText(cause: unknown, home: string): string {
  const error = namedDamage(cause);
  const next =
    error instanceof FileError
      ? error.next
      : 'See that this folder can be read and written and that its disk has room, or set LUTHIER_HOME to another.';
  return [
    `luthier cannot start: ${sanitizeLine(errorText(error))}`,
    `Everything in ${sanitizeLine(home)} is as it was.`,
    next,
    '',
  ].join('\n');
}

/** What is said on the plain terminal after an error ended the app; `log` is where its trace stands. */
export function endFailureText(cause: Error, log: string): string {
  const error = namedDamage(cause);
  if (error instanceof FileError) return `luthier ended: ${sanitizeLine(errorText(error))}\n${error.next}\n`;
  return `luthier ended by an error it did not expect. Everything finished is kept.\nWhat happened is in ${log}.\n`;
}
