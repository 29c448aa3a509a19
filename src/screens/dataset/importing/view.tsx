import { Box } from 'ink';
import type { ReactNode } from 'react';
import { PaneBox, type PaneSize } from '../../../components/panes/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { datasetImportBindings } from '../../../keys/bindings/dataset.ts';
import { type KeyHandlers, useBindings } from '../../../keys/index.ts';
import { useWorkbench } from '../../../state/context.tsx';
import { findingsText } from '../findings.tsx';
import { Done } from './done.tsx';
import { PlanView } from './plan.tsx';
import { Running } from './running.tsx';
import { SourceStep } from './source.tsx';
import { type ImportWizard, useWizard } from './use-wizard.ts';

export interface ImportViewProps {
  readonly width: number;
  readonly height: number;
  readonly onClose: () => void;
  readonly onSplit: () => void;
}

/** What the keys do outside the mapping, which has its own. */
function useKeys({ state, dispatch, stop }: ImportWizard, { onClose, onSplit }: ImportViewProps): void {
  const { navigation } = useWorkbench();
  const { step } = state;
  const handlers = (): KeyHandlers<typeof datasetImportBindings> => {
    switch (step.name) {
      case 'source':
      case 'plan':
        return {};
      case 'reading':
        return { 'dataset.import.back': () => dispatch({ type: 'back' }) };
      case 'importing':
        return { 'dataset.import.stop': stop, 'dataset.import.back': onClose };
      case 'done': {
        const { findings } = step.report;
        return {
          'dataset.import.rows': onClose,
          'dataset.import.split': onSplit,
          'dataset.import.copy': {
            run: () => navigation.copy(findingsText(findings), `${findings.length} findings`),
            disabledReason: findings.length === 0 ? 'there are no findings' : null,
          },
          'dataset.import.back': onClose,
        };
      }
    }
  };
  useBindings('screen', datasetImportBindings, handlers());
}

/** Import in steps: where from, what the records become, how far it is, what came in. */
export function ImportView(props: ImportViewProps): ReactNode {
  const { width, height, onClose } = props;
  const wizard = useWizard();
  const { state, dispatch } = wizard;
  const { step, draft } = state;
  useKeys(wizard, props);
  if (step.name === 'plan') {
    return <PlanView step={step} dispatch={dispatch} onStart={wizard.start} width={width} height={height} />;
  }
  const inside = (size: PaneSize): ReactNode => {
    switch (step.name) {
      case 'source':
        return (
          <SourceStep
            draft={draft}
            problem={step.problem}
            size={size}
            onType={(part) => dispatch({ type: 'type', draft: part })}
            onRead={wizard.read}
            onClose={onClose}
          />
        );
      case 'reading':
        return <Spinner label={`Reading the first records of ${draft.text.trim()}`} width={size.columns} />;
      case 'importing':
        return <Running size={size} />;
      case 'done':
        return <Done report={step.report} size={size} />;
    }
  };
  return (
    <Box width={width} height={height} flexShrink={0}>
      <PaneBox title={TITLES[step.name]} focused width={width} height={height}>
        {inside}
      </PaneBox>
    </Box>
  );
}

const TITLES = {
  source: 'Import: where from',
  reading: 'Import: reading',
  importing: 'Import: taking rows in',
  done: 'Import: done',
} as const;
