import { useMemo } from 'react';
import type { GenerationQuote } from '../../app/generation/quote.ts';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { type AsyncValue, useAsyncValue } from '../../components/hooks/use-debounced.ts';
import { cellAt, latticeSize } from '../../domain/lattice/lattice.ts';
import { findTemplateProblems, hasErrors } from '../../domain/template/problems.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import type { PromptTokens } from './format.ts';

const TOKENS_DELAY_MS = 150;
const QUOTE_DELAY_MS = 400;

export interface PreviewedCombination {
  readonly total: bigint;
  readonly index: bigint;
  /** Null when the lattice is empty. */
  readonly cell: Cell | null;
}

/** The previewed cell, worked out alone from its index; an index past the end shows the last cell. */
export function usePreviewedCombination(slots: Template['slots'], wanted: bigint): PreviewedCombination {
  return useMemo(() => {
    const total = latticeSize(slots);
    const index = wanted < total ? wanted : total === 0n ? 0n : total - 1n;
    return { total, index, cell: total === 0n ? null : cellAt(slots, index) };
  }, [slots, wanted]);
}

/** Tokens of the cell's prompts, of the template as the project has it. */
export function usePromptTokens(cell: Cell | null): AsyncValue<PromptTokens> {
  const template = useAppState((state) => state.project.template);
  const model = useAppState((state) => state.project.plan.model);
  const actions = useWorkbench().template;
  // The count is of this template by this model's tokeniser: another of either asks again.
  const question = useMemo(
    () => (cell === null ? null : { template, model, ask: () => actions.tokens(cell) }),
    [template, model, cell, actions],
  );
  return useAsyncValue(question?.ask ?? null, TOKENS_DELAY_MS);
}

/** What the project's plan would buy; not asked for while the template has errors. */
export function useQuote(): AsyncValue<GenerationQuote> {
  const template = useAppState((state) => state.project.template);
  const plan = useAppState((state) => state.project.plan);
  const provider = useAppState((state) => state.project.providerId);
  const actions = useWorkbench().generate;
  const broken = useMemo(() => hasErrors(findTemplateProblems(template)), [template]);
  const question = useMemo(
    () => (broken ? null : { template, provider, ask: () => actions.quote(plan) }),
    [broken, template, provider, plan, actions],
  );
  return useAsyncValue(question?.ask ?? null, QUOTE_DELAY_MS);
}
