import type { AppProps } from 'ink';

type SuspendTerminal = AppProps['suspendTerminal'];

/** Lends the terminal to a program started by a service, which knows nothing of Ink. */
export interface TerminalLease {
  /** Ink's own, once it is there. */
  offer(suspend: SuspendTerminal): void;
  suspend(): Promise<void>;
  resume(): Promise<void>;
}

export function createTerminalLease(): TerminalLease {
  let offered: SuspendTerminal | null = null;
  let giveBack: (() => Promise<void>) | null = null;
  return {
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
