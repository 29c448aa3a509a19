import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { formatUsd } from '../../domain/pricing/format.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { type Symbols, useTheme } from '../../theme/index.ts';
import { safeLine } from '../line/index.ts';
import { fitSegments, type Segment } from '../statusline/index.ts';

export interface HeaderFacts {
  readonly project: string;
  /** Where one is, from the screen inwards: `['Train', 'ftjob-8Kq']`. */
  readonly breadcrumb: readonly string[];
  readonly provider: string;
  /** True for the embedded engine: says "practice engine" beside the provider. */
  readonly practice: boolean;
  /** Operations that run or are paused. */
  readonly running: number;
  /** US$ spent in this project; null when a price is unknown. */
  readonly spentUsd: number | null;
}

const money = (usd: number | null): string => (usd === null ? 'cost unknown' : formatUsd(usd));

/** Shortest project name worth its place. */
const PROJECT_LEAST = 4;

/** Project and place. Where there is no room for both whole, the name gives way: where one is, one must see. */
function trail({ project, breadcrumb }: HeaderFacts, room: number, { crumb, ellipsis }: Symbols): string {
  const place = breadcrumb.map((name) => ` ${crumb} ${name}`).join('');
  const nameRoom = room - displayWidth(place);
  if (nameRoom >= PROJECT_LEAST) return `${safeLine(project, nameRoom, ellipsis)}${place}`;
  return safeLine(breadcrumb.join(` ${crumb} `), room, ellipsis);
}

export function Header({ facts, width }: { readonly facts: HeaderFacts; readonly width: number }): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const provider = safeLine(facts.provider, 24, symbols.ellipsis);
  const named = facts.practice && !/practice/i.test(provider) ? `${provider} (practice engine)` : provider;
  const right: readonly Segment[] = [
    { text: named, tone: facts.practice ? 'warn' : 'accent', keep: 1 },
    { text: facts.running === 0 ? '' : `${symbols.running} ${facts.running} running`, tone: 'accent', keep: 3 },
    { text: money(facts.spentUsd), keep: 2 },
  ];
  const gap = ` ${symbols.separator} `;
  const fitting = fitSegments(right, Math.max(0, width - 28), 3);
  const rightWidth = fitting.reduce((sum, segment) => sum + displayWidth(segment.text), 0) + 3 * (fitting.length - 1);
  const left = trail(facts, Math.max(0, width - rightWidth - 11), symbols);
  return (
    <Box width={width} height={1} flexShrink={0} justifyContent="space-between">
      <Text wrap="truncate-end">
        <Text {...theme.tone('key')}> luthier </Text>
        <Text {...theme.tone('strong')}>{left}</Text>
      </Text>
      <Text wrap="truncate-end">
        {fitting.map((segment, index) => (
          <Text key={index}>
            {index > 0 ? <Text {...theme.tone('muted')}>{gap}</Text> : ''}
            <Text {...theme.tone(segment.tone ?? 'plain')}>{segment.text}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
}
