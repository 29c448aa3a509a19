import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, nameFlag, RIGHT, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

const gradeExact: Grader = (answer, target) => (answer.trim() === target.trim() ? RIGHT : wrong(null));

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
