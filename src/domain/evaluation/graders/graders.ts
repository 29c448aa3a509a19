import { failed, type Outcome, ok } from '../../common/outcome.ts';
import type { GraderSpec } from '../types.ts';
import { jsonSchemaGrader } from './json-schema.ts';
import { labelsGrader } from './labels.ts';
import { numberGrader } from './number.ts';
import { similarityGrader } from './similarity.ts';
import { type Grader, gradeContains, gradeExact, gradeExactCi, regexGrader } from './text.ts';

/** Every grader that needs no model; a judge is `judge.ts`. */
export type LocalGraderSpec = Exclude<GraderSpec, { readonly kind: 'judge' }>;

/**
 * Makes a grader ready: patterns and schemas are compiled here, once, and what is wrong with them is the problem
 * that comes back. The grader itself never throws.
 */
export function compileGrader(spec: LocalGraderSpec): Outcome<Grader> {
  switch (spec.kind) {
    case 'exact':
      return ok(gradeExact);
    case 'exact-ci':
      return ok(gradeExactCi);
    case 'contains':
      return ok(gradeContains);
    case 'regex':
      return regexGrader(spec.pattern, spec.flags);
    case 'json-schema':
      return jsonSchemaGrader(spec.schema);
    case 'number':
      return Number.isFinite(spec.tolerance) && spec.tolerance >= 0
        ? ok(numberGrader(spec.tolerance, spec.relative))
        : outOfRange('The tolerance', '0 or more');
    case 'labels':
      return labelsGrader(spec.labels);
    case 'similarity':
      return spec.threshold >= 0 && spec.threshold <= 1
        ? ok(similarityGrader(spec.threshold))
        : outOfRange('The threshold of the similarity', 'from 0 to 1');
  }
}

const outOfRange = (what: string, bounds: string): Outcome<never> =>
  failed({
    what: `${what} must be a number, ${bounds}.`,
    saved: 'Nothing was started.',
    next: `Give a number, ${bounds}.`,
  });

/** A grader in a few words, for headings and reports. */
export function nameGrader(spec: GraderSpec): string {
  switch (spec.kind) {
    case 'exact':
      return 'exact';
    case 'exact-ci':
      return 'exact, letter case aside';
    case 'contains':
      return 'contains';
    case 'regex':
      return `matches /${spec.pattern}/${spec.flags}`;
    case 'json-schema':
      return 'JSON of the schema';
    case 'number':
      return `number within ${spec.tolerance}${spec.relative ? '%' : ''}`;
    case 'labels':
      return `label, one of ${spec.labels.length}`;
    case 'similarity':
      return `similarity (chrF) of ${spec.threshold} or more`;
    case 'judge':
      return `judged by ${spec.model}`;
  }
}
