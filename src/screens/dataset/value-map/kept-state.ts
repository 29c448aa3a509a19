import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';

/** Which slots the map is of; null for the first ones there are. */
export interface CoverageChoice {
  readonly first: string | null;
  readonly second: string | null;
}

const read = fieldReader<CoverageChoice>(() => ({ first: z.string().nullable(), second: z.string().nullable() }));

export const COVERAGE_CHOICE: ScreenStateKind<CoverageChoice> = {
  name: 'dataset-coverage',
  save: (choice) => choice,
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};

/** The two slots as they are: what was chosen where it is still there, and never the same one twice. Null with fewer than two. */
export function chosenSlots(
  { first, second }: CoverageChoice,
  names: readonly string[],
): readonly [string, string] | null {
  const down = names.find((name) => name === first) ?? names[0];
  const across = names.find((name) => name === second && name !== down) ?? names.find((name) => name !== down);
  return down === undefined || across === undefined ? null : [down, across];
}

/** The slot after `name`, the other one left out. */
export function nextSlot(name: string, other: string, names: readonly string[]): string {
  const free = names.filter((one) => one !== other);
  return free[(free.indexOf(name) + 1) % free.length] ?? name;
}
