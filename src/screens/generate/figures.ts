import type { Segment } from '../../components/statusline/index.ts';
import type { RateLimits } from '../../domain/chat/types.ts';
import { formatUsd } from '../../domain/pricing/format.ts';
import { clockTime, count, percent } from '../../domain/text/figures.ts';
import type { GenerateDetail, OperationSnapshot } from '../../operations/channel/types.ts';

export type Run = OperationSnapshot<GenerateDetail>;

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** `842 / 1,296   65%   23.4 rows/s   ETA 00:19   $0.31 of ≤ $0.55`; the most important are kept longest. */
export function headSegments({ detail, endedAt, startedAt }: Run): readonly Segment[] {
  const have = detail.done + detail.reused;
  const cap = detail.capUsd === null ? '' : ` of ≤ ${formatUsd(detail.capUsd)}`;
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
export function countSegments({ detail }: Run): readonly Segment[] {
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

export function latencyWords({ latencyP50Ms, latencyP95Ms }: GenerateDetail): string {
  if (latencyP50Ms === null || latencyP95Ms === null) return '';
  return `latency p50 ${seconds(latencyP50Ms)} p95 ${seconds(latencyP95Ms)}`;
}
