import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { useAppState, useRead, useWorkbench } from '../../../app/react.tsx';
import type { StartChoice } from '../../../app/training/actions.ts';
import { quoteWarnings } from '../../../app/training/quote.ts';
import { trainingProblem } from '../../../app/training/start.ts';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { Form } from '../../../components/form/form.tsx';
import { FormWithQuote } from '../../../components/form/form-with-quote.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { type ProviderFacts, useJobProvider } from '../../../components/hooks/use-provider.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { plannedTarget } from '../../../domain/bakeoff/target.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import { choiceSentences } from '../../../domain/provider/job-choices.ts';
import { dialectFacts, type JobDialectFacts } from '../../../domain/provider/job-dialects.ts';
import { isPracticeAt } from '../../../domain/provider/kinds.ts';
import { PRACTICE_LABEL } from '../../../domain/provider/models.ts';
import { count, isoDay } from '../../../domain/text/format.ts';
import {
  boundsOf,
  choosesRank,
  findBoundsProblems,
  methodProblem,
  rateField,
} from '../../../domain/training/job-settings.ts';
import { trainNewBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { draftHas } from '../bakeoff/plan-view.tsx';
import type { BakeoffDraft, TrainAction } from '../reducer.ts';
import { baseProblem, type ModelFacts } from './base-models.ts';
import { EstimateDialog } from './estimate-dialog.tsx';
import { newJobFields, useStoredSplit } from './fields.ts';
import { PreviewDialog } from './preview-dialog.tsx';
import {
  adviceFor,
  costText,
  epochsText,
  type QuoteState,
  quoteText,
  rowsText,
  tooFewRows,
  useQuote,
} from './quote.tsx';

export interface StartFacts {
  readonly plan: TrainingPlan;
  readonly provider: ProviderFacts;
  readonly quote: QuoteState;
  readonly pricesOf: string;
  /** That a job may exist already; null for none. */
  readonly mayExist: string | null;
}

/** The question before a job starts: on what, for how much, and what happens then. */
export function startLines({
  plan,
  provider,
  quote: { quote, status },
  pricesOf,
  mayExist,
}: StartFacts): readonly string[] {
  const where = isPracticeAt(provider.kind, plan.model) ? `on the ${PRACTICE_LABEL}` : `at ${provider.name}`;
  const { unbilled } = dialectFacts(provider.jobDialect);
  const figures =
    quote === null || status !== 'ready'
      ? [`${plan.method === 'dpo' ? 'Pairs' : 'Rows'}, tokens and cost: not counted yet.`]
      : [
          `${plan.method === 'dpo' ? 'Pairs' : 'Rows'}: ${rowsText(quote)}.`,
          `Tokens: about ${count(quote.billedTokens)}, in ${epochsText(quote)}.`,
          `Cost: ${costText({ quote, kind: provider.kind, pricesOf, unbilled })}.`,
          ...quoteWarnings(quote),
        ];
  const what = plan.method === 'dpo' ? 'pairs' : 'rows';
  const { defaults, lacks, estimates, weightSettings } = dialectFacts(provider.jobDialect);
  return [
    `Train ${plan.model} ${where}${plan.method === 'dpo' ? ' by DPO' : ''}.`,
    ...figures,
    ...defaults,
    ...choiceSentences(plan),
    ...(mayExist === null ? [] : [' ', `${mayExist} If it is not found, another is created.`]),
    ' ',
    ...(estimates
      ? [
          weightSettings
            ? `The ${what} are uploaded, and ${provider.name} tries some steps.`
            : `The ${what} are uploaded, and ${provider.name} is asked what it takes.`,
          'You are asked again before the job is created.',
        ]
      : [`The ${what} are uploaded, and the job starts at once.`, canBe(lacks), 'Closing Luthier loses nothing.']),
  ];
}

/** What can be done with a job once it runs; what it lacks is left out. */
function canBe(lacks: JobDialectFacts['lacks']): string {
  const actions = [
    ...(lacks.pause === undefined ? ['paused'] : []),
    ...(lacks.cancel === undefined ? ['cancelled'] : []),
  ];
  return actions.length === 0 ? 'It can be neither paused nor cancelled.' : `It can be ${actions.join(' and ')}.`;
}

/** Starts the job and shows its upload; the new job is the one that was not there before. */
function useStartJob(dispatch: Dispatch<TrainAction>): (choice: StartChoice) => void {
  const { train } = useWorkbench();
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const noticeId = useAppState((state) => state.notice?.id ?? null);
  return (choice) => {
    const jobIds = jobs.map(({ job }) => job.id);
    const operationIds = operations.map(({ id }) => id);
    dispatch({ type: 'show', view: { kind: 'upload', before: { jobIds, operationIds, noticeId } } });
    train.start(choice);
  };
}

/** What is asked, or shown, over the form. */
type Question =
  | { readonly kind: 'start' | 'estimate'; readonly mayExist: string | null }
  | { readonly kind: 'preview' };

export interface NewJobViewProps {
  /** The field the form begins at; null for the first. */
  readonly field: string | null;
  /** The bake-off that these settings can become a target of. */
  readonly draft: BakeoffDraft;
  readonly dispatch: Dispatch<TrainAction>;
}

interface NewJobQuestionProps {
  readonly asking: Question;
  readonly provider: ProviderFacts;
  readonly lines: (mayExist: string | null) => readonly string[];
  readonly onAsk: (next: Question | null) => void;
  readonly onStart: (choice: StartChoice) => void;
}

/** What is asked before a job starts: whether to, and what its provider says of it; or what is learned. */
function NewJobQuestion({ asking, provider, lines, onAsk, onStart }: NewJobQuestionProps): ReactNode {
  const { estimates, weightSettings: tries } = dialectFacts(provider.jobDialect);
  const cancel = (): void => onAsk(null);
  if (asking.kind === 'preview') return <PreviewDialog provider={provider.name} onClose={cancel} />;
  const another = asking.mayExist !== null;
  if (asking.kind === 'estimate') {
    return (
      <EstimateDialog
        provider={provider.name}
        tries={tries}
        onStart={(agreed) => onStart({ another, agreed })}
        onCancel={cancel}
      />
    );
  }
  return (
    <ConfirmDialog
      title="Start this job?"
      lines={lines(asking.mayExist)}
      confirmLabel={estimates ? 'ask' : 'start'}
      onConfirm={() => (estimates ? onAsk({ ...asking, kind: 'estimate' }) : onStart({ another }))}
      onCancel={cancel}
    />
  );
}

/** The settings of a new job, what it will cost, and its start. */
export function NewJobView({ field, draft, dispatch }: NewJobViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { symbols } = useTheme();
  const { projects, preferences, navigation, train } = useWorkbench();
  const plan = useAppState((state) => state.project.training);
  const counts = useAppState((state) => state.counts);
  const models = useAppState((state) => state.models.models);
  const jobs = useAppState((state) => state.jobs);
  const provider = useJobProvider(plan.model);
  const base = baseProblem(plan.model, models);
  const quote = useQuote();
  const stored = useStoredSplit();
  const [asking, setAsking] = useState<Question | null>(null);
  const [more, setMore] = useState(false);
  const start = useStartJob(dispatch);
  const prices = useRead(['prices'], () => preferences.prices(), [preferences]);
  const problems = findBoundsProblems(plan, provider);
  const model: ModelFacts = {
    models,
    current: plan.model,
    prices,
    kind: provider.kind,
    jobs,
    today: isoDay(Date.now()),
  };
  const change = (part: Partial<TrainingPlan>): void =>
    projects.update((project) => ({ ...project, training: { ...project.training, ...part } }));
  const target = plannedTarget(provider.id, plan);
  const noModel = plan.model === '' ? 'choose a base model first' : null;
  const { unbilled, weightSettings: previews, choices } = dialectFacts(provider.jobDialect);
  useBindings('screen', trainNewBindings, {
    'train.start': {
      run: () => setAsking({ kind: 'start', mayExist: train.mayExist() }),
      disabledReason:
        noModel ?? base ?? trainingProblem(plan, provider)?.what ?? tooFewRows(quote.quote, counts.total, plan.method),
    },
    'train.new.preview': {
      run: () => setAsking({ kind: 'preview' }),
      disabledReason: previews
        ? (base ?? trainingProblem(plan, provider)?.what ?? tooFewRows(quote.quote, counts.total, plan.method))
        : 'only an engine with real weights shows what is learned',
    },
    'train.new.target': {
      run: () => {
        dispatch({ type: 'draft', change: { targets: [...draft.targets, target] } });
        navigation.note(`Target ${draft.targets.length + 1} of the bake-off: b in the list of jobs shows them.`);
      },
      disabledReason:
        noModel ??
        trainingProblem(plan, provider)?.what ??
        (draftHas(draft, target) ? 'the bake-off has this target already' : null),
    },
    'train.new.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  const fields = newJobFields({
    plan,
    counts,
    model,
    problems,
    stored,
    change,
    dpoRefusal: methodProblem('dpo', provider),
    rate: rateField(provider),
    choosesRank: choosesRank(plan, provider),
    choices,
    weights: previews ? { open: more, onOpen: () => setMore(!more) } : null,
    bounds: boundsOf(provider),
    onDataset: () => navigation.go('dataset'),
  });
  const practice = isPracticeAt(provider.kind, plan.model);
  const where = practice ? `${provider.name}, ${PRACTICE_LABEL}` : provider.name;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <FormWithQuote
        columns={columns}
        rows={rows}
        formTitle={`New job at ${where}`}
        quoteTitle={quote.status === 'counting' ? 'Quote (counting)' : 'Quote'}
        fields={fields.length}
        quote={quoteText(
          {
            state: quote,
            kind: provider.kind,
            method: plan.method,
            pricesOf: prices.date,
            unbilled,
            advice: adviceFor(model, quote.quote, plan, dialectFacts(provider.jobDialect)),
          },
          symbols,
        )}
        active={asking === null}
        form={(inner) => (
          <Form
            fields={fields}
            width={inner.columns}
            height={inner.rows}
            focus={asking === null}
            initial={field}
            onSelect={(id) => dispatch({ type: 'field', id })}
          />
        )}
      />
      {asking === null ? null : (
        <NewJobQuestion
          asking={asking}
          provider={provider}
          lines={(mayExist) => startLines({ plan, provider, quote, pricesOf: prices.date, mayExist })}
          onAsk={setAsking}
          onStart={start}
        />
      )}
    </Box>
  );
}
