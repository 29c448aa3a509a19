import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { useRead, useWorkbench } from '../../../app/react.tsx';
import { useEvaluatedItems, useEvaluationRun } from '../../../components/hooks/use-evaluations.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { type Arrangement, type Pane, type PaneSize, Panes } from '../../../components/layout/panes.tsx';
import { Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { RunTrackingLine } from '../../../components/tracking/run-tracking-line.tsx';
import { useSyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import type { GraderSpec } from '../../../domain/evaluation/graders/graders.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { count } from '../../../domain/text/format.ts';
import { evaluateResultsBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { modelRefName, shortNames } from '../model-refs.ts';
import type { EvaluateAction, EvaluateState } from '../reducer.ts';
import { ResultsDialog, type ResultsDialogKind } from './dialogs.tsx';
import { filterItems, filterText } from './item-filter.ts';
import { itemCell, itemColumns, itemText, modelsThatFit, widthsOf } from './item-text.ts';
import { progressRows, RunProgress, Toolbar } from './toolbar.tsx';
import { useResultsKeys } from './use-results-keys.ts';

export interface ItemDetailProps {
  readonly item: EvaluatedItem | null;
  readonly names: readonly string[];
  readonly graders: readonly GraderSpec[];
  readonly size: PaneSize;
  readonly focus: boolean;
}

/** With fewer rows than this target and answers come before the prompt. */
const SMALL_ROWS = 14;

/** An item whole, in a text that scrolls. */
function ItemDetail({ item, names, graders, size, focus }: ItemDetailProps): ReactNode {
  const { symbols } = useTheme();
  const promptFirst = size.rows >= SMALL_ROWS;
  const shown = useMemo(
    () => (item === null ? null : itemText(item, names, graders, symbols, promptFirst)),
    [item, names, graders, symbols, promptFirst],
  );
  if (item === null || shown === null) return <Line text="No row is selected." width={size.columns} tone="muted" />;
  return (
    <ScrollText
      key={item.item.id}
      text={shown.text}
      spans={shown.spans}
      width={size.columns}
      height={size.rows}
      focus={focus}
    />
  );
}

export interface ResultsProps {
  readonly evaluation: Evaluation;
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
}

/** From these on both panes have room: side by side, or one over the other. */
const SIDE_BY_SIDE = 120;
const STACKED = 18;

function arrangementOf(whole: boolean, columns: number, rows: number): Arrangement {
  if (whole) return 'single';
  if (columns >= SIDE_BY_SIDE) return 'row';
  return rows < STACKED ? 'single' : 'column';
}

function modelWindowText(first: number, fitting: number, models: number): string {
  return models <= fitting ? '' : `models ${first + 1}-${Math.min(models, first + fitting)} of ${models}: [ ]`;
}

/** Every answer: as they come in, and after. */
export function ResultsView({ evaluation, state, dispatch }: ResultsProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const [question, setQuestion] = useState<ResultsDialogKind | null>(null);
  const run = useEvaluationRun(evaluation.id);
  const live = run !== null && run.endedAt === null;
  const items = useEvaluatedItems(evaluation.id, live);
  const { evaluate } = useWorkbench();
  const learnedSince = useRead(['rows', 'evaluations'], () => evaluate.learnedSince(evaluation.id), [
    evaluate,
    evaluation,
  ]);
  const { models, graders } = evaluation.plan;
  const names = useMemo(() => models.map((ref) => modelRefName(ref, models)), [models]);
  const shown = useMemo(() => filterItems(items, state.filter), [items, state.filter]);
  const widest = useMemo(() => widthsOf(items), [items]);
  const selected = Math.max(0, Math.min(state.selected, shown.length - 1));
  const current = shown[selected] ?? null;
  const arrangement = arrangementOf(state.whole, columns, rows);
  const tableWidth = (arrangement === 'row' ? Math.floor((columns * 2) / 3) : columns) - 4;
  const fitting = modelsThatFit(tableWidth);
  const first = Math.min(state.firstModel, Math.max(0, models.length - fitting));
  const what = { kind: 'evaluation', id: evaluation.id } as const;
  const wandb = useSyncKeys(what, '');
  const handlers = useResultsKeys({
    evaluation,
    state: { ...state, firstModel: first },
    dispatch,
    run,
    items,
    selected,
    current,
    names,
    fitting,
    shown: shown.length,
    wandb,
    onAsk: setQuestion,
  });
  useBindings('screen', evaluateResultsBindings, handlers, { active: question === null });
  const listening = question === null;
  const strip = run !== null && (live || run.problem !== null) ? run : null;
  const table: Pane = {
    id: 'table',
    title: `Row ${count(shown.length === 0 ? 0 : selected + 1)} of ${count(shown.length)}`,
    flex: arrangement === 'row' ? 2 : 3,
    render: (size, focused) => (
      <Table
        columns={itemColumns(names, first, size.columns, symbols, widest)}
        count={shown.length}
        rowAt={(index) => shown[index] ?? null}
        cell={(item, column) => itemCell(item, column, symbols)}
        width={size.columns}
        height={size.rows}
        selected={selected}
        onSelect={(index) => dispatch({ type: 'select', index })}
        focus={focused && listening}
        empty="No row fits. Esc clears the filter, f changes it."
      />
    ),
  };
  const detail: Pane = {
    id: 'detail',
    title: current === null ? 'Nothing selected' : `Line ${count(current.item.line)}`,
    flex: arrangement === 'row' ? 1 : 2,
    render: (size, focused) => (
      <ItemDetail item={current} names={names} graders={graders} size={size} focus={focused && listening} />
    ),
  };
  const taken = 2 + (strip === null ? 0 : progressRows(strip, columns));
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      {strip === null ? null : <RunProgress run={strip} width={columns} />}
      <Toolbar
        learnedSince={learnedSince}
        evaluation={evaluation}
        items={items}
        filter={filterText(state.filter, shortNames(names, symbols.ellipsis))}
        window={modelWindowText(first, fitting, models.length)}
        names={shortNames(names, symbols.ellipsis)}
        width={columns}
      />
      <Box height={1} flexShrink={0} paddingLeft={1}>
        <RunTrackingLine what={what} width={columns - 2} />
      </Box>
      <Panes
        focus={state.pane}
        onFocus={(id) => dispatch({ type: 'pane', pane: id === 'detail' ? 'detail' : 'table' })}
        width={columns}
        height={Math.max(3, rows - taken)}
        arrangement={arrangement}
        active={listening}
        panes={[table, detail]}
      />
      {wandb.question}
      {question === null ? null : (
        <ResultsDialog
          question={question}
          evaluation={evaluation}
          items={items}
          names={names}
          current={current}
          onFilter={(filter) => dispatch({ type: 'filter', filter })}
          onDone={() => setQuestion(null)}
        />
      )}
    </Box>
  );
}
