import { useMemo } from 'react';
import type { GenerationQuote } from '../../app/generation/quote.ts';
import { type AsyncRead, useAppState, useAsyncRead, useWorkbench } from '../../app/react.tsx';
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

/** Tokens of the cell's prompts, of the template as the project has it, by the tokeniser of the plan's model. */
export function usePromptTokens(cell: Cell | null): AsyncRead<PromptTokens> {
  const { template } = useWorkbench();
  return useAsyncRead(
    ['template', 'plan'],
    () => (cell === null ? null : () => template.tokens(cell)),
    [template, cell],
    { delayMs: TOKENS_DELAY_MS },
  );
}

/** What the project's plan would generate; no quote while the template has errors. */
export function useQuote(): AsyncRead<GenerationQuote> {
  const template = useAppState((state) => state.project.template);
  const plan = useAppState((state) => state.project.plan);
  const { generate } = useWorkbench();
  const broken = useMemo(() => hasErrors(findTemplateProblems(template)), [template]);
  return useAsyncRead(
    ['template', 'provider'],
    () => (broken ? null : (signal) => generate.quote(plan, { signal })),
    [generate, plan, broken],
    { delayMs: QUOTE_DELAY_MS },
  );
}
