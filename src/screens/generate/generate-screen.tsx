import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../app/core/screen-states.ts';
import { latestOperation } from '../../app/core/state.ts';
import { type GenerationQuote, quoteLines } from '../../app/generation/quote.ts';
import {
  type AsyncRead,
  type AsyncValue,
  useAppState,
  useAsyncRead,
  useScreenState,
  useWorkbench,
} from '../../app/react.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import { FormWithQuote, type QuoteLine } from '../../components/form/form-with-quote.tsx';
import { useBatchLimits } from '../../components/hooks/use-batch-limits.ts';
import { useProvider } from '../../components/hooks/use-provider.ts';
import { type BodySize, useBodySize } from '../../components/layout/frame.tsx';
import type { BatchLimits } from '../../domain/batches/types.ts';
import { problemRows } from '../../domain/dataset/types.ts';
import { cappedText, spentOn } from '../../domain/pricing/spending.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { isPracticeAt } from '../../domain/provider/kinds.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { TemplateFinding } from '../../domain/template/types.ts';
import { generatePlanBindings } from '../../keys/bindings/generate.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { planFields } from './plan-fields.ts';
import { RunView } from './run.tsx';

/** A form is typed in: the count waits until it rests. */
const QUOTE_DELAY_MS = 150;

/** What the plan would generate, counted again when plan, template or rows change. */
function useQuote(plan: GenerationPlan, broken: boolean): AsyncRead<GenerationQuote> {
  const { generate } = useWorkbench();
  return useAsyncRead(
    ['template', 'rows'],
    () => (broken ? null : (signal) => generate.quote(plan, { signal })),
    [generate, plan, broken],
    { delayMs: QUOTE_DELAY_MS },
  );
}

interface QuotedPlan {
  readonly plan: GenerationPlan;
  readonly limits: BatchLimits | null;
  readonly capped: string;
}

function factLines(
  error: TemplateFinding | undefined,
  quote: AsyncValue<GenerationQuote>,
  { plan, limits, capped }: QuotedPlan,
): readonly QuoteLine[] {
  if (error !== undefined)
    return [
      { text: error.message, tone: 'error' },
      { text: `${error.fix} (2 opens the template)`, tone: 'plain' },
    ];
  if (quote.problem !== null)
    return [
      { text: quote.problem.what, tone: 'error' },
      { text: quote.problem.next, tone: 'plain' },
    ];
  if (quote.value === null) return [{ text: 'Counting tokens…', tone: 'muted' }];
  return quoteLines(quote.value, plan, limits, capped).map((text) => ({ text, tone: 'plain' }));
}

interface GenerateState {
  /** Field selected in the form; null for the first. */
  readonly field: string | null;
}

const readState = fieldReader<GenerateState>(() => ({ field: z.string().nullable() }));

const GENERATE_STATE: ScreenStateKind<GenerateState> = {
  name: 'generate',
  save: (state) => state,
  restore: (saved, fresh) => ({ ...fresh, ...readState(saved) }),
};

const selectField = (_: GenerateState, field: string): GenerateState => ({ field });

export interface PlanViewProps {
  readonly size: BodySize;
  readonly onStarted: () => void;
}

function hintOf(quote: GenerationQuote | null): string {
  if (quote?.toGenerate !== 0) return 's starts.';
  if (quote.byOthers > 0) return 'Every combination is answered; Other answers asks this model too, by add or replace.';
  return 'Every row is there: 4 shows them. More values or another plan make more.';
}

/** What to generate: a form, its quote, and a question before anything is spent. */
function PlanView({ size, onStarted }: PlanViewProps): ReactNode {
  const project = useAppState((state) => state.project);
  const provider = useProvider();
  const models = useAppState((state) => state.models.models);
  const { generate, projects } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const [{ field }, onSelect] = useScreenState(GENERATE_STATE, selectField, () => ({ field: null }));
  const { plan } = project;
  const error = findTemplateProblems(project.template).find(({ severity }) => severity === 'error');
  const quote = useQuote(plan, error !== undefined);
  const nothing = quote.value?.toGenerate === 0;
  const change = (part: Partial<GenerationPlan>): void =>
    projects.update((before) => ({ ...before, plan: { ...before.plan, ...part } }));
  useBindings('screen', generatePlanBindings, {
    'generate.start': {
      run: () => setAsking(true),
      disabledReason:
        error !== undefined
          ? `the template is broken: ${error.message}`
          : nothing
            ? 'every row is there already'
            : null,
    },
    'generate.refresh-quote': quote.again,
  });

  const spent = useAppState((state) => spentOn('generation', state.spending));
  const capped = cappedText(plan.capUsd, spent);
  const batchLimits = useBatchLimits();
  const lines = factLines(error, quote, { plan, limits: batchLimits, capped });
  const practice = isPracticeAt(provider.kind, plan.model)
    ? `The ${PRACTICE_LABEL} on this machine answers; it is free.`
    : '';
  const hint = hintOf(quote.value);
  const quoted: readonly QuoteLine[] = [
    ...lines,
    ...(practice === '' ? [] : [{ text: practice, tone: 'muted' } as const]),
    ...(error === undefined ? [{ text: hint, tone: 'key' } as const] : []),
  ];
  const fields = planFields({
    plan,
    models: models.map(({ id }) => ({
      value: id,
      label: id,
      ...(isPracticeAt(provider.kind, id) ? { note: PRACTICE_LABEL } : {}),
    })),
    hasBatches: batchLimits !== null,
    hasOthers: quote.value !== null && quote.value.byOthers + quote.value.earlier > 0,
    change,
  });
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <FormWithQuote
        columns={size.columns}
        rows={size.rows}
        formTitle="Plan"
        quoteTitle="Quote"
        fields={fields.length}
        quote={quoted}
        active={!asking}
        form={(inner) => (
          <Form
            fields={fields}
            width={inner.columns}
            height={inner.rows}
            focus={!asking}
            initial={field}
            onSelect={onSelect}
          />
        )}
      />
      {asking && (
        <ConfirmDialog
          title={`Generate with ${plan.model}?`}
          lines={[
            ...(quote.value === null
              ? ['The quote is still being counted.']
              : quoteLines(quote.value, plan, batchLimits, capped)),
            'Every answer is on disk before it is shown.',
          ]}
          confirmLabel="start"
          onConfirm={() => {
            generate.start(plan);
            onStarted();
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </Box>
  );
}

/** Plan, then progress. A run that goes on is shown; one that ended before the screen was opened is not. */
export function GenerateScreen(): ReactNode {
  const size = useBodySize();
  const projectId = useAppState((state) => state.project.id);
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
  return <PlanView key={projectId} size={size} onStarted={() => setPlanning(false)} />;
}
