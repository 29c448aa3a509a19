import { asideProjectId } from '../../domain/dataset/existing-rows.ts';
import { isTrainable } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { ExistingRows } from '../../domain/project/types.ts';
import type { Cell } from '../../domain/template/types.ts';
import { hasAnswer } from '../completions/requests.ts';
import type { RowStore } from '../runtime/ports.ts';

/** A combination of a plan: the row that asking for it makes, by whom. */
export interface PlannedCell {
  readonly projectId: string;
  readonly id: string;
  readonly cell: Cell;
  readonly model: string;
}

/**
 * What the store has of a planned combination. `there`: the very row; `aside`: it was there, and another took its place;
 * `kept`: the answer of another model, which the plan keeps; `new`: nothing that would do.
 */
export interface Standing {
  readonly kind: 'there' | 'aside' | 'kept' | 'new';
  /** The row that needs no call; null when the combination is new. */
  readonly row: Row | null;
  /** Other answers to the combination. */
  readonly others: OtherAnswers;
}

export interface OtherAnswers {
  /** Whole answers of other models, oldest first. */
  readonly byOthers: readonly Row[];
  /** Answers of this model to another prompt or with other settings, oldest first. */
  readonly earlier: readonly Row[];
}

const NONE: OtherAnswers = { byOthers: [], earlier: [] };

type Readable = Pick<RowStore, 'get' | 'scan'>;

/** What stands of a combination, and what of it a plan takes. Reads at most three times, by indices. */
export function standingOf(rows: Readable, planned: PlannedCell, existing: ExistingRows): Standing {
  const { projectId, id } = planned;
  const there = rows.get(projectId, id);
  if (there !== null && hasAnswer(there)) return { kind: 'there', row: there, others: NONE };
  const others = otherAnswers(rows, planned);
  const kept = others.byOthers.at(-1);
  if (existing === 'keep' && kept !== undefined) return { kind: 'kept', row: kept, others };
  const aside = rows.get(asideProjectId(projectId), id);
  if (aside !== null && hasAnswer(aside)) return { kind: 'aside', row: aside, others };
  return { kind: 'new', row: null, others };
}

/** Other rows of the combination than the planned one that have an answer. What was rejected, or did not come whole, is none of another model's. */
export function otherAnswers(rows: Pick<RowStore, 'scan'>, { projectId, id, cell, model }: PlannedCell): OtherAnswers {
  const found = [...rows.scan(projectId, { cell })].filter(
    (row) => row.id !== id && row.source === 'generated' && hasAnswer(row),
  );
  if (found.length === 0) return NONE;
  return {
    byOthers: found.filter((row) => row.model !== model && isTrainable(row, 'not-rejected')),
    earlier: found.filter((row) => row.model === model),
  };
}

/** Takes rows out of the dataset without losing them. A kill in between leaves them in both places, which a later run mends. */
function putAside(rows: Pick<RowStore, 'put' | 'remove'>, projectId: string, others: readonly Row[]): void {
  if (others.length === 0) return;
  rows.put(others.map((row) => ({ ...row, projectId: asideProjectId(projectId) })));
  rows.remove(
    projectId,
    others.map(({ id }) => id),
  );
}

/** What takes its place where a plan replaces: every other answer to the combination. */
const replaced = ({ byOthers, earlier }: OtherAnswers): readonly Row[] => [...byOthers, ...earlier];

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

/** The side that one of the other answers is on: a combination that is held out stays held out. */
const sideOf = ({ byOthers, earlier }: OtherAnswers) =>
  [...byOthers, ...earlier].find(({ split }) => split !== null)?.split ?? null;

/**
 * The rows of a run as its answers come in: a row goes on the side its combination is on, and where the plan replaces the
 * other answers are put aside in the same write, once the new one came whole.
 */
export function arrivingRows(rows: RowStore, ofProject: string, existing: ExistingRows): RowStore {
  return {
    put(given, which) {
      const arrivals = given.map((row) => ({
        row,
        others: row.projectId === ofProject && row.source === 'generated' ? otherAnswers(rows, row) : NONE,
      }));
      const written = rows.put(
        arrivals.map(({ row, others }) => ({ ...row, split: row.split ?? sideOf(others) })),
        which,
      );
      if (existing !== 'replace') return written;
      for (const { row, others } of arrivals)
        if (row.status === 'done') putAside(rows, row.projectId, replaced(others));
      return written;
    },
    get: (projectId, id) => rows.get(projectId, id),
    query: (projectId, query) => rows.query(projectId, query),
    counts: (projectId, filter) => rows.counts(projectId, filter),
    remove: (projectId, ids) => rows.remove(projectId, ids),
    scan: (projectId, filter) => rows.scan(projectId, filter),
  };
}

/**
 * The rows of a combination that a plan's file is made of: the planned one, or where it is not there whole the newest answer
 * that stays in its place; where the plan adds, both.
 */
export function rowsOfPlan(rows: Readable, planned: PlannedCell, existing: ExistingRows): readonly Row[] {
  const own = rows.get(planned.projectId, planned.id);
  const { byOthers, earlier } = otherAnswers(rows, planned);
  if (existing === 'add') return own === null ? byOthers : [...byOthers, own];
  if (own !== null && isTrainable(own, 'not-rejected')) return [own];
  const candidates = existing === 'replace' ? [...earlier, ...byOthers] : byOthers;
  const stand = candidates.findLast((row) => isTrainable(row, 'not-rejected'));
  return [stand ?? own].filter((row) => row !== null);
}
