import * as z from 'zod';
import { parseExactJson, parseJson } from '../../common/json.ts';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, nameFlag, shortened, verdict, wrong } from './grader.ts';
import { jsonDifference } from './json-difference.ts';
import { asideShape } from './set-aside.ts';

const isJson = (text: string): boolean => parseJson(text) !== undefined;

const gradeJson: Grader = (answer, target) => {
  const read = `read ${shortened(answer)}`;
  if (!isJson(target)) return wrong(`the target is not JSON: ${shortened(target)}`);
  if (!isJson(answer))
    return wrong(`${answer.trim().startsWith('```') ? 'not JSON: in a code fence' : 'not JSON'}; ${read}`);
  try {
    const difference = jsonDifference(parseExactJson(answer), parseExactJson(target), 'the value');
    return verdict(difference === null, difference === null ? `equal as JSON; ${read}` : `${difference}; ${read}`);
  } catch {
    return wrong(`nested too deeply to compare; ${read}`);
  }
};

/** Answer and target are one JSON value: keys in any order, numbers by their value to the last digit. */
export const json = defineGrader({
  schema: z.object({ kind: z.literal('json'), ...asideShape }),
  nameOf: () => 'equal as JSON',
  choice: { label: 'equal as JSON', note: 'keys in any order, 1.0 is 1', place: 7 },
  fields: {},
  readDraft: () => accepted({ kind: 'json' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'json' }),
  usuallyAside: [],
  classesOf: () => null,
  format: () => ({ does: 'are JSON', holds: isJson }),
  grading: { by: 'rules', compile: () => ok(gradeJson) },
});
