import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import type { EvaluationQuote } from '../../../app/evaluation/quote.ts';
import {
  type AsyncRead,
  type AsyncValue,
  useAppState,
  useAsyncRead,
  useRead,
  useWorkbench,
} from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { Form } from '../../../components/form/form.tsx';
import { FormWithQuote, type QuoteLine } from '../../../components/form/form-with-quote.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useBatchLimits } from '../../../components/hooks/use-batch-limits.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import type { Problem } from '../../../domain/common/outcome.ts';
import { modelsInDraft } from '../../../domain/evaluation/graders/graders.ts';
import type { GraderProposal } from '../../../domain/evaluation/graders/propose.ts';
import { cappedText, spentOn } from '../../../domain/pricing/spending.ts';
import { count, formatUsd, isoDay, plural } from '../../../domain/text/format.ts';
import { evaluatePlanBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { EvaluationModelPicker } from '../model-picker.tsx';
import { modelCandidates, practiceText } from '../model-refs.ts';
import type { EvaluateAction } from '../reducer.ts';
import {
  FURTHER_GRADER,
  type PlanDraft,
  type PlanReading,
  readPlan,
  readSource,
  type ShownDraft,
  shownDraft,
} from './draft.ts';
import { planFields } from './fields.ts';

/** A form is typed in: the count waits until it rests. */
const QUOTE_DELAY_MS = 200;

/** What the plan would ask, counted again when plan or rows change. */
function useQuote(reading: PlanReading): AsyncRead<EvaluationQuote> {
  const { evaluate } = useWorkbench();
  return useAsyncRead(
    ['rows'],
    () => {
      if (!reading.ok) return null;
      const { plan } = reading;
      return (signal) => evaluate.quote(plan, { signal });
    },
    [evaluate, reading],
    { delayMs: QUOTE_DELAY_MS },
  );
}

/** Graders that fit what the draft measures on; nothing is read where graders are chosen already. */
function useProposal({ graders, source, path }: PlanDraft): AsyncRead<GraderProposal> {
  const { evaluate } = useWorkbench();
  const chosen = graders !== null;
  return useAsyncRead(
    ['rows'],
    () => {
      const from = chosen ? null : readSource({ source, path });
      return from === null ? null : () => evaluate.propose(from);
    },
    [evaluate, chosen, source, path],
    { delayMs: source === 'file' ? QUOTE_DELAY_MS : 0 },
  );
}

/** A quote in lines: how many requests it sends, what is there already, for how much at most. */
function quoteLines(quote: EvaluationQuote, models: number, capped: string): readonly string[] {
  return [
    `${count(quote.items)} items × ${plural(models, 'model')}`,
    quote.calls === 0
      ? 'every answer is there already: nothing is sent'
      : `${plural(quote.calls, 'request')} to send${quote.reused === 0 ? '' : `, ${count(quote.reused)} answers reused`}`,
    `~${count(quote.promptTokens)} tokens in`,
    `costs at most ${formatUsd(quote.upToUsd)}${capped}`,
    ...(quote.notes ?? []),
  ];
}

export interface PlanViewProps {
  readonly draft: PlanDraft;
  /** The field the form begins at; null for the first. */
  readonly field: string | null;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const problemLines = ({ what, next }: Problem): readonly QuoteLine[] => [
  { text: what, tone: 'error' },
  { text: next, tone: 'plain' },
];

function factLines(
  reading: PlanReading,
  proposal: AsyncValue<GraderProposal>,
  quote: AsyncValue<EvaluationQuote>,
  starting: boolean,
  spentUsd: number,
): readonly QuoteLine[] {
  if (starting) return [{ text: 'Reading the items and starting…', tone: 'accent' }];
  if (proposal.problem !== null) return problemLines(proposal.problem);
  if (!reading.ok) return [{ text: `First ${reading.why}.`, tone: 'warn' }];
  if (quote.problem !== null) return problemLines(quote.problem);
  if (quote.value === null) return [{ text: 'Counting tokens…', tone: 'muted' }];
  const { models, capUsd } = reading.plan;
  return quoteLines(quote.value, models.length, cappedText(capUsd, spentUsd)).map((text) => ({
    text,
    tone: 'plain',
  }));
}

function useCandidates(draft: ShownDraft) {
  const models = useAppState((state) => state.models.models);
  const jobs = useAppState((state) => state.jobs);
  const profiles = useAppState((state) => state.profiles);
  const deployments = useAppState((state) => state.deployments);
  const providerId = useAppState((state) => state.project.providerId);
  const { train, preferences } = useWorkbench();
  const { graders, models: measured } = draft;
  return useRead(['jobs', 'prices'], () => {
    const chosen = [...measured, ...graders.flatMap(modelsInDraft)];
    const { checkpoints } = train;
    const closings = { models, prices: preferences.prices(), today: isoDay(Date.now()) };
    return modelCandidates({ ...closings, jobs, profiles, deployments, providerId, chosen, checkpoints });
  }, [models, jobs, profiles, deployments, providerId, measured, graders, train, preferences]);
}

/** What to measure: a form, its quote, and a question before anything is spent. */
export function PlanView({ draft: kept, field, dispatch }: PlanViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { evaluate, navigation, preferences } = useWorkbench();
  const [over, setOver] = useState<'models' | 'confirm' | null>(null);
  const [starting, setStarting] = useState(false);
  const proposal = useProposal(kept);
  const draft = useMemo(() => shownDraft(kept, proposal.value), [kept, proposal.value]);
  const reading = useMemo(() => readPlan(draft), [draft]);
  const quote = useQuote(reading);
  const models = useCandidates(draft);
  const back = useBack(() => dispatch({ type: 'back' }));
  const change = (part: Partial<PlanDraft>): void => dispatch({ type: 'draft', draft: { ...kept, ...part } });
  const addGrader = (): void => change({ graders: [...draft.graders, FURTHER_GRADER] });
  useBindings(
    'screen',
    evaluatePlanBindings,
    {
      'evaluate.plan.start': {
        run: () => setOver('confirm'),
        disabledReason: starting ? 'it is being started' : !reading.ok ? reading.why : (quote.problem?.what ?? null),
      },
      'evaluate.plan.models': () => setOver('models'),
      'evaluate.plan.grader': addGrader,
      'evaluate.plan.quote': quote.again,
      'evaluate.plan.back': back,
    },
    { active: over === null },
  );
  const start = async (): Promise<void> => {
    setOver(null);
    if (!reading.ok) return;
    setStarting(true);
    const outcome = await evaluate.start(reading.plan);
    setStarting(false);
    if (outcome.ok) dispatch({ type: 'open', id: outcome.value.id });
    else navigation.problem(outcome.problem);
  };
  const profiles = useAppState((state) => state.profiles);
  const spent = useAppState((state) => spentOn('evaluation', state.spending));
  const lines = factLines(reading, proposal, quote, starting, spent);
  const practice = practiceText(draft.models, profiles);
  const facts: readonly QuoteLine[] = [
    ...lines,
    ...(practice === '' ? [] : [{ text: practice, tone: 'muted' } as const]),
    ...(draft.why === null ? [] : [{ text: `Grader proposed, for ${draft.why}.`, tone: 'muted' } as const]),
  ];
  const hasBatches = useBatchLimits() !== null;
  const fields = planFields({
    hasBatches,
    draft,
    models,
    change,
    complete: preferences.completePath,
    onModels: () => setOver('models'),
    onAddGrader: addGrader,
  });
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <FormWithQuote
        columns={columns}
        rows={rows}
        formTitle="What to measure"
        quoteTitle="Quote"
        fields={fields.length}
        quote={facts}
        active={over === null}
        form={(inner) => (
          <Form
            fields={fields}
            width={inner.columns}
            height={inner.rows}
            focus={over === null}
            initial={field}
            onSelect={(id) => dispatch({ type: 'field', id })}
          />
        )}
      />
      {over === 'models' ? (
        <EvaluationModelPicker
          chosen={draft.models}
          onChoose={(chosen) => {
            change({ models: chosen });
            setOver(null);
          }}
          onCancel={() => setOver(null)}
        />
      ) : null}
      {over === 'confirm' ? (
        <ConfirmDialog
          title="Start the evaluation?"
          lines={[...lines.map(({ text }) => text), ...(practice === '' ? [] : [practice])]}
          confirmLabel="start"
          onConfirm={() => {
            void start();
          }}
          onCancel={() => setOver(null)}
        />
      ) : null}
    </Box>
  );
}
