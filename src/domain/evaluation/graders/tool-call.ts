import * as z from 'zod';
import { readTextWithCalls, type ToolCall } from '../../chat/shown-message.ts';
import { digitsOf, sameNumber } from '../../common/exact-number.ts';
import { isRecord } from '../../common/json.ts';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, nameFlag, type Score, shortened, verdict, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

/**
 * Each call that is wanted is made, and no other: name equal, arguments equal as JSON by value. The order of calls and
 * of keys says nothing, nor does text beside the calls. Where text is wanted, right is to call nothing.
 */
const gradeCalls: Grader = (answer, target) => {
  const wanted = readTextWithCalls(target).calls;
  const made = readTextWithCalls(answer).calls;
  if (wanted.length === 0) return withoutCall(made);
  if (made.length === 0) return wrong(`no tool call: ${shortened(answer)}`);
  const extra = [...made];
  const open = wanted.filter((call) => {
    const found = extra.findIndex((other) => differenceOf(other, call) === null);
    if (found >= 0) extra.splice(found, 1);
    return found < 0;
  });
  if (open.length === 0 && extra.length === 0) return verdict(true, `calls ${names(made)} as wanted`);
  return wrong([...whatDiffers(open, extra)].join('; '));
};

const withoutCall = (made: readonly ToolCall[]): Score =>
  made.length === 0
    ? verdict(true, 'no tool call wanted, none made; the text was not compared')
    : wrong(`no tool call wanted: ${names(made)}`);

const names = (calls: readonly ToolCall[]): string => calls.map(({ name }) => name).join(', ');

/** What stands in the place of each call that is missing, by name where there is one of that name. */
function* whatDiffers(open: readonly ToolCall[], extra: ToolCall[]): Generator<string> {
  for (const call of open) {
    const same = extra.findIndex(({ name }) => name === call.name);
    const [other] =
      same >= 0 ? extra.splice(same, 1) : extra.length === 1 && open.length === 1 ? extra.splice(0, 1) : [];
    yield other === undefined ? `${call.name} is not called` : (differenceOf(other, call) ?? '');
  }
  for (const { name } of extra) yield `${name} is called, and not wanted`;
}

/** What a call has other than the one that is wanted; null when they are equal. */
function differenceOf(made: ToolCall, wanted: ToolCall): string | null {
  if (made.name !== wanted.name) return `${made.name} for ${wanted.name}`;
  if (made.malformed) return `the arguments of ${made.name} are not JSON: ${shortened(String(made.arguments))}`;
  const found = differs(made.arguments, wanted.arguments, '');
  return found === null ? null : `${made.name}: ${found}`;
}

/** The first place where two JSON values differ, in words; null when they are equal. */
function differs(made: unknown, wanted: unknown, path: string): string | null {
  if (Array.isArray(made) && Array.isArray(wanted)) {
    if (made.length !== wanted.length) return `${path || 'the list'} has ${made.length} values, not ${wanted.length}`;
    return firstOf(made.keys(), (at) => differs(made[at], wanted[at], `${path}[${at}]`));
  }
  if (isRecord(made) && isRecord(wanted)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(made)]);
    return firstOf(keys, (key) => {
      const place = path === '' ? key : `${path}.${key}`;
      if (!Object.hasOwn(made, key)) return `${place} is missing`;
      if (!Object.hasOwn(wanted, key)) return `${place} is not wanted`;
      return differs(made[key], wanted[key], place);
    });
  }
  return isSame(made, wanted) ? null : `${path || 'the arguments'} is ${written(made)}, not ${written(wanted)}`;
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
  return one === null || other === null ? made === wanted : sameNumber(one, other);
}

/** The calls of the target, by name and arguments. */
export const toolCall = defineGrader({
  schema: z.object({ kind: z.literal('tool-call'), ...asideShape }),
  nameOf: () => 'tool call',
  choice: { label: 'tool call', note: 'name and arguments equal', place: 11 },
  fields: {},
  readDraft: () => accepted({ kind: 'tool-call' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'tool-call' }),
  usuallyAside: [],
  classesOf: () => null,
  grading: { by: 'rules', compile: () => ok(gradeCalls) },
});
