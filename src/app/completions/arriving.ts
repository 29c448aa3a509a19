import { asideProjectId } from '../../domain/dataset/existing-rows.ts';
import { isTrainable } from '../../domain/dataset/row.ts';
import type { Row } from '../../domain/dataset/types.ts';
import type { ExistingRows } from '../../domain/project/types.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { RowStore } from '../runtime/ports.ts';
import { hasAnswer } from './requests.ts';

/** A combination of a plan: the row that asking for it makes, by whom. */
export interface PlannedCell {
  readonly id: string;
  readonly cell: Cell;
  readonly model: string;
}

export interface OtherAnswers {
  /** Whole answers of other models, oldest first. */
  readonly byOthers: readonly Row[];
  /** Answers of this model to another prompt or with other settings, oldest first. */
  readonly earlier: readonly Row[];
}

export const NO_OTHERS: OtherAnswers = { byOthers: [], earlier: [] };

/**
 * Of each of these planned combinations of a project, other rows than the planned one that have an answer; none of any other. What was
 * rejected, or did not come whole, is none of another model's.
 */
export function otherAnswers(
  rows: Pick<RowStore, 'scan'>,
  projectId: string,
  planned: readonly PlannedCell[],
): (planned: PlannedCell) => OtherAnswers {
  if (planned.length === 0) return () => NO_OTHERS;
  const found = Map.groupBy(rows.scan(projectId, { cells: planned.map(({ cell }) => cell) }), cellOf);
  const others = new Map(planned.map((one) => [one, othersAmong(found.get(cellOf(one)) ?? [], one)]));
  return (one) => others.get(one) ?? NO_OTHERS;
}

/** Equal for rows of one combination. */
const cellOf = ({ cell }: Pick<Row, 'cell'>): string => JSON.stringify(cell);

function othersAmong(rows: readonly Row[], { id, model }: PlannedCell): OtherAnswers {
  const found = rows.filter((row) => row.id !== id && row.source === 'generated' && hasAnswer(row));
  if (found.length === 0) return NO_OTHERS;
  return {
    byOthers: found.filter((row) => row.model !== model && isTrainable(row, 'not-rejected')),
    earlier: found.filter((row) => row.model === model),
  };
}

/** Takes rows out of the dataset without losing them. A kill in between leaves them in both places, which a later run mends. */
export function putAside(rows: Pick<RowStore, 'put' | 'remove'>, projectId: string, others: readonly Row[]): void {
  if (others.length === 0) return;
  rows.put(others.map((row) => ({ ...row, projectId: asideProjectId(projectId) })));
  rows.remove(
    projectId,
    others.map(({ id }) => id),
  );
}

/** What takes its place where a plan replaces: every other answer to the combination. */
export const replaced = ({ byOthers, earlier }: OtherAnswers): readonly Row[] => [...byOthers, ...earlier];

/** The side that one of the other answers is on: a combination that is held out stays held out. */
export const sideOf = ({ byOthers, earlier }: OtherAnswers) =>
  [...byOthers, ...earlier].find(({ split }) => split !== null)?.split ?? null;

/**
 * The rows of a run as its answers come in: a row goes on the side its combination is on, and where the plan replaces the
 * other answers are put aside in the same write, once the new one came whole.
 */
export function arrivingRows(rows: RowStore, ofProject: string, existing: ExistingRows): RowStore {
  return {
    put(given, which) {
      const generated = given.filter(({ projectId, source }) => projectId === ofProject && source === 'generated');
      const othersOf = otherAnswers(rows, ofProject, generated);
      const written = rows.put(
        given.map((row) => ({ ...row, split: row.split ?? sideOf(othersOf(row)) })),
        which,
      );
      if (existing !== 'replace') return written;
      for (const row of given) if (row.status === 'done') putAside(rows, row.projectId, replaced(othersOf(row)));
      return written;
    },
    get: (projectId, id) => rows.get(projectId, id),
    query: (projectId, query) => rows.query(projectId, query),
    counts: (projectId, filter) => rows.counts(projectId, filter),
    remove: (projectId, ids) => rows.remove(projectId, ids),
    scan: (projectId, filter) => rows.scan(projectId, filter),
  };
}
