import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useAppState } from '../../../app/react.tsx';
import { ProgressBar } from '../../../components/feedback/progress-bar.tsx';
import { jobStatus, STATUS_STYLES } from '../../../components/feedback/status.tsx';
import { type Segment, StatusLine } from '../../../components/feedback/status-line.tsx';
import { useNow } from '../../../components/hooks/use-now.ts';
import { Line, safeMiddle } from '../../../components/text/line.tsx';
import { RunTrackingLine } from '../../../components/tracking/run-tracking-line.tsx';
import type { Problem } from '../../../domain/common/outcome.ts';
import { isBilled, soFarText } from '../../../domain/deployment/billing.ts';
import type { DeploymentRecord } from '../../../domain/deployment/types.ts';
import { isPracticeModel, PRACTICE_LABEL } from '../../../domain/provider/models.ts';
import {
  byteSize,
  clockTime,
  count,
  formatUsd,
  lossText,
  percent,
  plural,
  timeOfDay,
} from '../../../domain/text/format.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import { overfittingSince } from '../../../domain/training/overfitting.ts';
import {
  type JobEvent,
  type JobRecord,
  type StepMachine,
  TERMINAL_STATUSES,
  type TuningJob,
} from '../../../domain/training/types.ts';
import { useTheme } from '../../../theme/theme.tsx';
import { accuracyName, accuracyText } from '../format.ts';
import { type JobHistory, jobSummary } from '../use-job-history.ts';
import { elapsedMs, etaMs, type Stage, timelineOf } from './timeline.ts';

export interface TimelineProps {
  readonly job: TuningJob;
  readonly events: readonly JobEvent[];
  readonly width: number;
}

const STAGE_GAP = 2;
const TIME_WIDTH = 9;
const SECONDS_WIDTH = 3;

/** How many columns of each stage's time there is room for: all, none of the seconds, or nothing. */
function timeColumns(stages: readonly Stage[], width: number): number {
  const timed = stages.filter(({ at }) => at !== null).length;
  const words = stages.reduce((sum, { word }) => sum + 2 + word.length, 0) + STAGE_GAP * (stages.length - 1);
  if (words + timed * TIME_WIDTH <= width) return TIME_WIDTH;
  return words + timed * (TIME_WIDTH - SECONDS_WIDTH) <= width ? TIME_WIDTH - SECONDS_WIDTH : 0;
}

/** `✓ files 12:03:04  ✓ queued 12:03:05  ◐ running 12:03:06  ○ succeeded` */
function Timeline({ job, events, width }: TimelineProps): ReactNode {
  const theme = useTheme();
  const stages = timelineOf(job, events);
  const room = timeColumns(stages, width);
  return (
    <Text wrap="truncate-end">
      {stages.map(({ word, kind, at }, index) => {
        const { symbol, tone } = STATUS_STYLES[kind];
        return (
          <Text key={index}>
            {index > 0 ? ' '.repeat(STAGE_GAP) : ''}
            <Text {...theme.tone(tone)}>
              {theme.symbols[symbol]} {word}
            </Text>
            {at === null || room === 0 ? '' : <Text {...theme.tone('muted')}> {timeOfDay(at).slice(0, room - 1)}</Text>}
          </Text>
        );
      })}
    </Text>
  );
}

export interface JobHeaderProps {
  readonly record: JobRecord;
  readonly news: JobHistory;
  /** Why the news cannot be read now; null when they can. */
  readonly trouble: Problem | null;
  /** What is deployed of its model; null for nothing. */
  readonly deployment: DeploymentRecord | null;
  readonly width: number;
  /** 4, or 3 without the time line, or 2 without the tracker; 5 with how the steps are made. */
  readonly rows: number;
  /** What it is trained by, in rows of their own below these. */
  readonly settings: readonly string[];
}

const BAR = 16;

/** What the job is, where it stands, how far it is, and what of it is at the tracker. */
export function JobHeader({ record, news, trouble, deployment, width, rows, settings }: JobHeaderProps): ReactNode {
  const inner = Math.max(0, width - 2);
  return (
    <Box
      flexDirection="column"
      width={width}
      height={rows + settings.length}
      paddingLeft={1}
      flexShrink={0}
      overflow="hidden"
    >
      <JobIdentity record={record} trouble={trouble} deployment={deployment} width={inner} />
      {rows > 3 ? <Timeline job={record.job} events={news.events} width={inner} /> : null}
      <JobMetrics record={record} news={news} width={inner} />
      {rows > 4 ? <MachineLine machine={jobSummary(news.events).machine} width={inner} /> : null}
      {settings.map((text) => (
        <Line key={text} text={text} width={inner} tone="muted" />
      ))}
      {rows > 2 ? <RunTrackingLine what={{ kind: 'job', id: record.job.id }} width={inner} /> : null}
    </Box>
  );
}

