import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import { useSubjectFields, useWorkbench } from '../../app/react.tsx';
import type { GenerateProgress } from '../../app/runtime/operation.ts';
import { CapDialog } from '../../components/dialogs/cap-dialog.tsx';
import type { BodySize } from '../../components/layout/frame.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { cellLabel } from '../../domain/lattice/lattice.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { generateRunBindings } from '../../keys/bindings/generate.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { type GenerationRun, PROGRESS_ROWS, RunProgress } from './run-progress.tsx';

/** Rows of the list of answers, with its frame, that the words above leave to it. */
const LEAST_LIST = 6;

type Spending = Pick<GenerateProgress, 'capUsd' | 'projectUsd'>;

const CAP_FACTOR = 1.5;
const MIN_CAP_USD = 0.01;
const roundUpToCents = (usd: number): number => Math.ceil(usd * 100) / 100;

/** Half as much again as the cap, or as what is spent already when there is none. */
export function raisedCap({ capUsd, projectUsd }: Spending): number {
  return roundUpToCents(Math.max(MIN_CAP_USD, (capUsd ?? projectUsd) * CAP_FACTOR));
}

/** Two thirds of the cap, never below what is spent: that is gone. Without a cap, what is spent becomes it. */
export function loweredCap({ capUsd, projectUsd }: Spending): number {
  return roundUpToCents(Math.max(projectUsd, (capUsd ?? projectUsd) / CAP_FACTOR));
}

interface RunListState {
  readonly view: 'latest' | 'problems';
  readonly selected: number;
}

const NEW_LIST: RunListState = { view: 'latest', selected: 0 };

const readList = fieldReader<RunListState>({
  view: z.enum(['latest', 'problems']),
  selected: z.int().nonnegative(),
});

const LIST: ScreenStateKind<RunListState> = {
  name: 'generate-run',
  save: (state) => state,
  restore: (saved, fresh) => ({ ...fresh, ...readList(saved) }),
};

export interface RunRowsProps {
  readonly detail: GenerateProgress;
  readonly view: RunListState['view'];
  /** Whether more may come. */
  readonly live: boolean;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly width: number;
  readonly height: number;
}

/** The rows that came last, or those that went wrong with their cause. */
function RunRows({ detail, view, live, selected, onSelect, width, height }: RunRowsProps): ReactNode {
  const { symbols } = useTheme();
  const rows =
    view === 'latest'
      ? detail.latest.map(({ cell, ok, tokens, preview }) => ({
          label: cellLabel(cell),
          ok,
          text: `${ok ? symbols.ok : symbols.warn} ${tokens === null ? '' : `${tokens} tokens  `}${preview}`,
        }))
      : detail.problems.map(({ cell, cause }) => ({
          label: cellLabel(cell),
          ok: false,
          text: `${symbols.error} ${cause}`,
        }));
  const longest = Math.max(0, ...rows.map(({ label }) => displayWidth(label)));
  return (
    <List
      count={rows.length}
      height={height}
      width={width}
      selected={selected}
      onSelect={onSelect}
      focus
      empty={view === 'problems' ? 'No problems.' : live ? 'The first answer is on its way.' : 'No answer came.'}
      whole={(index, room) => {
        const row = rows[index];
        // An answer is opened; why there is none stands nowhere else.
        if (row === undefined || view === 'latest') return null;
        const text = `${row.label}: ${row.text}`;
        return displayWidth(text) > room ? text : null;
      }}
      item={(index, state) => {
        const row = rows[index];
        if (row === undefined) return '';
        const column = Math.min(longest, Math.floor(state.width * 0.4));
        return (
          <Box height={1}>
            <Line text={row.label} width={column} cut="middle" fill bold={state.selected} />
            <Line
              text={` ${row.text}`}
              width={Math.max(0, state.width - column)}
              tone={row.ok ? 'plain' : view === 'problems' ? 'error' : 'warn'}
            />
          </Box>
        );
      }}
    />
  );
}

