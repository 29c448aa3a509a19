import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../../components/dialog/index.ts';
import { Form } from '../../../components/form/index.ts';
import { useBodySize } from '../../../components/frame/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import { findBoundsProblems } from '../../../domain/training/bounds.ts';
import { methodProblem } from '../../../domain/training/method.ts';
import { trainNewBindings } from '../../../keys/bindings/train.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { TrainAction } from '../reducer.ts';
import { useBack } from '../use-back.ts';
import { useProvider } from '../use-provider.ts';
import { PRACTICE } from '../words.ts';
import { adviceFor } from './advice.ts';
import { startLines } from './confirm.ts';
import { newJobFields } from './fields.ts';
import type { ModelFacts } from './models.ts';
import { QuoteBox } from './quote-box.tsx';
import { tooFewRows } from './quote-lines.ts';
import { useStoredSplit } from './stored-split.ts';
import { useQuote } from './use-quote.ts';

/** From here on form and quote stand side by side. */
const WIDE = 110;

const isoDay = (): string => new Date().toISOString().slice(0, 10);

/** Starts the job and shows its upload; what was there before tells the new job apart. */
function useStart(dispatch: Dispatch<TrainAction>): () => void {
  const { train } = useWorkbench();
  const jobs = useAppState((state) => state.jobs);
  const operations = useAppState((state) => state.operations);
  const noticeId = useAppState((state) => state.notice?.id ?? null);
  return () => {
    const jobIds = jobs.map(({ job }) => job.id);
    const operationIds = operations.map(({ id }) => id);
    dispatch({ type: 'show', view: { kind: 'upload', before: { jobIds, operationIds, noticeId } } });
    train.start();
  };
}

/** The settings of a new job, what it will cost, and its start. */
export function NewJobView({ dispatch }: { readonly dispatch: Dispatch<TrainAction> }): ReactNode {
  const { columns, rows } = useBodySize();
  const { projects, preferences, navigation } = useWorkbench();
  const plan = useAppState((state) => state.project.training);
  const counts = useAppState((state) => state.counts);
  const models = useAppState((state) => state.models.models);
  const provider = useProvider();
  const quote = useQuote();
  const stored = useStoredSplit();
  const [asking, setAsking] = useState(false);
  const start = useStart(dispatch);
  const prices = preferences.prices();
  const problems = findBoundsProblems(plan, provider.kind);
  const model: ModelFacts = { models, current: plan.model, prices, kind: provider.kind, today: isoDay() };
  const change = (part: Partial<TrainingPlan>): void =>
    projects.update((project) => ({ ...project, training: { ...project.training, ...part } }));
  const noMethod = methodProblem(plan.method, provider);
  const noModel = plan.model === '' ? 'choose a base model first' : null;
  useBindings('screen', trainNewBindings, {
    'train.start': {
      run: () => setAsking(true),
      disabledReason: noModel ?? noMethod ?? problems[0]?.message ?? tooFewRows(quote.quote, counts.total, plan.method),
    },
    'train.new.back': useBack(() => dispatch({ type: 'show', view: { kind: 'jobs' } })),
  });
  const wide = columns >= WIDE;
  const fields = newJobFields({
    plan,
    counts,
    model,
    problems,
    stored,
    change,
    dpoRefusal: methodProblem('dpo', provider),
    onDataset: () => navigation.go('dataset'),
  });
  // At 80x24 every setting and the row for what is wrong with one all stand above the quote.
  const quoteRows = wide ? rows : Math.max(5, Math.min(9, rows - fields.length - 3));
  const where = provider.practice ? `${provider.name}, ${PRACTICE}` : provider.name;
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Box flexDirection={wide ? 'row' : 'column'} width={columns} height={rows} flexShrink={0}>
        <PaneBox
          title={`New job at ${where}`}
          focused
          width={wide ? columns - Math.floor(columns * 0.42) : columns}
          height={wide ? rows : rows - quoteRows}
        >
          {(size) => <Form fields={fields} width={size.columns} height={size.rows} focus={!asking} />}
        </PaneBox>
        <PaneBox
          title={quote.status === 'counting' ? 'Quote (counting)' : 'Quote'}
          focused={false}
          width={wide ? Math.floor(columns * 0.42) : columns}
          height={quoteRows}
        >
          {(size) => (
            <QuoteBox
              state={quote}
              kind={provider.kind}
              method={plan.method}
              pricesOf={prices.date}
              advice={adviceFor(model, quote.quote, plan)}
              size={size}
            />
          )}
        </PaneBox>
      </Box>
      {asking ? (
        <ConfirmDialog
          title="Start this job?"
          lines={startLines({ plan, provider, quote, pricesOf: prices.date })}
          confirmLabel="start"
          onConfirm={start}
          onCancel={() => setAsking(false)}
        />
      ) : null}
    </Box>
  );
}
