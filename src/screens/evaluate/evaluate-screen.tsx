import { type Dispatch, type ReactNode, useLayoutEffect, useMemo, useReducer } from 'react';
import { latestOperation } from '../../app/core/state.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { Workbench } from '../../app/workbench.ts';
import { useEvaluations } from '../../components/hooks/use-evaluations.ts';
import { BlindComparison } from './blind-comparison.tsx';
import { ListView } from './evaluation-list.tsx';
import { MetricsView } from './metrics/metrics-view.tsx';
import { newDraft } from './plan/draft.ts';
import { PlanView } from './plan/plan-view.tsx';
import { type EvaluateAction, type EvaluateState, evaluateReducer, initialEvaluateState } from './reducer.ts';
import { ResultsView } from './results/results-view.tsx';

/** What one looked at in each project, for as long as its workbench lives. */
const savedStates = new WeakMap<Workbench, Map<string, EvaluateState>>();

/** The screen's state, found again as it was left; the first time with what runs, else the list. */
function useEvaluate(projectId: string): readonly [EvaluateState, Dispatch<EvaluateAction>] {
  const workbench = useWorkbench();
  const run = useAppState((state) => latestOperation(state, 'evaluate'));
  const [state, dispatch] = useReducer(evaluateReducer, null, () => {
    const known = savedStates.get(workbench)?.get(projectId);
    if (known !== undefined) return known;
    const running = run !== null && run.endedAt === null;
    return initialEvaluateState(running ? { kind: 'answers', id: run.detail.evaluationId } : { kind: 'list' });
  });
  useLayoutEffect(() => {
    const projects = savedStates.get(workbench) ?? new Map<string, EvaluateState>();
    savedStates.set(workbench, projects.set(projectId, state));
  }, [workbench, projectId, state]);
  return [state, dispatch];
}

/** Is it better: evaluations, one being planned, its answers, its figures, and judging blind. */
export function EvaluateScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Evaluate key={projectId} projectId={projectId} />;
}

function Evaluate({ projectId }: { readonly projectId: string }): ReactNode {
  const [state, dispatch] = useEvaluate(projectId);
  const jobs = useAppState((all) => all.jobs);
  const evaluations = useEvaluations();
  const { view, draft } = state;
  const planned = useMemo(() => draft ?? newDraft(jobs), [draft, jobs]);
  if (view.kind === 'list') return <ListView state={state} dispatch={dispatch} />;
  if (view.kind === 'plan') return <PlanView draft={planned} dispatch={dispatch} />;
  const evaluation = evaluations.find(({ id }) => id === view.id);
  if (evaluation === undefined) return <ListView state={state} dispatch={dispatch} />;
  switch (view.kind) {
    case 'answers':
      return <ResultsView key={view.id} evaluation={evaluation} state={state} dispatch={dispatch} />;
    case 'figures':
      return <MetricsView evaluation={evaluation} figure={view.figure} state={state} dispatch={dispatch} />;
    case 'blind':
      return <BlindComparison evaluation={evaluation} dispatch={dispatch} />;
  }
}
