import * as z from 'zod';
import { choiceKind, fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';
import { CLASS_ORDERS, type ClassOrder } from './classes-panel.tsx';
import type { MatrixCursor } from './confusion-matrix.ts';

const place = z.int().nonnegative();

/** The place in the classes or the slices, and the order of the classes. */
export interface FiguresState {
  readonly order: ClassOrder;
  readonly selected: number;
}

export const NEW_FIGURES: FiguresState = { order: 'f1', selected: 0 };

const readFigures = fieldReader<FiguresState>(() => ({ order: z.enum(CLASS_ORDERS), selected: place }));

export const FIGURES_STATE: ScreenStateKind<FiguresState> = {
  name: 'evaluate-figures',
  save: (state) => state,
  restore: (saved, fresh) => ({ ...fresh, ...readFigures(saved) }),
};

export const SUMMARY_PANE = choiceKind('evaluate-summary', ['models', 'pairs']);

export interface ConfusionState {
  readonly pane: 'list' | 'matrix';
  /** The place in the list. */
  readonly selected: number;
  readonly cursor: MatrixCursor;
}

const readConfusion = fieldReader<ConfusionState>(() => ({
  pane: z.enum(['list', 'matrix']),
  selected: place,
  cursor: z.object({ row: place, column: place }),
}));

export const CONFUSION_STATE: ScreenStateKind<ConfusionState> = {
  name: 'evaluate-confusion',
  save: (state) => state,
  restore: (saved, fresh) => ({ ...fresh, ...readConfusion(saved) }),
};

export const NEW_CONFUSION: ConfusionState = { pane: 'list', selected: 0, cursor: { row: 0, column: 0 } };
