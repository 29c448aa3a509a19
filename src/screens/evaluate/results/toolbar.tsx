import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { EvaluateProgress, OperationSnapshot } from '../../../app/runtime/operation.ts';
import { ProgressBar } from '../../../components/feedback/progress-bar.tsx';
import { operationStatus, Status } from '../../../components/feedback/status.tsx';
import { type Segment, StatusLine } from '../../../components/feedback/status-line.tsx';
import { accuracyOf, accuracyText } from '../../../components/feedback/verdict.ts';
import { Line } from '../../../components/text/line.tsx';
import { wrappedWithin } from '../../../components/text/wrapped-text.tsx';
import { batchesText } from '../../../domain/batches/view.ts';
import type { Problem } from '../../../domain/common/outcome.ts';
import { nameGrader } from '../../../domain/evaluation/graders/graders.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { capLeftText } from '../../../domain/pricing/spending.ts';
import { clockTime, count, formatUsd, percent, plural } from '../../../domain/text/format.ts';

export interface ToolbarProps {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  /** In words; empty when all are shown. */
  readonly filter: string;
  /** `models 1-2 of 5`; empty when all fit. */
  readonly window: string;
  readonly names: readonly string[];
  /** Of its held-out rows, how many are trained on since. */
  readonly learnedSince: number;
  readonly width: number;
}

/** `tuned 71/87 right`, or `tuned mean 0.43`; quick to count, so that it is there at once. */
const standings = (items: readonly EvaluatedItem[], names: readonly string[]): readonly string[] =>
  names.map((name, model) => {
    const accuracy = accuracyOf(items, model);
    const { right, graded, mean } = accuracy;
    return `${name} ${mean === null ? `${count(right)}/${count(graded)} right` : accuracyText(accuracy)}`;
  });

/** What a score on rows of the training side is; empty where they were held out. */
const seenText = ({ plan: { source } }: Evaluation): string =>
  source.kind === 'rows' && source.side !== 'validation' ? 'trained on: it measures what was learned by heart' : '';

/** One row above the answers: the filter, and how the models stand. */
export function Toolbar({ evaluation, items, filter, window, names, learnedSince, width }: ToolbarProps): ReactNode {
  const [grader] = evaluation.plan.graders;
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <StatusLine
        width={width - 2}
        segments={[
          {
            text: learnedSince === 0 ? '' : `no longer comparable: ${plural(learnedSince, 'row')} trained on since`,
            tone: 'warn',
            keep: 1,
          },
          { text: seenText(evaluation), tone: 'warn', keep: 2 },
          { text: filter === '' ? '' : `filter: ${filter}`, tone: 'accent', keep: 1 },
          ...standings(items, names).map((text, index) => ({ text, keep: 3 + index })),
          { text: window, tone: 'accent', keep: 2 },
          { text: grader === undefined ? '' : `by ${nameGrader(grader)}`, tone: 'muted', keep: 9 },
        ]}
      />
    </Box>
  );
}

export type EvaluationRun = OperationSnapshot<EvaluateProgress>;

const STATUS_WIDTH = 12;

/** Rows the strip takes. */
export const progressRows = ({ problem }: EvaluationRun, width: number): number =>
  2 + (problem === null ? 0 : problemLines(problem, width).length);

/** What went wrong and what to do, in few rows. */
const problemLines = ({ what, next }: Problem, width: number): readonly string[] =>
  wrappedWithin(`${what} ${next}`, width - 2, 4);

/** How far, how fast, for how much; the most important are kept longest. */
export function progressSegments({ detail, endedAt, startedAt }: EvaluationRun): readonly Segment[] {
  const have = detail.done + detail.reused;
  const cap = capLeftText(detail.capUsd, detail.capLeftUsd);
  const left = detail.etaMs === null ? '' : `ETA ${clockTime(detail.etaMs)}`;
  return [
    { text: `${count(have)} / ${count(detail.total)} answers`, keep: 1, tone: 'strong' },
    { text: detail.total === 0 ? '' : percent(have / detail.total), keep: 2 },
    { text: endedAt === null ? `${detail.rowsPerSecond.toFixed(1)} /s` : '', keep: 6 },
    { text: endedAt === null ? left : `took ${clockTime(endedAt - startedAt)}`, keep: 5 },
    { text: `${formatUsd(detail.costUsd)}${cap}`, keep: 4 },
    { text: detail.reused === 0 ? '' : `${count(detail.reused)} reused`, keep: 7 },
    { text: detail.retried === 0 ? '' : `retried ${count(detail.retried)}`, keep: 8 },
    { text: endedAt === null ? (detail.wait?.text ?? '') : '', keep: 2, tone: 'warn' },
    { text: endedAt === null ? batchesText(detail.batches) : '', keep: 3 },
    { text: `failed ${count(detail.failed)}`, keep: 3, tone: detail.failed > 0 ? 'error' : 'plain' },
  ];
}

/** A run as it goes, above its answers. */
export function RunProgress({ run, width }: { readonly run: EvaluationRun; readonly width: number }): ReactNode {
  const { kind, word } = operationStatus(run.status);
  return (
    <Box flexDirection="column" width={width} height={progressRows(run, width)} flexShrink={0} paddingX={1}>
      <Box height={1}>
        <Box width={STATUS_WIDTH} flexShrink={0}>
          <Status kind={kind} word={word} width={STATUS_WIDTH} />
        </Box>
        <ProgressBar fraction={run.fraction} width={Math.max(4, width - STATUS_WIDTH - 2)} />
      </Box>
      <StatusLine segments={progressSegments(run)} width={width - 2} />
      {(run.problem === null ? [] : problemLines(run.problem, width)).map((line, index) => (
        <Line key={index} text={line} width={width - 2} tone="error" />
      ))}
    </Box>
  );
}
