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

type Readable = Pick<RowStore, 'scan'>;

/** Combinations that are looked up by the same statements: a tenth of the work of one at a time, and no more than a millisecond. */
export const LOOKED_UP_TOGETHER = 32;

/** Combinations as they are looked up. */
export function* lookUps<T>(planned: Iterable<T>): Generator<readonly T[], void, undefined> {
  let together: T[] = [];
  for (const one of planned) {
    together.push(one);
    if (together.length < LOOKED_UP_TOGETHER) continue;
    yield together;
    together = [];
  }
  if (together.length > 0) yield together;
}

/** Rows of a project by their identities. */
function rowsOf(
  rows: Readable,
  projectId: string,
  planned: readonly PlannedCell[],
): (planned: PlannedCell) => Row | null {
  if (planned.length === 0) return () => null;
  const found = new Map(
    Array.from(rows.scan(projectId, { ids: planned.map(({ id }) => id) }), (row) => [row.id, row] as const),
  );
  return ({ id }) => found.get(id) ?? null;
}

/** What stands of each combination, and what of it a plan takes. Reads three times, by indices. */
export function standingsOf<T extends PlannedCell>(
  rows: Readable,
  projectId: string,
  planned: readonly T[],
  existing: ExistingRows,
): ReadonlyMap<T, Standing> {
  const own = rowsOf(rows, projectId, planned);
  const lacking = planned.filter((one) => !hasAnswer(own(one)));
  const others = otherAnswers(rows, projectId, lacking);
  const aside = rowsOf(rows, asideProjectId(projectId), lacking);
  return new Map(
    planned.map((one) => [one, standingOf({ own: own(one), others: others(one), aside: aside(one) }, existing)]),
  );
}

interface Found {
  readonly own: Row | null;
  readonly others: OtherAnswers;
  readonly aside: Row | null;
}

function standingOf({ own, others, aside }: Found, existing: ExistingRows): Standing {
  if (own !== null && hasAnswer(own)) return { kind: 'there', row: own, own, others: NO_OTHERS };
  const kept = others.byOthers.at(-1);
  if (existing === 'keep' && kept !== undefined) return { kind: 'kept', row: kept, own, others };
  if (aside !== null && hasAnswer(aside)) return { kind: 'aside', row: aside, own, others };
  return { kind: 'new', row: null, own, others };
}

/**
 * Does what a plan does with a combination that needs no call: brings the row back that was put aside, and, where the plan
 * replaces, puts aside what a run before was stopped from putting.
 */
export function settleStanding(
  rows: RowStore,
  projectId: string,
  planned: PlannedCell,
  standing: Standing,
  existing: ExistingRows,
): void {
  const { kind, row } = standing;
  if (kind === 'aside' && row !== null) {
    rows.put([{ ...row, projectId, split: sideOf(standing.others) ?? row.split }]);
    rows.remove(asideProjectId(projectId), [planned.id]);
  }
  if (existing !== 'replace' || row === null || !isTrainable(row, 'not-rejected')) return;
  const others = kind === 'there' ? otherAnswers(rows, projectId, [planned])(planned) : standing.others;
  putAside(rows, projectId, replaced(others));
}

/**
 * The rows of each combination that a plan's file is made of: the planned one, or where it is not there whole the newest answer
 * that stays in its place; where the plan adds, both.
 */
export function rowsOfPlan(
  rows: Readable,
  projectId: string,
  planned: readonly PlannedCell[],
  existing: ExistingRows,
): readonly Row[] {
  const own = rowsOf(rows, projectId, planned);
  const isWhole = (row: Row | null): boolean => row !== null && isTrainable(row, 'not-rejected');
  const asked = planned.filter((one) => existing === 'add' || !isWhole(own(one)));
  const others = otherAnswers(rows, projectId, asked);
  return planned.flatMap((one) => chosen(own(one), others(one), existing));
}

function chosen(own: Row | null, { byOthers, earlier }: OtherAnswers, existing: ExistingRows): readonly Row[] {
  if (existing !== 'add' && own !== null && isTrainable(own, 'not-rejected')) return [own];
  if (existing === 'add') return own === null ? byOthers : [...byOthers, own];
  const candidates = existing === 'replace' ? [...earlier, ...byOthers] : byOthers;
  const stand = candidates.findLast((row) => isTrainable(row, 'not-rejected'));
  return [stand ?? own].filter((row) => row !== null);
}
