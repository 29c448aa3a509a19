import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { safeLine } from '../../../components/line/index.ts';
import { ProgressBar } from '../../../components/progress/index.ts';
import { jobStatus, STATUS_LOOKS } from '../../../components/status/index.ts';
import { type Segment, StatusLine } from '../../../components/statusline/index.ts';
import { TrackedLine } from '../../../components/tracking/index.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { clockTime, count, percent, plural } from '../../../domain/text/figures.ts';
import { displayWidth } from '../../../domain/text/graphemes.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { isPracticeModel } from '../../../domain/tokens/models.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../../domain/training/types.ts';
import { useTheme } from '../../../theme/index.ts';
import { summaryOf } from '../jobs/summary.ts';
import { useNow } from '../use-now.ts';
import { lossText, PRACTICE, shareText } from '../words.ts';
import { elapsedMs, etaMs } from './time.ts';
import { Timeline } from './timeline-row.tsx';
import type { JobNews } from './use-news.ts';

export interface JobHeaderProps {
  readonly record: JobRecord;
  readonly news: JobNews;
  /** Why the news cannot be read now; null when they can. */
  readonly trouble: Problem | null;
  readonly width: number;
  /** 4, or 3 without the time line, or 2 without the tracker. */
  readonly rows: number;
}

const BAR = 16;

/** What the job is, where it stands, how far it is, and what of it is at the tracker. */
export function JobHeader({ record, news, trouble, width, rows }: JobHeaderProps): ReactNode {
  const inner = Math.max(0, width - 2);
  return (
    <Box flexDirection="column" width={width} height={rows} paddingLeft={1} flexShrink={0} overflow="hidden">
      <Identity record={record} trouble={trouble} width={inner} />
      {rows > 3 ? <Timeline job={record.job} events={news.events} width={inner} /> : null}
      <Figures record={record} news={news} width={inner} />
      {rows > 2 ? <TrackedLine what={{ kind: 'job', id: record.job.id }} width={inner} /> : null}
    </Box>
  );
}

function Identity({
  record,
  trouble,
  width,
}: Pick<JobHeaderProps, 'record' | 'trouble'> & { readonly width: number }): ReactNode {
  const { symbols } = useTheme();
  const { job } = record;
  const { kind, word } = jobStatus(job.status);
  const { symbol, tone } = STATUS_LOOKS[kind];
  const rows = record.validationRows === 0 ? '' : ` + ${count(record.validationRows)} held out`;
  const status = `${symbols[symbol]} ${word}`;
  // A tuned model's name is long: it is cut rather than left out.
  const room = Math.max(0, width - displayWidth(status) - 3);
  const facts: readonly Segment[] = [
    { text: status, tone, keep: 1 },
    ...(trouble === null ? [] : [{ text: `${symbols.warn} no news: ${trouble.what}`, tone: 'warn', keep: 2 } as const]),
    { text: safeLine(job.fineTunedModel ?? job.model, room, symbols.ellipsis), tone: 'strong', keep: 3 },
    { text: isPracticeModel(job.model) ? PRACTICE : '', tone: 'warn', keep: 4 },
    { text: `${plural(record.trainRows, 'row')}${rows}`, keep: 5 },
    { text: `quoted ${record.quoteUsd === null ? 'cost unknown' : formatUsd(record.quoteUsd)}`, keep: 6 },
  ];
  return <StatusLine segments={facts} width={width} />;
}

function Figures({
  record,
  news,
  width,
}: Pick<JobHeaderProps, 'record' | 'news'> & { readonly width: number }): ReactNode {
  const { job } = record;
  const ended = TERMINAL_STATUSES.has(job.status);
  const now = useNow(!ended);
  const { step, totalSteps, trainLoss, validLoss, accuracy } = summaryOf(news.events);
  const measured = step === null || !totalSteps ? null : step / totalSteps;
  const fraction = job.status === 'succeeded' ? 1 : measured;
  const eta = etaMs(job, news.events, now);
  const bar = width >= 70 ? BAR : 8;
  const share = fraction === null ? '' : ` ${percent(fraction)}`;
  const at = step === null ? 'no step yet' : `step ${step}${totalSteps === null ? '' : `/${totalSteps}`}${share}`;
  const figures: readonly Segment[] = [
    { text: at, tone: 'strong', keep: 1 },
    { text: trainLoss === null ? '' : `loss ${lossText(trainLoss)}`, keep: 2 },
    { text: validLoss === null ? '' : `valid ${lossText(validLoss)}`, keep: 3 },
    { text: eta === null ? '' : `ETA ${clockTime(eta)}`, keep: 4 },
    { text: `${ended ? 'took' : 'elapsed'} ${clockTime(elapsedMs(job, now))}`, keep: 5 },
    { text: accuracy === null ? '' : `accuracy ${shareText(accuracy)}`, keep: 6 },
  ];
  return (
    <Box height={1} flexShrink={0}>
      <ProgressBar fraction={fraction} width={bar} />
      <Text>{'  '}</Text>
      <StatusLine segments={figures} width={Math.max(0, width - bar - 2)} gap={2} />
    </Box>
  );
}
