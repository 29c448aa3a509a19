import * as z from 'zod';
import { ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, nameFlag, shortened, verdict, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

/** An empty target is in every answer, which would say nothing: it fails, with a note. */
const gradeContains: Grader = (answer, target) => {
  const wanted = target.trim().toLowerCase();
  if (wanted === '') return wrong('the target is empty');
  return verdict(answer.toLowerCase().includes(wanted), `looked for ${shortened(target)} in ${shortened(answer)}`);
};

/** The answer holds the target; letter case left aside. */
export const contains = defineGrader({
  schema: z.object({ kind: z.literal('contains'), ...asideShape }),
  nameOf: () => 'contains',
  choice: { label: 'contains the target', note: 'case aside', place: 3 },
  fields: {},
  readDraft: () => accepted({ kind: 'contains' }),
  draftOf: () => ({}),
  flag: nameFlag({ kind: 'contains' }),
  usuallyAside: [],
  classesOf: () => 'targets',
  grading: { by: 'rules', compile: () => ok(gradeContains) },
});
