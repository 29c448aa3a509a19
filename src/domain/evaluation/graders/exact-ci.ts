import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, comparison, defineGrader, type Grader, nameFlag, verdict } from './grader.ts';
import { asideShape } from './set-aside.ts';

const gradeExactCi: Grader = (answer, target) =>
  verdict(answer.trim().toLowerCase() === target.trim().toLowerCase(), comparison(answer, target));

/** Equal after trimming, letter case left aside: the notebook's measure. */
export const exactCi = defineGrader({
  schema: z.object({ kind: z.literal('exact-ci'), ...asideShape }),
  nameOf: () => 'exact, letter case aside',
  choice: { label: 'equal, case aside', note: 'after trimming', place: 1 },
  fields: {},
  readDraft: () => accepted({ kind: 'exact-ci' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'exact-ci' }),
  usuallyAside: [],
  classesOf: () => 'targets',
  grading: { by: 'rules', compile: () => ok(gradeExactCi) },
});
