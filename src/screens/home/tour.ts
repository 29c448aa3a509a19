import { useState } from 'react';
import { cursorKind } from '../../app/core/screen-states.ts';
import { type AppState, liveOperations } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';

/** What a person should know in the first minute, one at a time. */
export const TOUR = [
  'The bar above has every screen by its digit, 1 Home to 8 Settings. ● is done, ◐ runs, ○ waits, ▲ wants a look, ✗ went wrong.',
  'The last row shows the keys that work now, the most useful first. ? lists all of them, : finds any action by its name, Esc leaves what is open.',
  'Enter here does the next step. What costs money shows its price and asks first; the practice engine on this machine needs no key and costs nothing.',
  'What runs goes on when you leave its screen: Ctrl-O lists it, Ctrl-C stops what runs on the screen. Every finished row is on disk before you see it.',
  'Your own rows: 4, then o, reads JSONL, CSV, Parquet or a dataset of the Hugging Face Hub. Your own provider and its key: 8.',
] as const;

/** The note that is next; past the last one the tour is over. */
const PLACE = cursorKind('home-tour');
/** It is kept of the data folder, under a name that no project has. */
const EVERY_PROJECT = '*';

export interface Tour {
  /** The note that is shown; null while none is. */
  readonly note: number | null;
  /** The next note, or the first where none is shown. */
  next(): void;
  end(): void;
}

/** Whether nothing was done yet, so that the tour stands in the place of nothing: not of what is billed, nor of what runs. */
function isUntouched(state: AppState): boolean {
  const { projects, counts, jobs, deployments } = state;
  const done = counts.total + jobs.length + deployments.length + liveOperations(state).length;
  return projects.length < 2 && done === 0;
}

/**
 * The tour of a new data folder: shown by itself while nothing was done in it, until it was ended or seen to its
 * end, and afterwards when somebody asks for it.
 */
export function useTour(): Tour {
  const { screenStates } = useWorkbench();
  const fresh = useAppState(isUntouched);
  const [place, setPlace] = useState(() => screenStates.restore(EVERY_PROJECT, PLACE, 0));
  const [requested, setRequested] = useState(false);
  const over = place >= TOUR.length;
  const note = !over && (fresh || requested) ? place : null;
  const go = (to: number): void => {
    setPlace(to);
    screenStates.keep(EVERY_PROJECT, PLACE, to);
  };
  return {
    note,
    next() {
      if (note === null) setRequested(true);
      go(note === null ? 0 : note + 1);
    },
    end: () => go(TOUR.length),
  };
}
