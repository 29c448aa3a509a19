import { type Dispatch, type ReactNode, useMemo } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useScreenState } from '../../app/react.tsx';
import { useEvaluations } from '../../components/hooks/use-evaluations.ts';
import { BlindComparison } from './blind-comparison.tsx';
import { ListView } from './evaluation-list.tsx';
import { EVALUATE_STATE } from './kept-state.ts';
import { MetricsView } from './metrics/metrics-view.tsx';
import { newDraft } from './plan/draft.ts';
import { PlanView } from './plan/plan-view.tsx';
import { type EvaluateAction, type EvaluateState, evaluateReducer, initialEvaluateState } from './reducer.ts';
import { ResultsView } from './results/results-view.tsx';

/** The screen's state, found again as it was left; the first time with what runs, else the list. */
function useEvaluate(): readonly [EvaluateState, Dispatch<EvaluateAction>] {
  const run = useAppState((state) => latestOperation(state, 'evaluate'));
  const running = run !== null && run.endedAt === null;
  return useScreenState(EVALUATE_STATE, evaluateReducer, () =>
    initialEvaluateState(running ? { kind: 'answers', id: run.detail.evaluationId } : { kind: 'list' }),
  );
}

/** Is it better: evaluations, one being planned, its answers, its figures, and judging blind. */
export function EvaluateScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Evaluate key={projectId} />;
}

function Evaluate(): ReactNode {
  const [state, dispatch] = useEvaluate();
  const jobs = useAppState((all) => all.jobs);
  const evaluations = useEvaluations();
  const { view, draft } = state;
  const planned = useMemo(() => draft ?? newDraft(jobs), [draft, jobs]);
  if (view.kind === 'list') return <ListView state={state} dispatch={dispatch} />;
  if (view.kind === 'plan') return <PlanView draft={planned} field={state.field} dispatch={dispatch} />;
  const evaluation = evaluations.find(({ id }) => id === view.id);
  if (evaluation === undefined) return <ListView state={state} dispatch={dispatch} />;
  switch (view.kind) {
    case 'answers':
      return <ResultsView key={view.id} evaluation={evaluation} state={state} dispatch={dispatch} />;
    case 'figures':
      return (
        <MetricsView key={view.id} evaluation={evaluation} figure={view.figure} state={state} dispatch={dispatch} />
      );
    case 'blind':
      return <BlindComparison key={evaluation.id} evaluation={evaluation} dispatch={dispatch} />;
  }
}
