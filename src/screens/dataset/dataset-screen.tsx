import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { liveOperations } from '../../app/core/state.ts';
import { useAppState, useScreenState } from '../../app/react.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { useBodySize } from '../../components/layout/frame.tsx';
import { type Arrangement, type Pane, PaneBox, Panes } from '../../components/layout/panes.tsx';
import { KeyHint } from '../../components/text/key-hints.tsx';
import { Line } from '../../components/text/line.tsx';
import { count } from '../../domain/text/format.ts';
import { datasetBindings } from '../../keys/bindings/dataset.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { BalancePanel } from './balance.tsx';
import { BrowseDialog } from './browse/dialogs.tsx';
import { BROWSE_STATE } from './browse/kept-state.ts';
import { type BrowseState, initialBrowseState, browseReducer as reduce, targetsOf } from './browse/reducer.ts';
import { isFiltered, withText } from './browse/row-filter.ts';
import { RowTable, shortId } from './browse/row-table.tsx';
import { Toolbar } from './browse/toolbar.tsx';
import { useRowActions } from './browse/use-row-actions.ts';
import { useOpenRow, useReveal, useShownRows } from './browse/use-rows.ts';
import { CheckPanel, useCheck } from './check.tsx';
import { DuplicatesPanel } from './duplicates.tsx';
import { ImportView } from './importing/import-view.tsx';
import { AnswerEditor, RowDetail } from './row-detail.tsx';
import { SplitPanel } from './split/split-panel.tsx';
import { CoveragePanel } from './value-map/coverage-panel.tsx';

export interface EmptyProps {
  readonly width: number;
  readonly height: number;
  /** Something is adding rows right now. */
  readonly busy: boolean;
}

/** Before the first row: how to get some. */
function Empty({ width, height, busy }: EmptyProps): ReactNode {
  return (
    <PaneBox title="Rows" focused width={width} height={height}>
      {(size) => (
        <Box flexDirection="column">
          <Line text="No rows yet." width={size.columns} bold />
          <Text> </Text>
          {busy ? <Spinner label="The first ones are on their way." width={size.columns} /> : null}
          <KeyHint keyName="3" label="generates them from the template" />
          <KeyHint keyName="o" label="imports a file (JSONL, CSV, TSV, Parquet) or from the Hugging Face Hub" />
        </Box>
      )}
    </PaneBox>
  );
}

/** From these on both panes have room: side by side, or one over the other. */
const SIDE_BY_SIDE = 120;
const STACKED = 18;

function arrangementOf(browse: BrowseState, columns: number, rows: number): Arrangement {
  if (columns >= SIDE_BY_SIDE) return 'row';
  return browse.whole || browse.editing !== null || rows < STACKED ? 'single' : 'column';
}

/** Every row of the project: look, search, judge, mend, check, take out and in. */
export function DatasetScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Dataset key={projectId} />;
}

function Dataset(): ReactNode {
  const { columns, rows: height } = useBodySize();
  const busy = useAppState((state) => liveOperations(state).length > 0);
  const [browse, dispatch] = useScreenState(BROWSE_STATE, reduce, () => initialBrowseState);
  const shown = useShownRows(browse);
  const check = useCheck();
  const targets = targetsOf(browse.marks, shown.count, shown.current, shown.ids);
  const actions = useRowActions({
    browse,
    dispatch,
    shown,
    targets,
    onCheck: () => {
      dispatch({ type: 'view', view: 'check' });
      check.run();
    },
  });
  const reveal = useReveal(dispatch);
  useOpenRow(reveal);
  const editing = browse.editing;
  const browsing = browse.view === 'rows' && editing === null;
  useBindings('screen', datasetBindings, actions.handlers, { active: browsing && !browse.searching });
  const close = (): void => dispatch({ type: 'view', view: 'rows' });
  const view = (): ReactNode => {
    if (browse.view === 'check')
      return <CheckPanel check={check} width={columns} height={height} onShow={reveal} onClose={close} />;
    if (browse.view === 'balance')
      return <BalancePanel filter={browse.filter} width={columns} height={height} onClose={close} />;
    if (browse.view === 'coverage') return <CoveragePanel width={columns} height={height} onClose={close} />;
    if (browse.view === 'duplicates')
      return <DuplicatesPanel width={columns} height={height} onShow={reveal} onClose={close} />;
    if (browse.view === 'import') {
      const split = (): void => dispatch({ type: 'view', view: 'split' });
      return <ImportView width={columns} height={height} onClose={close} onSplit={split} />;
    }
    if (browse.view === 'split') return <SplitPanel width={columns} height={height} onShow={reveal} onClose={close} />;
    // The total follows a moment later than the rows themselves.
    if (shown.total === 0 || (shown.count === 0 && !isFiltered(browse.filter)))
      return <Empty width={columns} height={height} busy={busy} />;
    return rowsView();
  };
  const arrangement = arrangementOf(browse, columns, height);
  const listening = browsing && !browse.searching;
  const table: Pane = {
    id: 'rows',
    title: `Row ${count(shown.count === 0 ? 0 : shown.selected + 1)} of ${count(shown.count)}`,
    flex: arrangement === 'row' ? 2 : 3,
    render: (size, focused) => (
      <RowTable
        size={size}
        shown={shown}
        sort={browse.sort}
        marks={browse.marks}
        focus={focused && listening}
        onSelect={actions.moveTo}
      />
    ),
  };
  const whole: Pane = {
    id: 'detail',
    title: shown.current === null ? 'Nothing selected' : shortId(shown.current.id),
    flex: arrangement === 'row' ? 1 : 2,
    render: (size, focused) => <RowDetail row={shown.current} size={size} focus={focused && listening} />,
  };
  const editor: Pane | null = editing && {
    ...whole,
    title: 'Edit the answer: Ctrl-S saves, Esc cancels',
    render: (size) => <AnswerEditor row={editing} size={size} onDone={() => dispatch({ type: 'edit', row: null })} />,
  };
  const rowsView = (): ReactNode => (
    <>
      <Toolbar
        browse={browse}
        shown={shown}
        width={columns}
        onSearch={(text) => dispatch({ type: 'filter', filter: withText(browse.filter, text) })}
        onLeave={(keep) => {
          if (!keep) dispatch({ type: 'filter', filter: withText(browse.filter, '') });
          dispatch({ type: 'search', on: false });
        }}
      />
      <Panes
        focus={editor === null ? browse.pane : 'detail'}
        onFocus={(id) => dispatch({ type: 'pane', pane: id === 'detail' ? 'detail' : 'rows' })}
        width={columns}
        height={height - 1}
        arrangement={arrangement}
        active={listening}
        panes={editor === null ? [table, whole] : arrangement === 'single' ? [editor] : [table, editor]}
      />
    </>
  );
  return (
    <Box flexDirection="column" width={columns} height={height} flexShrink={0}>
      {view()}
      {browse.question === null ? null : (
        <BrowseDialog
          question={browse.question}
          filter={browse.filter}
          targets={targets}
          onFilter={(filter) => dispatch({ type: 'filter', filter })}
          onRemove={actions.remove}
          onRegenerate={actions.regenerate}
          onDone={() => dispatch({ type: 'ask', question: null })}
        />
      )}
    </Box>
  );
}
