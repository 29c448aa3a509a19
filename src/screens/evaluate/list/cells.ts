import type { Cell, Column } from '../../../components/table/index.ts';
import { LOOK_COLUMNS } from '../../../components/tracking/index.ts';
import { nameGrader } from '../../../domain/evaluation/graders.ts';
import type { Evaluation } from '../../../domain/evaluation/types.ts';
import { count } from '../../../domain/text/figures.ts';

export const COLUMNS: readonly Column[] = [
  { id: 'name', title: 'evaluation', flex: 3, min: 18, keep: 1 },
  { id: 'items', title: 'items', width: 7, align: 'right', keep: 2 },
  { id: 'grader', title: 'grader', flex: 2, min: 12, keep: 5 },
  { id: 'result', title: 'right', flex: 2, min: 16, keep: 1 },
  { id: 'when', title: 'begun', width: 16, keep: 3 },
  { id: 'tracked', title: 'W&B', width: LOOK_COLUMNS, keep: 4 },
];

const stamp = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

/** What a column shows of an evaluation; `result` is told by whoever has counted. */
export function cellOf(evaluation: Evaluation, column: string, result: string): Cell {
  switch (column) {
    case 'name':
      return evaluation.name;
    case 'items':
      return count(evaluation.items);
    case 'grader': {
      const [grader] = evaluation.plan.graders;
      return grader === undefined ? '' : { text: nameGrader(grader), tone: 'muted' };
    }
    case 'result':
      return result;
    default:
      return { text: stamp(evaluation.createdAt), tone: 'muted' };
  }
}
