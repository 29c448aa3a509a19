import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { isOpen, type TargetState } from '../../../app/bakeoff/states.ts';
import { useAppState, useRead, useWorkbench } from '../../../app/react.tsx';
import { LineChart } from '../../../components/charts/line-chart.tsx';
import { jobStatus, STATUS_STYLES } from '../../../components/feedback/status.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { type Cell, type Column, Table } from '../../../components/lists/table.tsx';
import { Line } from '../../../components/text/line.tsx';
import { wrapped } from '../../../components/text/wrapped.ts';
import { settingsText } from '../../../domain/bakeoff/target.ts';
import { formatUsd, lossText, plural } from '../../../domain/text/format.ts';
import { explainJobError } from '../../../domain/training/explain.ts';
import { curveOf, measuredPoints } from '../../../domain/training/metrics.ts';
import { trainBakeoffBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { type Theme, useTheme } from '../../../theme/theme.tsx';
import { HELD_OUT_COLUMNS, heldOutText } from '../format.ts';
import type { TrainAction } from '../reducer.ts';
import { type JobSummary, useJobSummaries } from '../use-job-history.ts';
import { clippedCurves, type Figure, firstMeasured, nextFigure, titleOf } from './curves.ts';

const COLUMNS: readonly Column[] = [
  { id: 'number', title: '', width: 4, keep: 1 },
  { id: 'status', title: 'status', width: 17, keep: 2 },
  { id: 'step', title: 'step', width: 9, align: 'right', keep: 4 },
  { id: 'train', title: 'loss', width: 7, align: 'right', keep: 5 },
  { id: 'valid', title: 'valid', width: HELD_OUT_COLUMNS, align: 'right', keep: 3 },
  { id: 'cost', title: 'cost', width: 8, align: 'right', keep: 7 },
  { id: 'provider', title: 'provider', width: 12, cut: 'middle', keep: 8 },
  { id: 'name', title: 'base and settings', flex: 1, min: 14, cut: 'middle', keep: 6 },
];

interface TargetRow {
  readonly state: TargetState;
  readonly summary: JobSummary | null;
  readonly failed: boolean;
}

function statusCell({ state: { record, asked }, failed }: TargetRow, { symbols }: Theme): Cell {
  if (record === null) {
    if (failed) return { text: `${symbols.error} not created`, tone: 'error' };
    return asked ? 'asked for' : 'waiting';
  }
  const { kind, word } = jobStatus(record.job);
  return { text: `${symbols[STATUS_STYLES[kind].symbol]} ${word}`, tone: STATUS_STYLES[kind].tone };
}

function targetCell({ state, summary, failed }: TargetRow, column: string, theme: Theme): Cell {
  const { number, target, record } = state;
  switch (column) {
    case 'number':
      return `${theme.series(number - 1).symbol} ${number}`;
    case 'status':
      return statusCell({ state, summary, failed }, theme);
    case 'step':
      return summary?.step == null
        ? ''
        : `${summary.step}${summary.totalSteps === null ? '' : `/${summary.totalSteps}`}`;
    case 'train':
      return lossText(summary?.trainLoss ?? null);
    case 'valid':
      return heldOutText(summary?.heldOut ?? null);
    case 'cost':
      return record === null ? '' : formatUsd(record.job.costUsd ?? record.quoteUsd);
    case 'provider':
      return target.providerId;
    default:
      return [target.model, settingsText(target)].filter((text) => text !== '').join(', ');
  }
}

export interface RunViewProps {
  readonly id: string;
  readonly log: boolean;
  readonly dispatch: Dispatch<TrainAction>;
}

/** All targets of a bake-off in one table, their curves over each other. */
export function BakeoffRunView({ id, log, dispatch }: RunViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { bakeoff, train, navigation } = useWorkbench();
  const theme = useTheme();
  const summarise = useJobSummaries();
  // Statuses of jobs are in the state; what is measured is read when there is news of either.
  useAppState((state) => state.jobs);
  const targets = useRead(['jobs'], () => bakeoff.targets(id), [bakeoff, id]);
  const busy = useRead(['jobs', 'evaluations'], () => bakeoff.isRunning(id), [bakeoff, id]);
  const points = useRead(
    ['jobs'],
    () => targets.map(({ record }) => (record === null ? [] : measuredPoints(train.events(record.job.id)))),
    [targets, train],
  );
  const [chosen, setChosen] = useState<Figure | null>(null);
  const [at, setAt] = useState(0);
  const figure = chosen ?? firstMeasured(points);
  const selected = Math.max(0, Math.min(at, targets.length - 1));
  const drawn = clippedCurves(
    targets.map(({ number }, place) => ({
      name: `${number}`,
      points: curveOf(points[place] ?? [], figure).map(({ step, value }) => ({ x: step, y: value })),
    })),
  );
  const open = targets.filter(isOpen).length;
  const state = targets[selected];
  const goOn = async (): Promise<void> => {
    const outcome = await bakeoff.resume(id);
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  useBindings('screen', trainBakeoffBindings, {
    'train.bakeoff.compare': () => dispatch({ type: 'show', view: { kind: 'bakeoff-comparison', id } }),
    'train.bakeoff.figure': () => setChosen(nextFigure(figure)),
    'train.bakeoff.log': () => dispatch({ type: 'log' }),
    'train.bakeoff.resume': { run: () => void goOn(), disabledReason: busy ? 'it goes on already' : null },
    'train.bakeoff.job': {
      run: () => {
        if (state?.record != null) dispatch({ type: 'open', jobId: state.record.job.id });
      },
      disabledReason: state?.record == null ? 'it has no job yet' : null,
    },
    'train.bakeoff.back': useBack(() => dispatch({ type: 'show', view: { kind: 'bakeoff-plan' } })),
  });
  const note = state === undefined ? null : noteOf(state, bakeoff.targetProblem(id, state.id)?.what ?? null);
  const notes = note === null ? [] : wrapped(`${state?.number ?? ''}: ${note}`, columns - 4).slice(0, 4);
  const tableRows = Math.min(targets.length + 3 + notes.length, Math.max(4 + notes.length, rows - 8));
  const clipped = drawn.clipped === null ? '' : `, first point of ${lossText(drawn.clipped)} cut`;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox title={`${titleOf(figure)}${clipped}`} focused={false} width={columns} height={rows - tableRows}>
        {(size) => (
          <LineChart
            series={drawn.series}
            width={size.columns}
            height={size.rows}
            log={log}
            empty="Nothing of this figure is measured yet; m takes the next one."
          />
        )}
      </PaneBox>
      <PaneBox
        title={`${plural(targets.length, 'target')}, ${open === 0 ? (busy ? 'measuring' : 'all ended') : `${open} going on`}`}
        focused
        width={columns}
        height={tableRows}
      >
        {(size) => (
          <>
            <Table
              columns={COLUMNS}
              count={targets.length}
              rowAt={(index) => {
                const found = targets[index];
                if (found === undefined) return null;
                return {
                  state: found,
                  summary: found.record === null ? null : summarise(found.record),
                  failed: bakeoff.targetProblem(id, found.id) !== null,
                };
              }}
              cell={(row, column) => targetCell(row, column, theme)}
              width={size.columns}
              height={size.rows - notes.length}
              selected={selected}
              onSelect={setAt}
              focus
            />
            {notes.map((text, index) => (
              <Line key={index} text={text} width={size.columns} tone="warn" />
            ))}
          </>
        )}
      </PaneBox>
    </Box>
  );
}

/** Why a target failed, in words, or has no job. */
function noteOf({ record }: TargetState, problem: string | null): string | null {
  if (record === null) return problem;
  return record.job.status === 'failed'
    ? explainJobError(record.job.error ?? { code: '', message: '', param: null }).what
    : null;
}
