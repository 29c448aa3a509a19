import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import { ProgressBar } from '../../../components/progress/index.ts';
import { operationStatus, Status } from '../../../components/status/index.ts';
import { type Segment, StatusLine } from '../../../components/statusline/index.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { clockTime, count, percent } from '../../../domain/text/figures.ts';
import type { EvaluateDetail, OperationSnapshot } from '../../../operations/channel/types.ts';

export type EvaluateRunSnapshot = OperationSnapshot<EvaluateDetail>;

const STATUS_WIDTH = 12;

/** Rows the strip takes. */
export const progressRows = ({ problem }: EvaluateRunSnapshot): number => (problem === null ? 2 : 3);

/** How far, how fast, for how much; the most important are kept longest. */
export function progressSegments({ detail, endedAt, startedAt }: EvaluateRunSnapshot): readonly Segment[] {
  const have = detail.done + detail.reused;
  const cap = detail.capUsd === null ? '' : ` of ≤ ${formatUsd(detail.capUsd)}`;
  const left = detail.etaMs === null ? '' : `ETA ${clockTime(detail.etaMs)}`;
  return [
    { text: `${count(have)} / ${count(detail.total)} answers`, keep: 1, tone: 'strong' },
    { text: detail.total === 0 ? '' : percent(have / detail.total), keep: 2 },
    { text: endedAt === null ? `${detail.rowsPerSecond.toFixed(1)} /s` : '', keep: 6 },
    { text: endedAt === null ? left : `took ${clockTime(endedAt - startedAt)}`, keep: 5 },
    { text: `${formatUsd(detail.costUsd)}${cap}`, keep: 4 },
    { text: detail.reused === 0 ? '' : `${count(detail.reused)} reused`, keep: 7 },
    { text: detail.retried === 0 ? '' : `retried ${count(detail.retried)}`, keep: 8 },
    { text: `failed ${count(detail.failed)}`, keep: 3, tone: detail.failed > 0 ? 'error' : 'plain' },
  ];
}

/** A run as it goes, above its answers. */
export function RunStrip({ run, width }: { readonly run: EvaluateRunSnapshot; readonly width: number }): ReactNode {
  const { kind, word } = operationStatus(run.status);
  return (
    <Box flexDirection="column" width={width} height={progressRows(run)} flexShrink={0} paddingX={1}>
      <Box height={1}>
        <Box width={STATUS_WIDTH} flexShrink={0}>
          <Status kind={kind} word={word} width={STATUS_WIDTH} />
        </Box>
        <ProgressBar fraction={run.fraction} width={Math.max(4, width - STATUS_WIDTH - 2)} />
      </Box>
      <StatusLine segments={progressSegments(run)} width={width - 2} />
      {run.problem === null ? null : (
        <Line text={`${run.problem.what} ${run.problem.next}`} width={width - 2} tone="error" />
      )}
    </Box>
  );
}
