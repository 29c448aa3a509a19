import { digitsOf, sameNumber } from '../../common/exact-number.ts';
import { isRecord } from '../../common/json.ts';
import { shortened } from './grader.ts';
import { sameCharacters } from './set-aside.ts';

/**
 * The first place where two JSON values differ, in words; null when they are equal. Numbers are compared to their last
 * digit (values as `parseExactJson` gives them), keys in any order. `whole` names the value itself.
 */
export function jsonDifference(made: unknown, wanted: unknown, whole: string): string | null {
  return differs(made, wanted, '', whole);
}

function differs(made: unknown, wanted: unknown, path: string, whole: string): string | null {
  if (Array.isArray(made) && Array.isArray(wanted)) {
    if (made.length !== wanted.length) return `${path || 'the list'} has ${made.length} values, not ${wanted.length}`;
    return firstOf(made.keys(), (at) => differs(made[at], wanted[at], `${path}[${at}]`, whole));
  }
  if (isRecord(made) && isRecord(wanted)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(made)]);
    return firstOf(keys, (key) => {
      const place = path === '' ? key : `${path}.${key}`;
      if (!Object.hasOwn(made, key)) return `${place} is missing`;
      if (!Object.hasOwn(wanted, key)) return `${place} is not wanted`;
      return differs(made[key], wanted[key], place, whole);
    });
  }
  return isSame(made, wanted) ? null : `${path || whole} is ${written(made)}, not ${written(wanted)}`;
}

function firstOf<T>(places: Iterable<T>, look: (place: T) => string | null): string | null {
  for (const place of places) {
    const found = look(place);
    if (found !== null) return found;
  }
  return null;
}

const written = (value: unknown): string => shortened(JSON.stringify(value)).slice(1, -1);

/** 1.0 is 1; numbers are compared to their last digit, further than a JavaScript number holds them. */
function isSame(made: unknown, wanted: unknown): boolean {
  const [one, other] = [digitsOf(made), digitsOf(wanted)];
  if (one !== null && other !== null) return sameNumber(one, other);
  // Of accents that JSON writes as escapes.
  return typeof made === 'string' && typeof wanted === 'string'
    ? sameCharacters(made) === sameCharacters(wanted)
    : made === wanted;
}
