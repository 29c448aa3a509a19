import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, comparison, defineGrader, type Grader, nameFlag, verdict } from './grader.ts';
import { asideShape } from './set-aside.ts';

const gradeExact: Grader = (answer, target) => verdict(answer.trim() === target.trim(), comparison(answer, target));

/** Equal after trimming white space at both ends. */
export const exact = defineGrader({
  schema: z.object({ kind: z.literal('exact'), ...asideShape }),
  nameOf: () => 'exact',
  choice: { label: 'equal', note: 'after trimming', place: 2 },
  fields: {},
  readDraft: () => accepted({ kind: 'exact' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'exact' }),
  usuallyAside: [],
  classesOf: () => 'targets',
  grading: { by: 'rules', compile: () => ok(gradeExact) },
});
