import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { useBodySize } from '../../../components/frame/index.ts';
import { type Arrangement, type Pane, Panes } from '../../../components/panes/index.ts';
import { Table } from '../../../components/table/index.ts';
import { TrackedLine, useSyncKeys } from '../../../components/tracking/index.ts';
import type { Evaluation } from '../../../domain/evaluation/types.ts';
import { count } from '../../../domain/text/figures.ts';
import { evaluateResultsBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useTheme } from '../../../theme/index.ts';
import { Ask, type Question } from '../ask/index.tsx';
import { refName, shortNames } from '../models/refs.ts';
import type { EvaluateAction, EvaluateState } from '../reducer.ts';
import { cellOf, columnsOf, modelsThatFit } from './cells.ts';
import { Detail } from './detail.tsx';
import { filterItems, filterWords } from './filter.ts';
import { progressRows, RunStrip } from './progress.tsx';
import { Toolbar } from './toolbar.tsx';
import { useResultsActions } from './use-actions.ts';
import { useItems, useRun } from './use-items.ts';

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

function windowWords(first: number, fitting: number, models: number): string {
  return models <= fitting ? '' : `models ${first + 1}-${Math.min(models, first + fitting)} of ${models}: [ ]`;
}

/** Every answer: as they come in, and after. */
export function ResultsView({ evaluation, state, dispatch }: ResultsProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const [question, setQuestion] = useState<Question | null>(null);
  const run = useRun(evaluation.id);
  const live = run !== null && run.endedAt === null;
  const items = useItems(evaluation.id, live);
  const { models, graders } = evaluation.plan;
  const names = useMemo(() => models.map((ref) => refName(ref, models)), [models]);
  const shown = useMemo(() => filterItems(items, state.filter), [items, state.filter]);
  const selected = Math.max(0, Math.min(state.selected, shown.length - 1));
  const current = shown[selected] ?? null;
  const arrangement = arrangementOf(state.whole, columns, rows);
  const tableWidth = (arrangement === 'row' ? Math.floor((columns * 2) / 3) : columns) - 4;
  const fitting = modelsThatFit(tableWidth);
  const first = Math.min(state.firstModel, Math.max(0, models.length - fitting));
  const what = { kind: 'evaluation', id: evaluation.id } as const;
  const wandb = useSyncKeys(what, '');
  const handlers = useResultsActions({
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
        columns={columnsOf(names, first, size.columns, symbols)}
        count={shown.length}
        rowAt={(index) => shown[index] ?? null}
        cell={(item, column) => cellOf(item, column, symbols)}
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
      <Detail item={current} names={names} graders={graders} size={size} focus={focused && listening} />
    ),
  };
  const taken = 2 + (strip === null ? 0 : progressRows(strip));
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      {strip === null ? null : <RunStrip run={strip} width={columns} />}
      <Toolbar
        evaluation={evaluation}
        items={items}
        filter={filterWords(state.filter, shortNames(names, symbols.ellipsis))}
        window={windowWords(first, fitting, models.length)}
        names={shortNames(names, symbols.ellipsis)}
        width={columns}
      />
      <Box height={1} flexShrink={0} paddingLeft={1}>
        <TrackedLine what={what} width={columns - 2} />
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
        <Ask
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
