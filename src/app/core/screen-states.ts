import * as z from 'zod';
import { isRecord } from '../../domain/common/json.ts';
import { once } from '../../domain/common/once.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import { problemOf } from '../runtime/errors.ts';
import type { Clock, ScreenStateStore } from '../runtime/ports.ts';

/** What of a screen's state (filter, sort, cursor, draft) outlives the screen and the program, and how it is read back. */
export interface ScreenStateKind<State> {
  /** Names it among those of a project; never changed once shipped. */
  readonly name: string;
  /** What is kept, as plain JSON values. Called at every change, so it only picks. */
  save(state: State): object;
  /** The fresh state with what was saved in it. `saved` may be of another version: what cannot be read is left out. */
  restore(saved: unknown, fresh: State): State;
}

/** The states of the screens, by project. */
export interface ScreenStates {
  restore<State>(projectId: string, kind: ScreenStateKind<State>, fresh: State): State;
  /** Keeps a state: at once for whoever restores it, on disk within half a second and before the app ends. */
  keep<State>(projectId: string, kind: ScreenStateKind<State>, state: State): void;
  /** Forgets those of a project that is gone. */
  drop(projectId: string): void;
  close(): void;
}

/** A change is on disk within this. Never at once: it is a key that changes a state. */
const SAVE_MS = 500;

interface Kept {
  readonly value: unknown;
  /** As it is on disk; null before it is. */
  readonly onDisk: string | null;
}

interface Deps {
  readonly clock: Clock;
  readonly screenStates: ScreenStateStore;
}

export function createScreenStates(
  { clock, screenStates: store }: Deps,
  report: (problem: Problem) => void,
): ScreenStates {
  const projects = new Map<string, Map<string, Kept>>();
  const changed = new Map<string, Set<string>>();
  let waiting: AbortController | null = null;
  let reported = false;

  function attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      // Once: it would be reported again at every key.
      if (!reported)
        report(problemOf(error, 'Where you are on the screens is kept while Luthier runs.', 'Free the disk.'));
      reported = true;
    }
  }

  function statesOf(projectId: string): Map<string, Kept> {
    const known = projects.get(projectId);
    if (known !== undefined) return known;
    const states = new Map<string, Kept>();
    projects.set(projectId, states);
    attempt(() => {
      for (const [name, value] of store.list(projectId)) states.set(name, { value, onDisk: JSON.stringify(value) });
    });
    return states;
  }

  function save(): void {
    for (const [projectId, names] of changed) {
      const states = statesOf(projectId);
      for (const name of names) {
        const kept = states.get(name);
        const json = JSON.stringify(kept?.value);
        if (kept === undefined || json === kept.onDisk) continue;
        attempt(() => {
          store.save(projectId, name, kept.value);
          states.set(name, { ...kept, onDisk: json });
        });
      }
    }
    changed.clear();
  }

  function saveSoon(): void {
    if (waiting !== null) return;
    const mine = new AbortController();
    waiting = mine;
    clock.sleep(SAVE_MS, mine.signal).then(
      () => {
        waiting = null;
        save();
      },
      () => {},
    );
  }

  return {
    restore(projectId, kind, fresh) {
      const kept = statesOf(projectId).get(kind.name);
      return kept === undefined ? fresh : kind.restore(kept.value, fresh);
    },
    keep(projectId, kind, state) {
      const states = statesOf(projectId);
      states.set(kind.name, { value: kind.save(state), onDisk: states.get(kind.name)?.onDisk ?? null });
      changed.set(projectId, (changed.get(projectId) ?? new Set()).add(kind.name));
      saveSoon();
    },
    drop(projectId) {
      projects.delete(projectId);
      changed.delete(projectId);
    },
    close() {
      waiting?.abort();
      save();
    },
  };
}

type Fields<Value> = { readonly [Name in keyof Value]-?: z.ZodType<Exclude<Value[Name], undefined>> };

/**
 * Reads an object a field at a time, so that one field of another version does not take the others with it. The schemas are made with
 * the first object: those of all screens would be made before the first frame.
 */
export function fieldReader<Value extends object>(make: () => Fields<Value>): (json: unknown) => Partial<Value> {
  const fieldsOf = once(make);
  return (json) => {
    const found: Partial<Value> = {};
    if (!isRecord(json)) return found;
    const fields = fieldsOf();
    for (const name in fields) {
      const read = fields[name].safeParse(json[name]);
      if (read.success) found[name] = read.data;
    }
    return found;
  };
}

const readSubject = fieldReader<{ subject: string }>(() => ({ subject: z.string() }));

/** A state of one subject, such as a job, as the last subject was left; another one begins anew. */
export const subjectKind = <State>(subject: string, kind: ScreenStateKind<State>): ScreenStateKind<State> => ({
  name: kind.name,
  save: (state) => ({ ...kind.save(state), subject }),
  restore: (saved, fresh) => (readSubject(saved).subject === subject ? kind.restore(saved, fresh) : fresh),
});

const readCursor = fieldReader<{ selected: number }>(() => ({ selected: z.int().nonnegative() }));

/** The place of the cursor in a list; whoever draws the list holds it within what there is. */
export const cursorKind = (name: string): ScreenStateKind<number> => ({
  name,
  save: (selected) => ({ selected }),
  restore: (saved, fresh) => readCursor(saved).selected ?? fresh,
});

/** One of a few, such as the pane that has the focus. */
export function choiceKind<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
): ScreenStateKind<Choice> {
  const read = fieldReader<{ chosen: Choice }>(() => ({ chosen: z.enum(choices) }));
  return { name, save: (chosen) => ({ chosen }), restore: (saved, fresh) => read(saved).chosen ?? fresh };
}
