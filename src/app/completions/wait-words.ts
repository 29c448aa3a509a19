import type { Problem } from '../../domain/common/outcome.ts';
import { closedText, waitText } from '../../domain/pacing/words.ts';
import type { RequestWait } from '../runtime/operation.ts';
import type { LaneWait } from './traffic.ts';

/** Shorter waits are everyday; longer ones deserve a word. */
const WAIT_SHOWN_MS = 1000;

/** Where a lane's calls go, in words, and the time on its pace's clock. */
export interface WaitPlace {
  readonly place: string;
  readonly now: number;
}

/** The wait that is worth a word, of those the longest first; null where there is none. */
export function shownWait([longest]: readonly LaneWait[], whereOf: (wait: LaneWait) => WaitPlace): RequestWait | null {
  if (longest === undefined || longest.ms < WAIT_SHOWN_MS) return null;
  const { place, now } = whereOf(longest);
  return { ms: longest.ms, text: waitText(longest, place, longest.pace.pacer.standing(longest.cause, now)) };
}

/** Ends a run whose server lets nothing pass for longer than anyone waits. */
export class ServerClosed extends Error {
  constructor(wait: LaneWait, { place, now }: WaitPlace) {
    super(closedText(wait, place, wait.pace.pacer.standing(wait.cause, now)));
    this.name = 'ServerClosed';
  }

  /** Asked for when the calls under way have ended, for then it is known what is `saved`. */
  problem(saved: string): Problem {
    return { what: this.message, saved, next: 'Start it again then: what is on disk is not asked again.' };
  }
}
