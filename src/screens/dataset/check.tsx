import { Box } from 'ink';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useAppState, useRead, useWorkbench } from '../../app/react.tsx';
import { MIN_PROBLEM_ROWS, ProblemView } from '../../components/feedback/notice.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { Status, type StatusKind } from '../../components/feedback/status.tsx';
import { fitSegments } from '../../components/feedback/status-line.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { WrappedText } from '../../components/text/wrapped-text.tsx';
import type { Problem } from '../../domain/common/outcome.ts';
import type { DatasetReport, TokenSummary } from '../../domain/dataset/report.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { count, formatUsd, plural } from '../../domain/text/format.ts';
import { datasetCheckBindings } from '../../keys/bindings/dataset.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { FindingList, findingsText } from './findings.tsx';

const LABEL = 15;

/** The figures in the order they are read in; where a row has no room for all, those of the highest number go first. */
const FIGURES = [
  ['p5', 6],
  ['p50', 1],
  ['p95', 2],
  ['min', 5],
  ['max', 3],
  ['mean', 4],
  ['total', 1],
] as const satisfies readonly (readonly [keyof TokenSummary, number])[];

function summary(label: string, figures: TokenSummary, width: number): string {
  const named = FIGURES.map(([name, keep]) => ({ text: `${name} ${count(figures[name])}`, keep }));
  const fitting = fitSegments(named, width - LABEL, 2);
  return `${label.padEnd(LABEL)}${fitting.map(({ text }) => text).join('  ')}`;
}

/** Lines named at most; the rest is a number. */
const MAX_LISTED_LINES = 8;

export function overLimitText({ overLimit, tokenLimit, model }: DatasetReport): string {
  if (tokenLimit === null) return `over the limit unknown: nothing says how many tokens ${model} takes`;
  const lines = overLimit.slice(0, MAX_LISTED_LINES).join(', ');
  const more = overLimit.length > MAX_LISTED_LINES ? ` and ${overLimit.length - MAX_LISTED_LINES} more` : '';
  const where = overLimit.length === 0 ? '' : `: line ${lines}${more}`;
  return `over the limit ${plural(overLimit.length, 'row')} of more than ${count(tokenLimit)} tokens${where}`;
}

export interface ReportLine {
  readonly text: string;
  readonly kind: StatusKind | null;
}

/** Whether the file would be taken, in a sign and words. */
export function verdict(report: DatasetReport): { readonly kind: StatusKind; readonly word: string } {
  const said = `${plural(report.examples, 'example')}, ${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}`;
  if (report.errors > 0) return { kind: 'error', word: `${said}: a job would refuse it` };
  if (report.flagged > 0)
    return { kind: 'warn', word: `${said}, ${count(report.flagged)} flagged: look at them first` };
  return { kind: report.warnings > 0 ? 'warn' : 'ok', word: `${said}: ready to train` };
}

/** What a check counted, the most important first. */
export function reportLines(report: DatasetReport, width: number): readonly string[] {
  const billed = report.billedTokensPerEpoch * report.defaultEpochs;
  return [
    summary('tokens a row', report.tokensPerExample, width),
    `${'training'.padEnd(15)}${plural(report.defaultEpochs, 'epoch')} if all rows train  ${count(billed)} tokens billed  cost ${formatUsd(report.costUsd)}`,
    overLimitText(report),
    summary('answer tokens', report.assistantTokensPerExample, width),
    summary('messages', report.messagesPerExample, width),
    `${'without'.padEnd(15)}system message ${count(report.missingSystem)}  user message ${count(report.missingUser)}`,
  ];
}

export type CheckState =
  | { readonly status: 'idle' }
  | { readonly status: 'running' }
  | { readonly status: 'failed'; readonly problem: Problem }
  | { readonly status: 'done'; readonly report: DatasetReport; readonly version: number };

interface Check {
  readonly state: CheckState;
  /** Rows have changed since. */
  readonly stale: boolean;
  run(): void;
}

