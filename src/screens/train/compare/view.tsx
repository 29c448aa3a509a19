import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { Chart } from '../../../components/chart/index.ts';
import { useBodySize } from '../../../components/frame/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { plural } from '../../../domain/text/figures.ts';
import { trainCompareBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { TrainAction, TrainState } from '../reducer.ts';
import { useBack } from '../use-back.ts';
import { DifferencesTable, pairOf } from './differences.tsx';
import { CURVE_TITLES, comparedSeries } from './series.ts';
import { ComparedTable } from './table.tsx';

export interface CompareViewProps {
  readonly state: TrainState;
  readonly dispatch: Dispatch<TrainAction>;
}

/** The curves of the marked jobs over each other. */
export function CompareView({ state, dispatch }: CompareViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { train } = useWorkbench();
  const all = useAppState((app) => app.jobs);
  const version = useAppState((app) => app.jobsVersion);
  const [selected, setSelected] = useState(0);
  const { marked, compared, log } = state;
  const jobs = useMemo(() => marked.flatMap((id) => all.filter(({ job }) => job.id === id)), [marked, all]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there are new events to read
  const series = useMemo(() => comparedSeries(jobs, train.events, compared), [jobs, train, compared, version]);
  const [differing, setDiffering] = useState(false);
  const chosen = jobs[Math.min(selected, jobs.length - 1)];
  const pair = pairOf(jobs, selected);
  useBindings('screen', trainCompareBindings, {
    'train.compare.open': {
      run: () => {
        if (chosen !== undefined) dispatch({ type: 'open', jobId: chosen.job.id });
      },
      disabledReason: chosen === undefined ? 'there is no job here any more' : null,
    },
    'train.compare.metric': () => dispatch({ type: 'compared' }),
    'train.compare.log': () => dispatch({ type: 'log' }),
    'train.compare.differences': {
      run: () => setDiffering(!differing),
      disabledReason: pair === null ? 'two jobs are needed to tell what differs' : null,
    },
    'train.compare.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  // Borders, the head and the jobs; a table that is cut scrolls.
  const most = Math.max(4, rows - 9);
  const listed = differing && pair !== null ? pair.differences.length : jobs.length;
  const tableRows = Math.min(Math.max(1, listed) + 3, most);
  const drawn = series.some(({ points }) => points.length > 0);
  const nothing = `None of these jobs measured ${CURVE_TITLES[compared].toLowerCase()}; m takes the next figure.`;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <PaneBox title={CURVE_TITLES[compared]} focused={false} width={columns} height={rows - tableRows}>
        {(size) => (
          <Chart
            series={series}
            width={size.columns}
            height={size.rows}
            log={log}
            empty={drawn ? 'A larger terminal has room for the chart.' : nothing}
          />
        )}
      </PaneBox>
      {differing && pair !== null ? (
        <PaneBox title="What differs" focused width={columns} height={tableRows}>
          {(size) => <DifferencesTable pair={pair} size={size} />}
        </PaneBox>
      ) : (
        <PaneBox title={`${plural(jobs.length, 'job')} compared`} focused width={columns} height={tableRows}>
          {(size) => <ComparedTable jobs={jobs} selected={selected} onSelect={setSelected} size={size} />}
        </PaneBox>
      )}
    </Box>
  );
}
