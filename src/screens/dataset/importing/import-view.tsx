import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { latestOperation } from '../../../app/core/state.ts';
import type { ImportReport } from '../../../app/dataset/import-actions.ts';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import { layoutText } from '../../../components/editing/text-layout.ts';
import { ProgressBar } from '../../../components/feedback/progress-bar.tsx';
import { Spinner } from '../../../components/feedback/spinner.tsx';
import { Status, type StatusKind } from '../../../components/feedback/status.tsx';
import { PaneBox, type PaneSize } from '../../../components/layout/panes.tsx';
import { Line } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { receiptLines } from '../../../domain/importing/receipt.ts';
import { clockTime, count, percent, plural } from '../../../domain/text/format.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { KeyHandlers } from '../../../keys/binding.ts';
import { datasetImportBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { FindingList, findingsText } from '../findings.tsx';
import { PlanView } from './plan-step.tsx';
import { SourceStep } from './source-step.tsx';
import { type ImportWizard, useWizard } from './use-wizard.ts';

/** How far the import is, while it runs. */
function ImportProgress({ size }: { readonly size: PaneSize }): ReactNode {
  const running = useAppState((state) => latestOperation(state, 'import'));
  const rows = running?.detail.rows ?? 0;
  const fraction = running?.fraction ?? null;
  const share = fraction === null ? '' : `, ${percent(fraction)}`;
  const { perSecond = null, etaMs = null } = running?.detail ?? {};
  const pace = perSecond === null ? '' : `, ${count(Math.round(perSecond))} records/s`;
  const eta = etaMs === null ? '' : `, ETA ${clockTime(etaMs)}`;
  return (
    <Box flexDirection="column" width={size.columns}>
      <Spinner label={`${plural(rows, 'row')} so far${share}${pace}${eta}`} width={size.columns} />
      {fraction === null ? null : <ProgressBar fraction={fraction} width={size.columns} />}
      <Box height={1} flexShrink={0} />
      <Line
        text="Esc leaves it running; x stops it, and the rows that are in stay in."
        width={size.columns}
        tone="muted"
      />
    </Box>
  );
}

export interface ImportSummaryProps {
  readonly report: ImportReport;
  readonly size: PaneSize;
}

const kindOf = ({ added, there, refused }: ImportReport): StatusKind => {
  if (refused === 0) return 'ok';
  return added + there === 0 ? 'error' : 'warn';
};

const HEAD_ROWS = 2;
/** Rows of the findings that stay, however long the receipt is. */
const FINDING_ROWS = 5;

/** What came in, the receipt of the whole source, and every record that could not, by line with its fix. */
function ImportSummary({ report, size }: ImportSummaryProps): ReactNode {
  const [selected, setSelected] = useState(0);
  const { added, there, refused, findings, receipt } = report;
  const words = [
    `${count(added)} added`,
    there === 0 ? '' : `${count(there)} were there`,
    refused === 0 ? '' : `${count(refused)} refused`,
  ];
  const text = receiptLines(receipt, 'rows').join('\n');
  const wanted = layoutText(sanitizeText(text), size.columns).length;
  const lines = Math.min(wanted, Math.max(1, size.rows - HEAD_ROWS - FINDING_ROWS));
  return (
    <Box flexDirection="column" width={size.columns}>
      <Status kind={kindOf(report)} word={words.filter((word) => word !== '').join(', ')} width={size.columns} />
      <ScrollText text={text} width={size.columns} height={lines} focus={false} />
      <Box height={1} flexShrink={0} />
      <FindingList
        findings={findings}
        selected={selected}
        onSelect={setSelected}
        size={{ columns: size.columns, rows: Math.max(1, size.rows - HEAD_ROWS - lines) }}
        empty="Nothing was found wrong. Enter goes to the rows, p to the split."
      />
    </Box>
  );
}

export interface ImportViewProps {
  readonly width: number;
  readonly height: number;
  readonly onClose: () => void;
  readonly onSplit: () => void;
}

const NO_KEYS: KeyHandlers<typeof datasetImportBindings> = {
  'dataset.import.rows': null,
  'dataset.import.stop': null,
  'dataset.import.split': null,
  'dataset.import.copy': null,
  'dataset.import.back': null,
};

/** What the keys do outside the mapping, which has its own. */
function useImportKeys({ state, dispatch, stop }: ImportWizard, { onClose, onSplit }: ImportViewProps): void {
  const { navigation } = useWorkbench();
  const { step } = state;
  const handlers = (): KeyHandlers<typeof datasetImportBindings> => {
    switch (step.name) {
      case 'source':
      case 'plan':
        return NO_KEYS;
      case 'reading':
        return { ...NO_KEYS, 'dataset.import.back': () => dispatch({ type: 'back' }) };
      case 'importing':
        return { ...NO_KEYS, 'dataset.import.stop': stop, 'dataset.import.back': onClose };
      case 'done': {
        const { findings } = step.report;
        return {
          'dataset.import.rows': onClose,
          'dataset.import.stop': null,
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
  useImportKeys(wizard, props);
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
        return <ImportProgress size={size} />;
      case 'done':
        return <ImportSummary report={step.report} size={size} />;
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
