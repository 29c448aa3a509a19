import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import { useSubjectFields, useWorkbench } from '../../app/react.tsx';
import type { GenerateProgress } from '../../app/runtime/operation.ts';
import { CapDialog } from '../../components/dialogs/cap-dialog.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import type { BodySize } from '../../components/layout/frame.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line, safeMiddle } from '../../components/text/line.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import type { BatchView } from '../../domain/batches/view.ts';
import { cellLabel } from '../../domain/lattice/lattice.ts';
import { plural } from '../../domain/text/format.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { generateRunBindings } from '../../keys/bindings/generate.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { Symbols } from '../../theme/symbols.ts';
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

const VIEWS = ['latest', 'problems', 'batches'] as const;
type RunRowsView = (typeof VIEWS)[number];

interface RunListState {
  readonly view: RunRowsView;
  readonly selected: number;
}

const NEW_LIST: RunListState = { view: 'latest', selected: 0 };

const readList = fieldReader<RunListState>(() => ({
  view: z.enum(VIEWS),
  selected: z.int().nonnegative(),
}));

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

interface RunRow {
  readonly label: string;
  readonly ok: boolean;
  readonly text: string;
}

/** What each view of a run lists. */
const ROWS_OF: Readonly<Record<RunRowsView, (detail: GenerateProgress, symbols: Symbols) => readonly RunRow[]>> = {
  latest: ({ latest }, symbols) =>
    latest.map(({ cell, ok, tokens, preview }) => ({
      label: cellLabel(cell),
      ok,
      text: `${ok ? symbols.ok : symbols.warn} ${tokens === null ? '' : `${tokens} tokens  `}${preview}`,
    })),
  problems: ({ problems }, symbols) =>
    problems.map(({ cell, cause }) => ({ label: cellLabel(cell), ok: false, text: `${symbols.error} ${cause}` })),
  batches: ({ batches }) =>
    batches.map(({ id, key, requests, text }) => ({
      label: safeMiddle(id ?? key, BATCH_ID_COLUMNS),
      ok: true,
      text: `${plural(requests, 'request')}, ${text}`,
    })),
};

const EMPTY: Readonly<Record<RunRowsView, string>> = {
  latest: 'No answer came.',
  problems: 'No problems.',
  batches: 'No batch is written yet.',
};

/** Of an id that grows with its provider. */
const BATCH_ID_COLUMNS = 24;

/** The rows that came last, those that went wrong with their cause, or the batches that are to bring them. */
function RunRows({ detail, view, live, selected, onSelect, width, height }: RunRowsProps): ReactNode {
  const { symbols } = useTheme();
  const rows = ROWS_OF[view](detail, symbols);
  const longest = Math.max(0, ...rows.map(({ label }) => displayWidth(label)));
  return (
    <List
      count={rows.length}
      height={height}
      width={width}
      selected={selected}
      onSelect={onSelect}
      focus
      empty={view === 'latest' && live ? 'The first answer is on its way.' : EMPTY[view]}
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

/** `Latest`, `Problems (3): v`: the view that is shown, and the key for the others. */
function titleOf(one: RunRowsView, view: RunRowsView, { problems, batches }: GenerateProgress): string {
  const counts = { latest: '', problems: ` (${problems.length})`, batches: ` (${batches.length})` };
  const name = one === view ? one.charAt(0).toUpperCase() + one.slice(1) : one;
  return `${name}${counts[one]}${one === view ? '' : ': v'}`;
}

/** A run as it goes, and after it went. */
export function RunView({ run, problemRows, size, onPlan }: RunViewProps): ReactNode {
  const { generate, batches, navigation } = useWorkbench();
  const [{ view, selected }, setList] = useSubjectFields(run.id, LIST, () => NEW_LIST);
  const [askingCap, setAskingCap] = useState(false);
  const [cancelling, setCancelling] = useState<BatchView | null>(null);
  const { detail } = run;
  const live = run.endedAt === null;
  const paused = run.status === 'paused';
  const rows = view === 'latest' ? detail.latest : view === 'problems' ? detail.problems : [];
  const listed = view === 'batches' ? detail.batches.length : rows.length;
  const at = Math.min(selected, Math.max(0, listed - 1));
  const row = rows[at];
  const batch = view === 'batches' ? detail.batches[at] : undefined;
  const shown = VIEWS.filter((one) => one !== 'batches' || detail.batches.length > 0);
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
    'generate.problems': () =>
      setList({ view: shown[(shown.indexOf(view) + 1) % shown.length] ?? 'latest', selected: 0 }),
    'generate.cancel-batch': {
      run: () => setCancelling(batch ?? null),
      disabledReason: batch?.isRunning === true ? null : 'no batch that runs is selected: v shows them',
    },
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
  const title = [view, ...shown.filter((one) => one !== view)].map((one) => titleOf(one, view, detail)).join(' · ');
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
      {cancelling !== null && (
        <ConfirmDialog
          title="Cancel the batch?"
          lines={[
            `${cancelling.id ?? cancelling.key}: ${plural(cancelling.requests, 'request')}, ${cancelling.text}.`,
            'What it has answered by now is billed and becomes rows; the rest is not asked.',
          ]}
          confirmLabel="cancel it"
          danger
          onConfirm={() => {
            batches.cancel(cancelling);
            setCancelling(null);
          }}
          onCancel={() => setCancelling(null)}
        />
      )}
      {askingCap && <CapDialog capUsd={detail.capUsd} onCap={generate.setCap} onDone={() => setAskingCap(false)} />}
    </Box>
  );
}
