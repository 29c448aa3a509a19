import type { Dispatch } from 'react';
import type { SyncKeys } from '../../../components/tracking/index.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import type { evaluateResultsBindings } from '../../../keys/bindings/evaluate.ts';
import type { KeyHandler, KeyHandlers } from '../../../keys/index.ts';
import { useWorkbench } from '../../../state/context.tsx';
import { useTheme } from '../../../theme/index.ts';
import { useBack } from '../../train/use-back.ts';
import type { Question } from '../ask/index.tsx';
import type { EvaluateAction, EvaluateState, FigureView } from '../reducer.ts';
import type { EvaluateRunSnapshot } from './progress.tsx';
import { itemText } from './text.ts';

export interface ResultsInput {
  readonly evaluation: Evaluation;
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
  readonly run: EvaluateRunSnapshot | null;
  readonly items: readonly EvaluatedItem[];
  /** Items of the filter. */
  readonly shown: number;
  readonly selected: number;
  readonly current: EvaluatedItem | null;
  readonly names: readonly string[];
  /** Models whose answers fit side by side. */
  readonly fitting: number;
  readonly wandb: SyncKeys;
  readonly onAsk: (question: Question) => void;
}

const when = (disabledReason: string | null, run: () => void): KeyHandler => ({ run, disabledReason });

/** What can be done with the answers, and why not. */
export function useResultsActions(input: ResultsInput): KeyHandlers<typeof evaluateResultsBindings> {
  const { evaluation, state, dispatch, run, items, shown, selected, current, names, fitting, wandb, onAsk } = input;
  const { navigation, evaluateRun, rows } = useWorkbench();
  const { symbols } = useTheme();
  const { models, graders } = evaluation.plan;
  const back = useBack(() => dispatch({ type: 'back' }));
  const live = run !== null && run.endedAt === null;
  const failed = items.some(({ predictions }) => predictions.some((one) => one?.status === 'failed'));
  const noRow = current === null ? 'no row is selected' : null;
  const rowId = current?.item.rowId ?? null;
  const noSource =
    noRow ??
    (rowId === null
      ? 'it came from a file: + makes a row of it'
      : rows.get(rowId) === null
        ? 'its row was removed: + adds it again'
        : null);
  const figure = (name: FigureView) => (): void =>
    dispatch({ type: 'show', view: { kind: 'figures', id: evaluation.id, figure: name } });
  const select = (index: number): void => dispatch({ type: 'select', index });
  const ended = live ? null : 'nothing is being asked';
  const last = Math.max(0, models.length - fitting);
  return {
    'evaluate.whole': when(noRow, () => dispatch({ type: 'whole' })),
    'evaluate.summary': figure('summary'),
    'evaluate.confusion': figure('confusion'),
    'evaluate.classes': figure('classes'),
    'evaluate.slices': figure('slices'),
    'evaluate.filter': () => onAsk('filter'),
    'evaluate.search': () => onAsk('search'),
    'evaluate.blind': when(models.length < 2 ? 'it takes two models' : null, () =>
      dispatch({ type: 'show', view: { kind: 'blind', id: evaluation.id } }),
    ),
    'evaluate.edit': when(noSource, () => {
      if (rowId !== null) navigation.openRow(rowId);
    }),
    'evaluate.add': when(noRow, () => {
      if (current !== null) navigation.note(rows.learn(current.item));
    }),
    'evaluate.regenerate': when(noSource, () => onAsk('regenerate')),
    'evaluate.retry': when(live ? 'the run is still going on' : failed ? null : 'no answer has failed', () =>
      evaluateRun.retryFailed(evaluation.id),
    ),
    'evaluate.export': when(items.length === 0 ? 'there is nothing to write' : null, () => onAsk('export')),
    'evaluate.sync': wandb.sync,
    'evaluate.link': wandb.link,
    'evaluate.more': when(state.firstModel >= last ? 'no more models to the right' : null, () =>
      dispatch({ type: 'first-model', index: state.firstModel + 1 }),
    ),
    'evaluate.less': when(state.firstModel === 0 ? 'no more models to the left' : null, () =>
      dispatch({ type: 'first-model', index: state.firstModel - 1 }),
    ),
    'evaluate.next-row': when(noRow, () => select(Math.min(shown - 1, selected + 1))),
    'evaluate.previous-row': when(noRow, () => select(Math.max(0, selected - 1))),
    'evaluate.pause': when(ended, () => (run?.status === 'paused' ? evaluateRun.resume() : evaluateRun.pause())),
    ...(live ? { 'evaluate.cancel': () => navigation.cancelOperation(run.id) } : {}),
    'evaluate.cap': when(ended, () => onAsk('cap')),
    'evaluate.copy': when(noRow, () => {
      if (current !== null) navigation.copy(itemText(current, names, graders, symbols, true).text, 'the row');
    }),
    'evaluate.train': () => navigation.go('train'),
    'evaluate.back': back,
  };
}
