import type { Dispatch } from 'react';
import { useRead, useWorkbench } from '../../../app/react.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import type { SyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import type { KeyHandler, KeyHandlers } from '../../../keys/binding.ts';
import type { evaluateResultsBindings } from '../../../keys/bindings/evaluate.ts';
import { useTheme } from '../../../theme/theme.tsx';
import type { EvaluateAction, EvaluateState, MetricsTab } from '../reducer.ts';
import type { ResultsDialogKind } from './dialogs.tsx';
import { itemText } from './item-text.ts';
import type { EvaluationRun } from './toolbar.tsx';

export interface ResultsKeysInput {
  readonly evaluation: Evaluation;
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
  readonly run: EvaluationRun | null;
  readonly items: readonly EvaluatedItem[];
  /** Items of the filter. */
  readonly shown: number;
  readonly selected: number;
  readonly current: EvaluatedItem | null;
  readonly names: readonly string[];
  /** Models whose answers fit side by side. */
  readonly fitting: number;
  readonly wandb: SyncKeys;
  readonly onAsk: (question: ResultsDialogKind) => void;
}

const enabledUnless = (disabledReason: string | null, run: () => void): KeyHandler => ({ run, disabledReason });

/** What can be done with the answers, and why not. */
export function useResultsKeys(input: ResultsKeysInput): KeyHandlers<typeof evaluateResultsBindings> {
  const { evaluation, state, dispatch, run, items, shown, selected, current, names, fitting, wandb, onAsk } = input;
  const { navigation, evaluateRun, rows } = useWorkbench();
  const { symbols } = useTheme();
  const { models, graders } = evaluation.plan;
  const back = useBack(() => dispatch({ type: 'back' }));
  const live = run !== null && run.endedAt === null;
  const failed = items.some(({ predictions }) => predictions.some((one) => one?.status === 'failed'));
  const noRow = current === null ? 'no row is selected' : null;
  const rowId = current?.item.rowId ?? null;
  const row = useRead(['rows'], () => (rowId === null ? null : rows.get(rowId)), [rows, rowId]);
  const noSource =
    noRow ??
    (rowId === null
      ? 'it came from a file: + makes a row of it'
      : row === null
        ? 'its row was removed: + adds it again'
        : null);
  const figure = (name: MetricsTab) => (): void =>
    dispatch({ type: 'show', view: { kind: 'figures', id: evaluation.id, figure: name } });
  const select = (index: number): void => dispatch({ type: 'select', index });
  const ended = live ? null : 'nothing is running';
  const last = Math.max(0, models.length - fitting);
  return {
    'evaluate.whole': enabledUnless(noRow, () => dispatch({ type: 'whole' })),
    'evaluate.summary': figure('summary'),
    'evaluate.confusion': figure('confusion'),
    'evaluate.classes': figure('classes'),
    'evaluate.slices': figure('slices'),
    'evaluate.filter': () => onAsk('filter'),
    'evaluate.search': () => onAsk('search'),
    'evaluate.blind': enabledUnless(models.length < 2 ? 'it takes two models' : null, () =>
      dispatch({ type: 'show', view: { kind: 'blind', id: evaluation.id } }),
    ),
    'evaluate.edit': enabledUnless(noSource, () => {
      if (rowId !== null) navigation.openRow(rowId);
    }),
    'evaluate.add': enabledUnless(noRow, () => onAsk('learn')),
    'evaluate.regenerate': enabledUnless(noSource, () => onAsk('regenerate')),
    'evaluate.retry': enabledUnless(live ? 'the run is still going on' : failed ? null : 'no answer has failed', () =>
      evaluateRun.retryFailed(evaluation.id),
    ),
    'evaluate.export': enabledUnless(items.length === 0 ? 'there is nothing to write' : null, () => onAsk('export')),
    'evaluate.sync': wandb.sync,
    'evaluate.link': wandb.link,
    'evaluate.more': enabledUnless(state.firstModel >= last ? 'no more models to the right' : null, () =>
      dispatch({ type: 'first-model', index: state.firstModel + 1 }),
    ),
    'evaluate.less': enabledUnless(state.firstModel === 0 ? 'no more models to the left' : null, () =>
      dispatch({ type: 'first-model', index: state.firstModel - 1 }),
    ),
    'evaluate.next-row': enabledUnless(noRow, () => select(Math.min(shown - 1, selected + 1))),
    'evaluate.previous-row': enabledUnless(noRow, () => select(Math.max(0, selected - 1))),
    'evaluate.pause': enabledUnless(ended, () =>
      run?.status === 'paused' ? evaluateRun.resume() : evaluateRun.pause(),
    ),
    'evaluate.cancel': live ? () => navigation.cancelOperation(run.id) : null,
    'evaluate.cap': enabledUnless(ended, () => onAsk('cap')),
    'evaluate.copy': enabledUnless(noRow, () => {
      if (current !== null) navigation.copy(itemText(current, names, graders, symbols, true).text, 'the row');
    }),
    'evaluate.train': () => navigation.go('train'),
    'evaluate.back': back,
  };
}
