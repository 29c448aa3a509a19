import { asideProjectId } from '../../domain/dataset/existing-rows.ts';
import { isTrainable } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { ExistingRows } from '../../domain/project/types.ts';
import {
  NO_OTHERS,
  type OtherAnswers,
  otherAnswers,
  type PlannedCell,
  putAside,
  replaced,
  sideOf,
} from '../completions/arriving.ts';
import { hasAnswer } from '../completions/requests.ts';
import type { RowStore } from '../runtime/ports.ts';

/**
 * What the store has of a planned combination. `there`: the very row; `aside`: it was there, and another took its place;
 * `kept`: the answer of another model, which the plan keeps; `new`: nothing that would do.
 */
export interface Standing {
  readonly kind: 'there' | 'aside' | 'kept' | 'new';
  /** The row that needs no call; null when the combination is new. */
  readonly row: Row | null;
  /** The very row, with or without an answer. */
  readonly own: Row | null;
  /** Other answers to the combination. */
  readonly others: OtherAnswers;
}

type Readable = Pick<RowStore, 'get' | 'scan'>;

/** What stands of a combination, and what of it a plan takes. Reads at most three times, by indices. */
export function standingOf(rows: Readable, planned: PlannedCell, existing: ExistingRows): Standing {
  const { projectId, id } = planned;
  const there = rows.get(projectId, id);
  if (there !== null && hasAnswer(there)) return { kind: 'there', row: there, own: there, others: NO_OTHERS };
  const others = otherAnswers(rows, planned);
  const kept = others.byOthers.at(-1);
  if (existing === 'keep' && kept !== undefined) return { kind: 'kept', row: kept, own: there, others };
  const aside = rows.get(asideProjectId(projectId), id);
  if (aside !== null && hasAnswer(aside)) return { kind: 'aside', row: aside, own: there, others };
  return { kind: 'new', row: null, own: there, others };
}

/**
 * Does what a plan does with a combination that needs no call: brings the row back that was put aside, and, where the plan
 * replaces, puts aside what a run before was stopped from putting.
 */
export function settleStanding(rows: RowStore, planned: PlannedCell, standing: Standing, existing: ExistingRows): void {
  const { projectId, id } = planned;
  const { kind, row } = standing;
  if (kind === 'aside' && row !== null) {
    rows.put([{ ...row, projectId, split: sideOf(standing.others) ?? row.split }]);
    rows.remove(asideProjectId(projectId), [id]);
  }
  if (existing !== 'replace' || row === null || !isTrainable(row, 'not-rejected')) return;
  putAside(rows, projectId, replaced(kind === 'there' ? otherAnswers(rows, planned) : standing.others));
}

/**
 * The rows of a combination that a plan's file is made of: the planned one, or where it is not there whole the newest answer
 * that stays in its place; where the plan adds, both.
 */
export function rowsOfPlan(rows: Readable, planned: PlannedCell, existing: ExistingRows): readonly Row[] {
  const own = rows.get(planned.projectId, planned.id);
  if (existing !== 'add' && own !== null && isTrainable(own, 'not-rejected')) return [own];
  const { byOthers, earlier } = otherAnswers(rows, planned);
  if (existing === 'add') return own === null ? byOthers : [...byOthers, own];
  const candidates = existing === 'replace' ? [...earlier, ...byOthers] : byOthers;
  const stand = candidates.findLast((row) => isTrainable(row, 'not-rejected'));
  return [stand ?? own].filter((row) => row !== null);
}
