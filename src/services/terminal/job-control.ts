/** How the interface gives the terminal away and takes it back, and whether somebody has it now. */
export interface LentTerminal {
  readonly isLent: boolean;
  suspend(): void | Promise<void>;
  resume(): void | Promise<void>;
}

/** The part of `process` that stops and goes on. */
export type StoppableProcess = Pick<NodeJS.Process, 'pid' | 'platform' | 'on' | 'off' | 'kill'>;

export interface JobControl {
  /** Stops the job as Ctrl-Z does in a shell: `fg` takes it back. Null where shells know no jobs. */
  readonly stop: (() => void) | null;
  close(): void;
}

/** Milliseconds after which a stop did not come: nobody could take the job back, so the system does not stop it. */
const UNSTOPPED_MS = 300;

/**
 * Gives the terminal back before the process is stopped by SIGTSTP, and takes it again, with a full repaint, when SIGCONT
 * comes: after a stop of ours as after any other. While an editor has the terminal, the process stops and goes on with it.
 */
export function createJobControl(target: StoppableProcess, terminal: LentTerminal): JobControl {
  if (target.platform === 'win32') return { stop: null, close: () => {} };
  /** Takes the terminal back; null while this process is not stopped. */
  let takeBack: (() => void) | null = null;

  async function stop(): Promise<void> {
    if (takeBack !== null) return;
    const isOurs = !terminal.isLent;
    const continued = Promise.withResolvers<void>();
    takeBack = continued.resolve;
    if (isOurs) await terminal.suspend();
    // By the system's own rule, which stops no job that nobody could take back.
    target.off('SIGTSTP', onStop);
    target.kill(target.pid, 'SIGTSTP');
    const unstopped = setTimeout(continued.resolve, UNSTOPPED_MS);
    await continued.promise;
    clearTimeout(unstopped);
    target.on('SIGTSTP', onStop);
    takeBack = null;
    if (isOurs) await terminal.resume();
  }

  async function goOn(): Promise<void> {
    if (takeBack !== null) takeBack();
    else if (!terminal.isLent) {
      await terminal.suspend();
      await terminal.resume();
    }
  }

  const onStop = (): void => void stop();
  const onContinue = (): void => void goOn();
  target.on('SIGTSTP', onStop);
  target.on('SIGCONT', onContinue);
  return {
    // The whole job: what `npm start` put around this process stops with it.
    stop: () => void target.kill(0, 'SIGTSTP'),
    close() {
      target.off('SIGTSTP', onStop);
      target.off('SIGCONT', onContinue);
    },
  };
}
