import { useEffect, useState } from 'react';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { count } from '../../../domain/text/figures.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { EvaluationQuote } from '../../../state/workbench/evaluateTypes.ts';
import type { PlanReading } from './draft.ts';

export type QuoteState =
  | { readonly status: 'counting' }
  | { readonly status: 'ready'; readonly quote: EvaluationQuote }
  | { readonly status: 'failed'; readonly problem: Problem };

/** A form is typed in: the count waits until it rests. */
const REST_MS = 200;

/** What the plan would ask, counted again when plan or rows change, or `again` goes up. */
export function useQuote(reading: PlanReading, again: number): QuoteState {
  const rowsVersion = useAppState((state) => state.rowsVersion);
  const { evaluate } = useWorkbench();
  const [state, setState] = useState<QuoteState>({ status: 'counting' });
  const plan = reading.ok ? reading.plan : null;
  const key = JSON.stringify(plan);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the plan; rows and `again` make it stale
  useEffect(() => {
    if (plan === null) return;
    let stale = false;
    const timer = setTimeout(() => {
      evaluate.quote(plan).then((outcome) => {
        if (stale) return;
        setState(
          outcome.ok ? { status: 'ready', quote: outcome.value } : { status: 'failed', problem: outcome.problem },
        );
      });
    }, REST_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [evaluate, key, rowsVersion, again]);
  return state;
}

/** A quote in lines: how much is asked, what is there already, for how much at most. */
export function quoteLines(quote: EvaluationQuote, models: number, capUsd: number | null): readonly string[] {
  const capped = capUsd === null ? '' : `, capped at ${formatUsd(capUsd)}`;
  return [
    `${count(quote.items)} items × ${count(models)} ${models === 1 ? 'model' : 'models'}`,
    quote.calls === 0
      ? 'every answer is there already: nothing is asked'
      : `${count(quote.calls)} calls to make${quote.reused === 0 ? '' : `, ${count(quote.reused)} answers reused`}`,
    `~${count(quote.promptTokens)} tokens in`,
    `costs at most ${formatUsd(quote.upToUsd)}${capped}`,
  ];
}
