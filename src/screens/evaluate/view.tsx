import type { ReactNode } from 'react';
import { useAppState } from '../../state/context.tsx';
import { BlindView } from './blind/view.tsx';
import { FiguresView } from './figures/view.tsx';
import { ListView } from './list/view.tsx';
import { newDraft } from './plan/draft.ts';
import { PlanView } from './plan/view.tsx';
import { useEvaluations } from './results/use-items.ts';
import { ResultsView } from './results/view.tsx';
import { useEvaluate } from './use-evaluate.ts';

/** Is it better: evaluations, one being planned, its answers, its figures, and judging blind. */
export function EvaluateScreen(): ReactNode {
  const projectId = useAppState((state) => state.project.id);
  return <Evaluate key={projectId} projectId={projectId} />;
}

function Evaluate({ projectId }: { readonly projectId: string }): ReactNode {
  const [state, dispatch] = useEvaluate(projectId);
  const jobs = useAppState((all) => all.jobs);
  const evaluations = useEvaluations();
  const { view } = state;
  if (view.kind === 'list') return <ListView state={state} dispatch={dispatch} />;
  if (view.kind === 'plan') return <PlanView draft={state.draft ?? newDraft(jobs)} dispatch={dispatch} />;
  const evaluation = evaluations.find(({ id }) => id === view.id);
  if (evaluation === undefined) return <ListView state={state} dispatch={dispatch} />;
  switch (view.kind) {
    case 'answers':
      return <ResultsView key={view.id} evaluation={evaluation} state={state} dispatch={dispatch} />;
    case 'figures':
      return <FiguresView evaluation={evaluation} figure={view.figure} state={state} dispatch={dispatch} />;
    case 'blind':
      return <BlindView evaluation={evaluation} dispatch={dispatch} />;
  }
}
