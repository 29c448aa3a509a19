import { Box, Text } from 'ink';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import { Histogram, type HistogramBar, histogramBars } from '../../components/charts/histogram.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { safeLine } from '../../components/text/line.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import type { Row, RowFilter } from '../../domain/dataset/types.ts';
import type { Slot } from '../../domain/template/types.ts';
import { count } from '../../domain/text/format.ts';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { datasetBalanceBindings } from '../../keys/bindings/dataset.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import { filterText } from './browse/row-filter.ts';

/** Rows counted by slot value, and how long their answers are. Changed in place: one of these counts 100,000 rows. */
interface Tally {
  rows: number;
  /** Slot name to value to rows. */
  readonly values: Map<string, Map<string, number>>;
  /** Tokens of each answer; NaN where the server did not say. */
  readonly tokens: number[];
  readonly characters: number[];
}

/** Every slot of the template with every value at none, so that what is missing shows. */
export function newTally(slots: readonly Slot[]): Tally {
  const values = new Map(slots.map(({ name, values: all }) => [name, new Map(all.map((value) => [value, 0]))]));
  return { rows: 0, values, tokens: [], characters: [] };
}

export function addToTally(tally: Tally, rows: readonly Row[]): void {
  for (const row of rows) {
    tally.rows += 1;
    tally.tokens.push(row.usage?.completionTokens ?? Number.NaN);
    tally.characters.push(row.completion.length);
    for (const [name, value] of Object.entries(row.cell)) {
      const counts = tally.values.get(name) ?? new Map<string, number>();
      tally.values.set(name, counts);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
}

export interface LengthDistribution {
  readonly unit: 'tokens' | 'characters';
  readonly bars: readonly HistogramBar[];
}

/** Lengths of the answers in tokens, or in characters when for any of them the tokens are unknown. */
export function lengthDistribution(tally: Tally, bins: number): LengthDistribution {
  const known = tally.tokens.every(Number.isFinite);
  return known
    ? { unit: 'tokens', bars: histogramBars(tally.tokens, bins) }
    : { unit: 'characters', bars: histogramBars(tally.characters, bins) };
}

const LABEL = 24;

/** A bar for each slot value under its slot's name, and in words what stands out. Every line fits in `width`. */
export function balanceText(tally: Tally, width: number, symbols: Symbols): string {
  const lines: string[] = [];
  for (const [name, counts] of tally.values) {
    const entries = [...counts];
    const most = entries.reduce((high, [, rows]) => Math.max(high, rows), 0);
    const least = entries.reduce((low, [, rows]) => Math.min(low, rows), most);
    const label = Math.min(LABEL, Math.max(4, ...entries.map(([value]) => displayWidth(sanitizeLine(value)))));
    const digits = String(most).length;
    const even = most === least ? 'even' : `from ${least} to ${most}`;
    if (lines.length > 0) lines.push('');
    lines.push(safeLine(`${name}: ${entries.length} values, ${even}`, width, symbols.ellipsis));
    const room = Math.max(1, width - label - digits - 4);
    for (const [value, rows] of entries) {
      const shown = padToWidth(safeLine(value, label, symbols.ellipsis), label);
      const bar = symbols.barFull.repeat(rows === 0 ? 0 : Math.max(1, Math.round((rows / most) * room)));
      const said = rows === 0 ? `${symbols.warn} no row` : bar;
      lines.push(safeLine(`  ${shown} ${String(rows).padStart(digits)} ${said}`, width, symbols.ellipsis));
    }
  }
  return lines.length === 0
    ? 'No row has slot values: they were imported, or the template has no slots.'
    : lines.join('\n');
}

interface TallyProgress {
  /** The round this belongs to. */
  readonly round: number;
  /** Null until every row has been counted. */
  readonly tally: Tally | null;
  /** 0 to 1. */
  readonly fraction: number;
}

const notCounted = (round: number): TallyProgress => ({ round, tally: null, fraction: 0 });

/** Counts the rows of the filter, with room for keys in between. Another `round` counts again. */
function useTally(filter: RowFilter, round: number): TallyProgress {
  const { search, navigation } = useWorkbench();
  const slots = useAppState((state) => state.project.template.slots);
  const [counting, setCounting] = useState(() => notCounted(round));
  useEffect(() => {
    const tally = newTally(slots);
    const wanted = new AbortController();
    setCounting(notCounted(round));
    const add = (rows: readonly Row[], share: number): void => {
      addToTally(tally, rows);
      setCounting({ round, tally: null, fraction: share });
    };
    void search.read(filter, add, wanted.signal).then((outcome) => {
      if (wanted.signal.aborted) return;
      if (outcome.ok) setCounting({ round, tally, fraction: 1 });
      else navigation.problem(outcome.problem);
    });
    return () => wanted.abort();
  }, [search, navigation, slots, filter, round]);
  return counting.round === round ? counting : notCounted(round);
}

export interface BalancePanelProps {
  readonly filter: RowFilter;
  readonly width: number;
  readonly height: number;
  readonly onClose: () => void;
}

const WIDE_COLUMNS = 100;
const LENGTH_ROWS = 9;

/** Whether every slot value has its share of rows, and how long the answers are. */
export function BalancePanel({ filter, width, height, onClose }: BalancePanelProps): ReactNode {
  const [round, setRound] = useState(0);
  const { tally, fraction } = useTally(filter, round);
  useBindings('screen', datasetBalanceBindings, {
    'dataset.balance.again': () => setRound(round + 1),
    'dataset.balance.close': onClose,
  });
  const wide = width >= WIDE_COLUMNS;
  const lower = wide ? height : Math.min(LENGTH_ROWS, Math.floor(height / 2));
  const side = wide ? Math.floor(width / 2) : width;
  const words = filterText(filter);
  const waiting = (size: PaneSize): ReactNode => (
    <Spinner label={`Counting ${Math.round(fraction * 100)}%`} width={size.columns} />
  );
  const of = tally === null ? '' : ` of ${count(tally.rows)} rows`;
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height} flexShrink={0}>
      <PaneBox
        title={`Slot values${of}${words === '' ? '' : `, ${words}`}`}
        focused
        width={side}
        height={wide ? height : height - lower}
      >
        {(size) => (tally === null ? waiting(size) : <ValueCounts tally={tally} size={size} />)}
      </PaneBox>
      <PaneBox title="Lengths of the answers" focused={false} width={width - (wide ? side : 0)} height={lower}>
        {(size) => (tally === null ? waiting(size) : <LengthHistogram tally={tally} size={size} />)}
      </PaneBox>
    </Box>
  );
}

interface PartProps {
  readonly tally: Tally;
  readonly size: PaneSize;
}

function ValueCounts({ tally, size }: PartProps): ReactNode {
  const { symbols } = useTheme();
  const text = useMemo(() => balanceText(tally, size.columns, symbols), [tally, size.columns, symbols]);
  return <ScrollText text={text} width={size.columns} height={size.rows} focus />;
}

function LengthHistogram({ tally, size }: PartProps): ReactNode {
  const theme = useTheme();
  const { unit, bars } = useMemo(
    () => lengthDistribution(tally, Math.max(2, Math.min(12, size.rows - 1))),
    [tally, size.rows],
  );
  return (
    <Box flexDirection="column">
      <Text {...theme.tone('muted')} wrap="truncate-end">
        {unit} | rows
      </Text>
      <Histogram bars={bars} width={size.columns} height={Math.max(1, size.rows - 1)} />
    </Box>
  );
}
