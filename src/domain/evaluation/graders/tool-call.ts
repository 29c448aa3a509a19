import * as z from 'zod';
import { readTextWithCalls, type ToolCall } from '../../chat/shown-message.ts';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, nameFlag, type Score, shortened, verdict, wrong } from './grader.ts';
import { jsonDifference } from './json-difference.ts';
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
  const found = jsonDifference(made.arguments, wanted.arguments, 'the arguments');
  return found === null ? null : `${made.name}: ${found}`;
}

/** The calls of the target, by name and arguments. */
export const toolCall = defineGrader({
  schema: z.object({ kind: z.literal('tool-call'), ...asideShape }),
  nameOf: () => 'tool call',
  choice: { label: 'tool call', note: 'name and arguments equal', place: 12 },
  fields: {},
  readDraft: () => accepted({ kind: 'tool-call' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'tool-call' }),
  usuallyAside: [],
  classesOf: () => null,
  grading: { by: 'rules', compile: () => ok(gradeCalls) },
});
