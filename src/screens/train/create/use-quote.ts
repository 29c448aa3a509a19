import { useEffect, useState } from 'react';
import type { Quote } from '../../../domain/pricing/quote.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';

/** The figures of the settings as they are; while they are counted again, those of before. */
export interface QuoteState {
  readonly status: 'counting' | 'ready' | 'failed';
  readonly quote: Quote | null;
  readonly problem: Problem | null;
}

/** Rest after the last change before tokens are counted. */
const DEBOUNCE_MS = 200;

/** The quote of the current settings, worked out again when they or the rows have changed and rested. */
export function useQuote(): QuoteState {
  const { train } = useWorkbench();
  const template = useAppState((state) => state.project.template);
  const version = useAppState((state) => state.rowsVersion);
  const plan = useAppState((state) => state.project.training);
  const { model, method, rows, validationShare, splitSeed } = plan;
  const { nEpochs } = plan.hyperparameters;
  const [state, setState] = useState<QuoteState>({ status: 'counting', quote: null, problem: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything a quote is worked out from
  useEffect(() => {
    let stale = false;
    setState((before) => ({ ...before, status: 'counting', problem: null }));
    const timer = setTimeout(() => {
      void train.quote().then((outcome) => {
        if (stale) return;
        if (outcome.ok) setState({ status: 'ready', quote: outcome.value, problem: null });
        else setState({ status: 'failed', quote: null, problem: outcome.problem });
      });
    }, DEBOUNCE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [train, template, version, model, method, rows, validationShare, splitSeed, nEpochs]);
  return state;
}
