import { useEffect, useState } from 'react';
import { formatUsd } from '../../domain/pricing/format.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { count } from '../../domain/text/figures.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import type { GenerationQuote } from '../../state/workbench/types.ts';

export type QuoteState =
  | { readonly status: 'counting' }
  | { readonly status: 'ready'; readonly quote: GenerationQuote }
  | { readonly status: 'failed'; readonly problem: Problem };

/** A form is typed in: the count waits until it rests. */
const REST_MS = 150;

/** What the plan would buy, counted again when plan, template or rows change, or `again` goes up. */
export function useQuote(plan: GenerationPlan, broken: boolean, again: number): QuoteState {
  const template = useAppState((state) => state.project.template);
  const rowsVersion = useAppState((state) => state.rowsVersion);
  const { generate } = useWorkbench();
  const [state, setState] = useState<QuoteState>({ status: 'counting' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: template, rows and `again` are what makes a quote stale
  useEffect(() => {
    if (broken) return;
    let stale = false;
    const timer = setTimeout(() => {
      generate.quote(plan).then((outcome) => {
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
  }, [generate, plan, template, rowsVersion, broken, again]);
  return state;
}

/** A quote in lines: what is selected, what is there already, what is to be bought and for how much at most. */
export function quoteLines(quote: GenerationQuote, capUsd: number | null): readonly string[] {
  const there = quote.alreadyThere === 0 ? '' : `, ${count(quote.alreadyThere)} already there`;
  return [
    `${count(quote.selected)} of ${count(quote.cells)} cells${there}`,
    `${count(quote.toBuy)} to ask for`,
    `~${count(quote.promptTokens)} tokens in, at most ${count(quote.maxCompletionTokens)} out`,
    `costs at most ${formatUsd(quote.upToUsd)}${capUsd === null ? '' : `, capped at ${formatUsd(capUsd)}`}`,
  ];
}
