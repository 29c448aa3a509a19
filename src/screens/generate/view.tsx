import { type ReactNode, useState } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { problemRows } from '../../domain/dataset/problems.ts';
import { useAppState } from '../../state/context.tsx';
import { latestOperation } from '../../state/selectors.ts';
import { PlanView } from './plan.tsx';
import { RunView } from './run.tsx';

/** Plan, then progress. A run that goes on is shown; one that ended before the screen was opened is not. */
export function GenerateScreen(): ReactNode {
  const size = useBodySize();
  const run = useAppState((state) => latestOperation(state, 'generate'));
  const problems = useAppState((state) => problemRows(state.counts));
  const [shownSince, setShownSince] = useState(() => run?.endedAt ?? Number.NEGATIVE_INFINITY);
  const [planning, setPlanning] = useState(false);
  const live = run !== null && run.endedAt === null;
  const justEnded = run?.endedAt != null && run.endedAt > shownSince;
  if (run !== null && (live || (justEnded && !planning)))
    return (
      <RunView
        key={run.id}
        run={run}
        problemRows={problems}
        size={size}
        onPlan={() => {
          setPlanning(true);
          setShownSince(run.endedAt ?? shownSince);
        }}
      />
    );
  return <PlanView size={size} onStarted={() => setPlanning(false)} />;
}