/** The last check of the rows that Train would use; a newer one takes the place of one that still runs. */
export function useCheck(): Check {
  const { dataset, reads } = useWorkbench();
  const model = useAppState((state) => state.project.training.model);
  const version = useRead(['rows'], () => reads.version(['rows']), [reads]);
  const [state, setState] = useState<CheckState>({ status: 'idle' });
  const newest = useRef(0);
  useEffect(
    () => () => {
      newest.current = Number.POSITIVE_INFINITY;
    },
    [],
  );
  const run = async (): Promise<void> => {
    newest.current += 1;
    const mine = newest.current;
    setState({ status: 'running' });
    const outcome = await dataset.check(model);
    if (mine !== newest.current) return;
    setState(
      outcome.ok ? { status: 'done', report: outcome.value, version } : { status: 'failed', problem: outcome.problem },
    );
  };
  return {
    state,
    stale: state.status === 'done' && state.version !== version,
    run: () => {
      void run();
    },
  };
}

export interface CheckPanelProps {
  readonly check: Check;
  readonly width: number;
  readonly height: number;
  readonly onShow: (row: Row) => void;
  readonly onClose: () => void;
}

const FACT_ROWS = 7;
/** Rows the findings keep: border, four findings, what to do. */
const MIN_FINDING_ROWS = 7;

/** Every row as the provider would see it: what a job would refuse, count and bill. */
export function CheckPanel({ check, width, height, onShow, onClose }: CheckPanelProps): ReactNode {
  const { dataset, navigation } = useWorkbench();
  const which = useAppState((state) => state.project.training.rows);
  const model = useAppState((state) => state.project.training.model);
  const [wanted, setSelected] = useState(0);
  const { state } = check;
  const findings = state.status === 'done' ? state.report.findings : [];
  const selected = Math.min(wanted, Math.max(0, findings.length - 1));
  const none = findings.length === 0 ? 'there are no findings' : null;
  const show = (): void => {
    const finding = findings[selected];
    const row = finding === undefined ? null : dataset.checkedRow(finding.line);
    if (row === null) navigation.note('That row is gone. c checks again.');
    else onShow(row);
  };
  useBindings('screen', datasetCheckBindings, {
    'dataset.check.open': { run: show, disabledReason: none },
    'dataset.check.again': {
      run: check.run,
      disabledReason: state.status === 'running' ? 'a check is running' : null,
    },
    'dataset.check.copy': {
      run: () => navigation.copy(findingsText(findings), `${findings.length} findings`),
      disabledReason: none,
    },
    'dataset.check.train': () => navigation.go('train'),
    'dataset.check.close': onClose,
  });
  const upper = Math.max(3, Math.min(FACT_ROWS + 2, height - MIN_FINDING_ROWS));
  const rows = which === 'accepted' ? 'accepted rows' : 'rows not rejected';
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <PaneBox title={`Check of ${rows} for ${model}`} focused={false} width={width} height={upper}>
        {(size) => <CheckFacts check={check} columns={size.columns} rows={size.rows} />}
      </PaneBox>
      <PaneBox
        title={findings.length === 0 ? 'Findings' : `Finding ${selected + 1} of ${findings.length}`}
        focused
        width={width}
        height={height - upper}
      >
        {(size) =>
          state.status === 'done' ? (
            <FindingList
              findings={findings}
              selected={selected}
              onSelect={setSelected}
              size={size}
              empty="Nothing was found. t goes on to Train."
            />
          ) : null
        }
      </PaneBox>
    </Box>
  );
}

function CheckFacts({
  check,
  columns,
  rows,
}: {
  readonly check: Check;
  readonly columns: number;
  readonly rows: number;
}) {
  const { state, stale } = check;
  switch (state.status) {
    case 'idle':
      return <Line text="Not checked yet: c checks every row." width={columns} tone="muted" />;
    case 'running':
      return <Spinner label="Reading and counting every row" width={columns} />;
    case 'failed':
      return rows < MIN_PROBLEM_ROWS ? (
        <WrappedText text={`${state.problem.what} ${state.problem.next}`} width={columns} rows={rows} tone="error" />
      ) : (
        <ProblemView problem={state.problem} width={columns} rows={rows} />
      );
    case 'done': {
      const { kind, word } = verdict(state.report);
      const old = stale ? ' (rows have changed since: c checks again)' : '';
      return (
        <Box flexDirection="column">
          <Status kind={kind} word={`${word}${old}`} width={columns} />
          {reportLines(state.report, columns)
            .slice(0, Math.max(0, rows - 1))
            .map((line) => (
              <Line key={line} text={line} width={columns} />
            ))}
        </Box>
      );
    }
  }
}
