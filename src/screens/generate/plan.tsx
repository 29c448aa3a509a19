import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '../../components/dialog/index.ts';
import { Form } from '../../components/form/index.ts';
import type { BodySize } from '../../components/frame/index.ts';
import { Line } from '../../components/line/index.ts';
import { PaneBox } from '../../components/panes/index.ts';
import type { GenerationPlan } from '../../domain/project/types.ts';
import { findTemplateProblems } from '../../domain/template/problems.ts';
import type { TemplateFinding } from '../../domain/template/types.ts';
import { isPracticeModel } from '../../domain/tokens/models.ts';
import { generatePlanBindings } from '../../keys/bindings/generate.ts';
import { useBindings } from '../../keys/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import type { Tone } from '../../theme/index.ts';
import { planFields } from './fields.ts';
import { type QuoteState, quoteLines, useQuote } from './quote.ts';

interface FactLine {
  readonly text: string;
  readonly tone: Tone;
}

function factLines(error: TemplateFinding | undefined, quote: QuoteState, capUsd: number | null): readonly FactLine[] {
  if (error !== undefined)
    return [
      { text: error.message, tone: 'error' },
      { text: `${error.fix} (2 opens the template)`, tone: 'plain' },
    ];
  switch (quote.status) {
    case 'counting':
      return [{ text: 'Counting tokens…', tone: 'muted' }];
    case 'failed':
      return [
        { text: quote.problem.what, tone: 'error' },
        { text: quote.problem.next, tone: 'plain' },
      ];
    case 'ready':
      return quoteLines(quote.quote, capUsd).map((text) => ({ text, tone: 'plain' }));
  }
}

export interface PlanViewProps {
  readonly size: BodySize;
  readonly onStarted: () => void;
}

const QUOTE_ROWS = 7;

/** What to buy: a form, its quote, and a question before anything is spent. */
export function PlanView({ size, onStarted }: PlanViewProps): ReactNode {
  const project = useAppState((state) => state.project);
  const models = useAppState((state) => state.models.models);
  const { generate, projects } = useWorkbench();
  const [asking, setAsking] = useState(false);
  const [again, setAgain] = useState(0);
  const { plan } = project;
  const error = findTemplateProblems(project.template).find(({ severity }) => severity === 'error');
  const quote = useQuote(plan, error !== undefined, again);
  const nothing = quote.status === 'ready' && quote.quote.toBuy === 0;
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
    'generate.refresh-quote': () => setAgain(again + 1),
  });

  const lines = factLines(error, quote, plan.capUsd);
  const practice = isPracticeModel(plan.model) ? 'The practice engine on this machine answers; it is free.' : '';
  const hint = nothing ? 'Every row is there: 4 shows them. More values or another plan ask for more.' : 's starts.';
  const wide = size.columns >= 100;
  const formHeight = wide ? size.rows : Math.max(4, size.rows - QUOTE_ROWS - 2);
  const formWidth = wide ? Math.floor(size.columns * 0.55) : size.columns;
  const fields = planFields({
    plan,
    models: models.map(({ id }) => ({
      value: id,
      label: id,
      ...(isPracticeModel(id) ? { note: 'practice engine' } : {}),
    })),
    change,
  });
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0}>
      <Box flexDirection={wide ? 'row' : 'column'}>
        <PaneBox title="Plan" focused width={formWidth} height={formHeight}>
          {(inner) => <Form fields={fields} width={inner.columns} height={inner.rows} focus={!asking} />}
        </PaneBox>
        <PaneBox
          title="Quote"
          focused={false}
          width={wide ? size.columns - formWidth : size.columns}
          height={wide ? size.rows : size.rows - formHeight}
        >
          {(inner) => (
            <>
              {lines.map((line, index) => (
                <Line key={index} text={line.text} width={inner.columns} tone={line.tone} />
              ))}
              {practice !== '' && <Line text={practice} width={inner.columns} tone="muted" />}
              {error === undefined && <Line text={hint} width={inner.columns} tone="key" />}
            </>
          )}
        </PaneBox>
      </Box>
      {asking && (
        <ConfirmDialog
          title={`Ask ${plan.model}?`}
          lines={[
            ...(quote.status === 'ready'
              ? quoteLines(quote.quote, plan.capUsd)
              : ['The quote is still being counted.']),
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
