import type { Session } from './session.ts';
import { beat } from './stream.ts';
import type { HttpDeps } from './target.ts';

/** W&B takes a run that says nothing for several of these for one that crashed. */
const HEARTBEAT_MS = 30_000;

export interface Pulse {
  /** Resolves once no sign of life is under way: one that came after the run's end would bring it back. */
  stop(): Promise<void>;
}

/**
 * Signs of life while something takes long. One at a time, as one may take longer than the pause between two, and an
 * older one must not come last.
 */
export function startPulse(session: Session, every: HttpDeps['every'] = everyInterval): Pulse {
  let underway: Promise<void> | null = null;
  const end = every(HEARTBEAT_MS, () => {
    underway ??= beat(session).then(() => {
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
