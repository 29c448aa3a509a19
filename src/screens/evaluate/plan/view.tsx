import { Box } from 'ink';
import { type Dispatch, type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../../components/dialog/index.ts';
import { Form } from '../../../components/form/index.ts';
import { useBodySize } from '../../../components/frame/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { evaluatePlanBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { Tone } from '../../../theme/index.ts';
import { useBack } from '../../train/use-back.ts';
import { RefPicker } from '../models/picker.tsx';
import { candidates, practiceWords } from '../models/refs.ts';
import type { EvaluateAction } from '../reducer.ts';
import { NEW_GRADER, type PlanDraft, type PlanReading, readPlan } from './draft.ts';
import { planFields } from './fields.ts';
import { type QuoteState, quoteLines, useQuote } from './quote.ts';

export interface PlanViewProps {
  readonly draft: PlanDraft;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const WIDE = 100;
const QUOTE_ROWS = 7;

type FactLine = readonly [text: string, tone: Tone];

function factLines(reading: PlanReading, quote: QuoteState, starting: boolean): readonly FactLine[] {
  if (starting) return [['Reading the items and starting…', 'accent']];
  if (!reading.ok) return [[`First ${reading.why}.`, 'warn']];
  switch (quote.status) {
    case 'counting':
      return [['Counting tokens…', 'muted']];
    case 'failed':
      return [
        [quote.problem.what, 'error'],
        [quote.problem.next, 'plain'],
      ];
    case 'ready':
      return quoteLines(quote.quote, reading.plan.models.length, reading.plan.capUsd).map((text) => [text, 'plain']);
  }
}

function useCandidates(draft: PlanDraft) {
  const models = useAppState((state) => state.models.models);
  const jobs = useAppState((state) => state.jobs);
  const profiles = useAppState((state) => state.profiles);
  const providerId = useAppState((state) => state.project.providerId);
  const { train } = useWorkbench();
  const judges = draft.graders.flatMap(({ judge }) => judge ?? []);
  const chosen = [...draft.models, ...judges];
  return candidates({ models, jobs, profiles, providerId, chosen, checkpoints: train.checkpoints });
}

/** What to measure: a form, its quote, and a question before anything is spent. */
export function PlanView({ draft, dispatch }: PlanViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { evaluate, navigation } = useWorkbench();
  const [over, setOver] = useState<'models' | 'confirm' | null>(null);
  const [again, setAgain] = useState(0);
  const [starting, setStarting] = useState(false);
  const reading = readPlan(draft);
  const quote = useQuote(reading, again);
  const models = useCandidates(draft);
  const back = useBack(() => dispatch({ type: 'back' }));
  const change = (part: Partial<PlanDraft>): void => dispatch({ type: 'draft', draft: { ...draft, ...part } });
  const addGrader = (): void => change({ graders: [...draft.graders, { ...NEW_GRADER, kind: 'contains' }] });
  useBindings(
    'screen',
    evaluatePlanBindings,
    {
      'evaluate.plan.start': {
        run: () => setOver('confirm'),
        disabledReason: starting
          ? 'it is being started'
          : !reading.ok
            ? reading.why
            : quote.status === 'failed'
              ? quote.problem.what
              : null,
      },
      'evaluate.plan.models': () => setOver('models'),
      'evaluate.plan.grader': addGrader,
      'evaluate.plan.quote': () => setAgain(again + 1),
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
  const wide = columns >= WIDE;
  const formHeight = wide ? rows : Math.max(4, rows - QUOTE_ROWS);
  const formWidth = wide ? Math.floor(columns * 0.6) : columns;
  const lines = factLines(reading, quote, starting);
  const practice = practiceWords(draft.models);
  const facts: readonly FactLine[] = [
    ...lines,
    ...(practice === '' ? [] : [[practice, 'muted'] as const]),
    ...(reading.ok ? [['s starts.', 'muted'] as const] : []),
  ];
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      <Box flexDirection={wide ? 'row' : 'column'}>
        <PaneBox title="What to measure" focused width={formWidth} height={formHeight}>
          {(inner) => (
            <Form
              fields={planFields({ draft, models, change, onModels: () => setOver('models'), onAddGrader: addGrader })}
              width={inner.columns}
              height={inner.rows}
              focus={over === null}
            />
          )}
        </PaneBox>
        <PaneBox
          title="Quote"
          focused={false}
          width={wide ? columns - formWidth : columns}
          height={wide ? rows : rows - formHeight}
        >
          {(inner) =>
            facts
              .slice(0, inner.rows)
              .map(([text, tone], index) => <Line key={index} text={text} width={inner.columns} tone={tone} />)
          }
        </PaneBox>
      </Box>
      {over === 'models' ? (
        <RefPicker
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
          lines={[...lines.map(([text]) => text), ...(practice === '' ? [] : [practice])]}
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
