import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { PromptDialog } from '../../components/dialog/index.ts';
import type { BodySize } from '../../components/frame/index.ts';
import { Line } from '../../components/line/index.ts';
import { readNumber } from '../../components/numberfield/index.ts';
import { PaneBox } from '../../components/panes/index.ts';
import { cellLabel } from '../../domain/lattice/lattice.ts';
import { generateRunBindings } from '../../keys/bindings/generate.ts';
import { useBindings } from '../../keys/index.ts';
import { useWorkbench } from '../../state/context.tsx';
import { loweredCap, raisedCap } from './cap.ts';
import type { Run } from './figures.ts';
import { FIGURE_ROWS, Figures } from './progress.tsx';
import { RunRows } from './rows.tsx';

export interface RunViewProps {
  readonly run: Run;
  /** Rows of the project that hold no usable answer. */
  readonly problemRows: number;
  readonly size: BodySize;
  readonly onPlan: () => void;
}

const CAP_RULES = { min: 0, none: 'none' } as const;

function outcomeWords({ problem, receipt, status }: Run): string {
  if (problem !== null) return `${problem.what} ${problem.saved} ${problem.next}`;
  if (receipt !== null) return `${receipt.summary} 4 reviews the rows, n plans another run.`;
  return status === 'paused' ? 'Paused: running calls end, p goes on.' : '';
}

/** A run as it goes, and after it went. */
export function RunView({ run, problemRows, size, onPlan }: RunViewProps): ReactNode {
  const { generate, navigation } = useWorkbench();
  const [view, setView] = useState<'latest' | 'problems'>('latest');
  const [selected, setSelected] = useState(0);
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
    ...(live ? { 'generate.cancel': () => navigation.cancelOperation(run.id) } : {}),
    'generate.raise-cap': { run: () => generate.setCap(raisedCap(detail)), disabledReason: ended },
    'generate.lower-cap': { run: () => generate.setCap(loweredCap(detail)), disabledReason: ended },
    'generate.set-cap': { run: () => setAskingCap(true), disabledReason: ended },
    'generate.retry': {
      run: () => generate.retry('problems'),
      disabledReason: live ? 'the run is still going on' : problemRows === 0 ? 'no row has a problem' : null,
    },
    'generate.problems': () => {
      setView(view === 'latest' ? 'problems' : 'latest');
      setSelected(0);
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
  const outcome = outcomeWords(run);
  const others = detail.problems.length;
  const title = view === 'latest' ? `Latest · problems (${others}): v` : `Problems (${others}) · latest: v`;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <PaneBox title={run.title} focused={false} width={size.columns} height={FIGURE_ROWS + 3}>
        {(inner) => (
          <>
            <Figures run={run} width={inner.columns} />
            <Line text={outcome} width={inner.columns} tone={run.problem === null ? 'muted' : 'error'} />
          </>
        )}
      </PaneBox>
      <PaneBox title={title} focused width={size.columns} height={size.rows - FIGURE_ROWS - 3}>
        {(inner) => (
          <RunRows
            detail={detail}
            view={view}
            live={live}
            selected={at}
            onSelect={setSelected}
            width={inner.columns}
            height={inner.rows}
          />
        )}
      </PaneBox>
      {askingCap && (
        <PromptDialog
          title="Spending cap"
          label="US$ for this run at most; none lifts it"
          initial={detail.capUsd === null ? '' : String(detail.capUsd)}
          placeholder="none"
          validate={(text) => {
            const reading = readNumber(text, CAP_RULES);
            return reading.ok ? null : reading.why;
          }}
          onSubmit={(text) => {
            const reading = readNumber(text, CAP_RULES);
            if (reading.ok) generate.setCap(reading.value);
            setAskingCap(false);
          }}
          onCancel={() => setAskingCap(false)}
        />
      )}
    </Box>
  );
}
