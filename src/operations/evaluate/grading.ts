import { compileGrader, type Grader } from '../../domain/evaluation/graders.ts';
import type { GraderSpec } from '../../domain/evaluation/types.ts';
import { failed, type Outcome, ok } from '../../domain/text/problem.ts';

/** A grader of the plan: one that works by itself, or the place of a judge among the judges. */
export type ReadyGrader =
  | { readonly kind: 'local'; readonly grade: Grader }
  | { readonly kind: 'judge'; readonly index: number };

/** Every grader of a plan made ready, or what is wrong with the first that cannot be. */
export function compileGraders(specs: readonly GraderSpec[]): Outcome<readonly ReadyGrader[]> {
  const ready: ReadyGrader[] = [];
  let judges = 0;
  for (const spec of specs) {
    if (spec.kind === 'judge') {
      ready.push({ kind: 'judge', index: judges });
      judges += 1;
      continue;
    }
    const compiled = compileGrader(spec);
    if (!compiled.ok) return failed(compiled.problem);
    ready.push({ kind: 'local', grade: compiled.value });
  }
  return ok(ready);
}