function JobIdentity({
  record,
  trouble,
  deployment,
  width,
}: Pick<JobHeaderProps, 'record' | 'trouble' | 'deployment'> & { readonly width: number }): ReactNode {
  const { symbols } = useTheme();
  const now = useNow(deployment !== null && isBilled(deployment));
  const { job } = record;
  const downloaded = useDownloaded(job.id);
  const { kind, word } = jobStatus(job);
  const { symbol, tone } = STATUS_STYLES[kind];
  const rows = record.validationRows === 0 ? '' : ` + ${count(record.validationRows)} held out`;
  const status = `${symbols[symbol]} ${word}`;
  // A tuned model's name is long: it is cut rather than left out.
  const room = Math.max(0, width - displayWidth(status) - 3);
  const facts: readonly Segment[] = [
    { text: status, tone, keep: 1 },
    ...(trouble === null ? [] : [{ text: `${symbols.warn} no news: ${trouble.what}`, tone: 'warn', keep: 2 } as const]),
    ...(deployment === null ? [] : [{ text: deployedText(deployment, now), tone: 'warn', keep: 2 } as const]),
    ...(downloaded === null ? [] : [{ text: downloaded, keep: 2 }]),
    { text: safeMiddle(job.fineTunedModel ?? job.model, room, symbols.ellipsis), tone: 'strong', keep: 3 },
    { text: isPracticeModel(job.model) ? PRACTICE_LABEL : '', tone: 'warn', keep: 4 },
    { text: `${plural(record.trainRows, 'row')}${rows}`, keep: 5 },
    { text: `quoted ${record.quoteUsd === null ? 'cost unknown' : formatUsd(record.quoteUsd)}`, keep: 6 },
  ];
  return <StatusLine segments={facts} width={width} />;
}

/** `downloading 34%` while its files come; null while they do not. */
function useDownloaded(jobId: string): string | null {
  return useAppState((state) => {
    const running = state.operations.find(
      ({ detail, endedAt }) => endedAt === null && detail.kind === 'download' && detail.jobId === jobId,
    );
    if (running === undefined) return null;
    return `downloading${running.fraction === null ? '' : ` ${percent(running.fraction)}`}`;
  });
}

/** `rate 2.00e-4  gradient 1.25  812 tokens/s  2.1 GB, at most 2.4 GB  NVIDIA H200, bf16` */
function MachineLine({ machine, width }: { readonly machine: StepMachine | null; readonly width: number }): ReactNode {
  if (machine === null) return null;
  const { learningRate, gradientNorm, tokensPerSecond, memoryUsed, memoryPeak, rewardMargin, device } = machine;
  const said = (value: number | null, text: (value: number) => string): string => (value === null ? '' : text(value));
  const figures: readonly Segment[] = [
    { text: said(learningRate, (rate) => `rate ${rate.toExponential(2)}`), keep: 1 },
    { text: said(gradientNorm, (norm) => `gradient ${lossText(norm)}`), keep: 2 },
    { text: said(rewardMargin, (margin) => `margin ${lossText(margin)}`), keep: 3 },
    { text: said(tokensPerSecond, (rate) => `${count(Math.round(rate))} tokens/s`), keep: 4 },
    { text: said(memoryUsed, (bytes) => `${byteSize(bytes)}`), keep: 5 },
    { text: device === null ? '' : sanitizeLine(device), tone: 'muted', keep: 6 },
    { text: said(memoryPeak, (bytes) => `at most ${byteSize(bytes)}`), keep: 7 },
  ];
  return <StatusLine segments={figures} width={width} gap={2} />;
}

/** `deployed 2.4 h, $9.60 so far`, or the provider's word while it does not answer. */
function deployedText(record: DeploymentRecord, now: number): string {
  const { view, answered, leaving } = record;
  const state = answered ? 'deployed' : `${leaving ? 'taken away' : 'deploying'} ${sanitizeLine(view.word)}`.trim();
  return `${state} ${soFarText(record, now)}`;
}

function JobMetrics({
  record,
  news,
  width,
}: Pick<JobHeaderProps, 'record' | 'news'> & { readonly width: number }): ReactNode {
  const { job } = record;
  const ended = TERMINAL_STATUSES.has(job.status);
  const now = useNow(!ended);
  const { step, totalSteps, trainLoss, heldOut, accuracy } = jobSummary(news.events);
  const overfit = overfittingSince(news.points);
  const measured = step === null || !totalSteps ? null : step / totalSteps;
  const fraction = job.status === 'succeeded' ? 1 : measured;
  const eta = etaMs(job, news.events, now);
  const bar = width >= 70 ? BAR : 8;
  const share = fraction === null ? '' : ` ${percent(fraction)}`;
  const at = step === null ? 'no step yet' : `step ${step}${totalSteps === null ? '' : `/${totalSteps}`}${share}`;
  const figures: readonly Segment[] = [
    { text: at, tone: 'strong', keep: 1 },
    { text: trainLoss === null ? '' : `loss ${lossText(trainLoss)}`, keep: 2 },
    { text: heldOut === null ? '' : `${heldOut.on} valid ${lossText(heldOut.value)}`, keep: 3 },
    { text: overfit === null ? '' : `overfitting since step ${overfit}`, tone: 'warn', keep: 2 },
    { text: eta === null ? '' : `ETA ${clockTime(eta)}`, keep: 4 },
    { text: `${ended ? 'took' : 'elapsed'} ${clockTime(elapsedMs(job, now))}`, keep: 5 },
    { text: accuracy === null ? '' : `${accuracyName(record.method)} ${accuracyText(accuracy)}`, keep: 6 },
  ];
  return (
    <Box height={1} flexShrink={0}>
      <ProgressBar fraction={fraction} width={bar} />
      <Text>{'  '}</Text>
      <StatusLine segments={figures} width={Math.max(0, width - bar - 2)} gap={2} />
    </Box>
  );
}