export interface RunViewProps {
  readonly run: GenerationRun;
  /** Rows of the project that hold no usable answer. */
  readonly problemRows: number;
  readonly size: BodySize;
  readonly onPlan: () => void;
}

function outcomeText({ problem, receipt, status }: GenerationRun): string {
  if (problem !== null) return `${problem.what} ${problem.saved} ${problem.next}`;
  if (receipt !== null) return `${receipt.summary} 4 reviews the rows, n plans another run.`;
  return status === 'paused' ? 'Paused: running calls end, p goes on.' : '';
}

/** A run as it goes, and after it went. */
export function RunView({ run, problemRows, size, onPlan }: RunViewProps): ReactNode {
  const { generate, navigation } = useWorkbench();
  const [{ view, selected }, setList] = useSubjectFields(run.id, LIST, () => NEW_LIST);
  const [askingCap, setAskingCap] = useState(false);
  const { detail } = run;
  const live = run.endedAt === null;
  const paused = run.status === 'paused';
  const rows = view === 'latest' ? detail.latest : detail.problems;
  const at = Math.min(selected, Math.max(0, rows.length - 1));
  const row = rows[at];
  const ended = live ? null : 'the run has ended';
  const onRow = (act: (rowId: string) => void) => ({
    run: () => {
      if (row !== undefined) act(row.rowId);
    },
    disabledReason: row === undefined ? 'no row is selected' : null,
  });
  useBindings('screen', generateRunBindings, {
    'generate.pause': { run: () => (paused ? generate.resume() : generate.pause()), disabledReason: ended },
    'generate.cancel': live ? () => navigation.cancelOperation(run.id) : null,
    'generate.raise-cap': { run: () => generate.setCap(raisedCap(detail)), disabledReason: ended },
    'generate.lower-cap': { run: () => generate.setCap(loweredCap(detail)), disabledReason: ended },
    'generate.set-cap': { run: () => setAskingCap(true), disabledReason: ended },
    'generate.retry': {
      run: () => generate.retry('problems'),
      disabledReason: live ? 'the run is still going on' : problemRows === 0 ? 'no row has a problem' : null,
    },
    'generate.problems': () => setList({ view: view === 'latest' ? 'problems' : 'latest', selected: 0 }),
    'generate.open': onRow(navigation.openRow),
    'generate.plan': { run: onPlan, disabledReason: live ? 'the run is still going on' : null },
    'generate.copy': {
      run: () => {
        if (row !== undefined) navigation.copy('preview' in row ? row.preview : row.cause, cellLabel(row.cell));
      },
      disabledReason: row === undefined ? 'no row is selected' : null,
    },
  });
  const inside = Math.max(1, size.columns - 4);
  // What went wrong, or is left to do, is read to its end where the list keeps a few rows.
  const most = Math.max(1, size.rows - PROGRESS_ROWS - 2 - LEAST_LIST);
  const lines = wrapped(outcomeText(run), inside).slice(0, most);
  const outcome = lines.length === 0 ? [''] : lines;
  const upper = PROGRESS_ROWS + 2 + outcome.length;
  const others = detail.problems.length;
  const title = view === 'latest' ? `Latest · problems (${others}): v` : `Problems (${others}) · latest: v`;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <PaneBox title={run.title} focused={false} width={size.columns} height={upper}>
        {(inner) => (
          <>
            <RunProgress run={run} width={inner.columns} />
            {outcome.map((line, at) => (
              <Line key={at} text={line} width={inner.columns} tone={run.problem === null ? 'muted' : 'error'} />
            ))}
          </>
        )}
      </PaneBox>
      <PaneBox title={title} focused width={size.columns} height={size.rows - upper}>
        {(inner) => (
          <RunRows
            detail={detail}
            view={view}
            live={live}
            selected={at}
            onSelect={(index) => setList({ selected: index })}
            width={inner.columns}
            height={inner.rows}
          />
        )}
      </PaneBox>
      {askingCap && <CapDialog capUsd={detail.capUsd} onCap={generate.setCap} onDone={() => setAskingCap(false)} />}
    </Box>
  );
}
