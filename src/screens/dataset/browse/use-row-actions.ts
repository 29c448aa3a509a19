import type { Dispatch } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { useSyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import type { Outcome } from '../../../domain/common/outcome.ts';
import type { Rating } from '../../../domain/dataset/types.ts';
import { plural } from '../../../domain/text/format.ts';
import type { KeyHandler, KeyHandlers } from '../../../keys/binding.ts';
import type { datasetBindings } from '../../../keys/bindings/dataset.ts';
import { type BrowseAction, type BrowseState, backStep, type Targets } from './reducer.ts';
import type { ShownRows } from './use-rows.ts';

export interface RowActionsOptions {
  readonly browse: BrowseState;
  readonly dispatch: Dispatch<BrowseAction>;
  readonly shown: ShownRows;
  readonly targets: Targets;
  readonly onCheck: () => void;
}

const DATASET = { kind: 'dataset' } as const;
const NO_ROWS = 'there are no rows yet: 3 generates, o imports';

/** What every key of the rows does, and why it cannot now. */
export function useRowActions({ browse, dispatch, shown, targets, onCheck }: RowActionsOptions) {
  const { rows, dataset, navigation } = useWorkbench();
  const { current, selected, count, total, rowAt } = shown;
  const noRows = total === 0 ? NO_ROWS : null;
  const wandb = useSyncKeys(total === 0 ? null : DATASET, NO_ROWS);
  const stillSearching = shown.hitsSoFar === null ? null : 'the search is not through yet';
  const noRow = noRows ?? (current === null && !targets.marked ? 'no row is selected' : null);
  const when = (disabledReason: string | null, run: () => void): KeyHandler => ({ run, disabledReason });

  const moveTo = (index: number): void => {
    const at = Math.max(0, Math.min(index, count - 1));
    dispatch({ type: 'select', index: at, id: rowAt(at)?.id ?? null });
  };
  /** What was done to the marked rows is done. */
  const unmark = (): void => {
    if (targets.marked) dispatch({ type: 'unmark' });
  };
  const rate = (rating: Rating, goOn: boolean): void => {
    // Where to go is known before: rated, the row may leave the filter.
    const next = goOn && !targets.marked ? selected + 1 : selected;
    moveTo(next);
    if (browse.marks.kind === 'all') {
      const { except } = browse.marks;
      inBulk(rows.rateAll(browse.filter, except, rating), `Rating ${targets.words}`, rating);
      return;
    }
    rows.rate(targets.ids(), rating);
    unmark();
    if (targets.marked) navigation.note(`${targets.words} ${rating}. u takes it back.`);
  };
  /** What is done to a whole filter goes on in steps; a note says when it began and when it ended. */
  const inBulk = (work: Promise<Outcome<number>>, begun: string, word: string): void => {
    dispatch({ type: 'unmark' });
    navigation.note(`${begun}; it goes on while you do.`);
    void work.then((outcome) => {
      if (outcome.ok) navigation.note(`${plural(outcome.value, 'row')} ${word}. u takes it back.`);
      else navigation.problem(outcome.problem);
    });
  };
  const undo = (): void => {
    const label = rows.undo();
    navigation.note(label === null ? 'There is nothing to take back.' : `Took back: ${label}.`);
  };
  const copy = (): void => {
    if (current === null) return;
    navigation.copy(dataset.line(current), `row ${current.id.slice(0, 8)} as a chat line`);
  };

  const handlers: KeyHandlers<typeof datasetBindings> = {
    'dataset.search': when(noRows, () => dispatch({ type: 'search', on: true })),
    'dataset.filter': when(noRows, () => dispatch({ type: 'ask', question: 'filter' })),
    'dataset.sort': when(noRows, () => dispatch({ type: 'next-sort' })),
    'dataset.reverse': when(noRows, () => dispatch({ type: 'reverse' })),
    'dataset.accept': when(noRow, () => rate('accepted', true)),
    'dataset.reject': when(noRow, () => rate('rejected', true)),
    'dataset.unrate': when(noRow, () => rate('unrated', false)),
    'dataset.edit': when(current === null ? (noRow ?? 'no row is selected') : null, () =>
      dispatch({ type: 'edit', row: current }),
    ),
    'dataset.regenerate': when(noRow, () => dispatch({ type: 'ask', question: 'regenerate' })),
    'dataset.mark': when(current === null ? (noRows ?? 'no row is selected') : null, () => {
      if (current !== null) dispatch({ type: 'mark', id: current.id });
      moveTo(selected + 1);
    }),
    'dataset.mark-all': when(noRows ?? stillSearching, () => dispatch({ type: 'mark-all', shown: count })),
    'dataset.undo': undo,
    'dataset.remove': when(noRow, () => dispatch({ type: 'ask', question: 'remove' })),
    'dataset.open': when(current === null ? (noRows ?? 'no row is selected') : null, () => dispatch({ type: 'whole' })),
    'dataset.next-row': when(noRow, () => moveTo(selected + 1)),
    'dataset.previous-row': when(noRow, () => moveTo(selected - 1)),
    'dataset.check': when(noRows, onCheck),
    'dataset.balance': when(noRows, () => dispatch({ type: 'view', view: 'balance' })),
    'dataset.coverage': when(noRows, () => dispatch({ type: 'view', view: 'coverage' })),
    'dataset.duplicates': when(noRows, () => dispatch({ type: 'view', view: 'duplicates' })),
    'dataset.export': when(noRows, () => dispatch({ type: 'ask', question: 'export' })),
    'dataset.track': wandb.sync,
    'dataset.link': wandb.link,
    'dataset.import': () => dispatch({ type: 'view', view: 'import' }),
    'dataset.split': when(noRows, () => dispatch({ type: 'view', view: 'split' })),
    'dataset.copy': when(current === null ? (noRows ?? 'no row is selected') : null, copy),
    'dataset.train': when(noRows, () => navigation.go('train')),
    'dataset.back': backStep(browse) === null ? null : () => dispatch({ type: 'back' }),
  };

  return {
    handlers,
    moveTo,
    remove(): void {
      dispatch({ type: 'ask', question: null });
      if (browse.marks.kind === 'all') {
        inBulk(rows.removeAll(browse.filter, browse.marks.except), `Removing ${targets.words}`, 'removed');
        return;
      }
      rows.remove(targets.ids());
      unmark();
      navigation.note(`Removed ${targets.words}. u brings back what was removed.`);
    },
    regenerate(): void {
      dataset.regenerate(targets.ids());
      unmark();
      dispatch({ type: 'ask', question: null });
      navigation.note('Generating again; Ctrl-O shows how far it is. u brings the old answers back.');
    },
  };
}
