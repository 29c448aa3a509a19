import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { GenerateProgress, OperationSnapshot } from '../../app/runtime/operation.ts';
import { Sparkline } from '../../components/charts/sparkline.tsx';
import { ProgressBar } from '../../components/feedback/progress-bar.tsx';
import { operationStatus, Status } from '../../components/feedback/status.tsx';
import { type Segment, StatusLine } from '../../components/feedback/status-line.tsx';
import { Line } from '../../components/text/line.tsx';
import { batchesText } from '../../domain/batches/view.ts';
import type { RateLimits } from '../../domain/chat/types.ts';
import { capLeftText } from '../../domain/pricing/spending.ts';
import { clockTime, count, duration, formatUsd, percent } from '../../domain/text/format.ts';
import { useTheme } from '../../theme/theme.tsx';

export type GenerationRun = OperationSnapshot<GenerateProgress>;

/** `842 / 1,296   65%   23.4 rows/s   ETA 00:19   $0.31, $0.20 of $0.55 left`; the most important are kept longest. */
export function headSegments({ detail, endedAt, startedAt }: GenerationRun): readonly Segment[] {
  const have = detail.done + detail.reused;
  const cap = capLeftText(detail.capUsd, detail.capLeftUsd);
  const eta = detail.etaMs === null ? '' : `ETA ${clockTime(detail.etaMs)}`;
  return [
    { text: `${count(have)} / ${count(detail.total)}`, keep: 1, tone: 'strong' },
    { text: detail.total === 0 ? '' : percent(have / detail.total), keep: 2 },
    { text: endedAt === null ? `${detail.rowsPerSecond.toFixed(1)} rows/s` : '', keep: 4 },
    { text: endedAt === null ? eta : `took ${clockTime(endedAt - startedAt)}`, keep: 5 },
    { text: `${formatUsd(detail.costUsd)}${cap}`, keep: 3 },
  ];
}

/** What the calls are doing now. */
export function countSegments({ detail }: GenerationRun): readonly Segment[] {
  return [
    { text: `running ${detail.running}`, keep: 2 },
    { text: `waiting ${count(detail.waiting)}`, keep: 3 },
    { text: detail.reused === 0 ? '' : `already there ${count(detail.reused)}`, keep: 4 },
    { text: `retried ${detail.retried}`, keep: 5 },
    { text: `flagged ${detail.flagged}`, keep: 4, tone: detail.flagged > 0 ? 'warn' : 'plain' },
    { text: `failed ${detail.failed}`, keep: 1, tone: detail.failed > 0 ? 'error' : 'plain' },
  ];
}

function gauge(name: string, remaining: number | null, limit: number | null, spark: readonly string[]): string {
  if (remaining === null || limit === null || limit <= 0) return '';
  const used = 1 - Math.max(0, Math.min(1, remaining / limit));
  const bar = spark[Math.round(used * (spark.length - 1))] ?? '';
  return `${name} ${count(limit - remaining)}/${count(limit)} ${bar}`;
}

/** What the batches do, or what the calls wait for, where they do; else how much of the server's limits is used. */
export function paceSegments(
  { wait, limits, batches }: GenerateProgress,
  spark: readonly string[],
): readonly Segment[] {
  if (batches.length > 0) return [{ text: batchesText(batches), keep: 1 }];
  return wait === null ? limitSegments(limits, spark) : [{ text: wait.text, keep: 1, tone: 'warn' }];
}

/** How much of the server's limits is used; empty segments when it names none. */
export function limitSegments(limits: RateLimits | null, spark: readonly string[]): readonly Segment[] {
  if (limits === null) return [{ text: 'the server names no limits', tone: 'muted' }];
  const requests = gauge('requests', limits.remainingRequests, limits.limitRequests, spark);
  const tokens = gauge('tokens', limits.remainingTokens, limits.limitTokens, spark);
  if (requests === '' && tokens === '') return [{ text: 'the server names no limits', tone: 'muted' }];
  return [
    { text: requests, keep: 1 },
    { text: tokens, keep: 2 },
    { text: '(limits from the server)', tone: 'muted', keep: 5 },
  ];
}

/** What becomes of batches that are still open; nothing once all have ended. */
export const batchHint = ({ batches }: GenerateProgress): string =>
  batches.some(({ isOpen }) => isOpen) ? 'batches go on without Luthier, and are taken up again; v shows them' : '';

export function latencyText({ latencyP50Ms, latencyP95Ms }: GenerateProgress): string {
  if (latencyP50Ms === null || latencyP95Ms === null) return '';
  return `latency p50 ${duration(latencyP50Ms)} p95 ${duration(latencyP95Ms)}`;
}

/** Rows the figures take. */
export const PROGRESS_ROWS = 5;

const STATUS_WIDTH = 12;

/** Bar, money, calls, the server's limits and how fast it answers. */
export function RunProgress({ run, width }: { readonly run: GenerationRun; readonly width: number }): ReactNode {
  const theme = useTheme();
  const { detail } = run;
  const { kind, word } = operationStatus(run.status);
  const spark = Math.max(0, Math.min(24, width - 60));
  return (
    <Box flexDirection="column" width={width} height={PROGRESS_ROWS} flexShrink={0} overflow="hidden">
      <Box height={1}>
        <Box width={STATUS_WIDTH} flexShrink={0}>
          <Status kind={kind} word={word} width={STATUS_WIDTH} />
        </Box>
        <ProgressBar fraction={run.fraction} width={Math.max(4, width - STATUS_WIDTH)} />
      </Box>
      <StatusLine segments={headSegments(run)} width={width} />
      <StatusLine segments={countSegments(run)} width={width} />
      <StatusLine segments={paceSegments(detail, theme.symbols.spark)} width={width} />
      {detail.batches.length === 0 ? (
        <Box height={1}>
          <Text>concurrency {detail.concurrency} </Text>
          <Sparkline values={detail.concurrencyHistory} width={spark} />
          <Text> </Text>
          <Line text={latencyText(detail)} width={Math.max(0, width - 18 - spark)} tone="muted" />
        </Box>
      ) : (
        <Line text={batchHint(detail)} width={width} tone="muted" />
      )}
    </Box>
  );
}
