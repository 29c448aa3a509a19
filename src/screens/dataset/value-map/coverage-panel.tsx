import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { useAppState, useAsyncRead, useRead, useScreenValue, useWorkbench } from '../../../app/react.tsx';
import { Spinner } from '../../../components/feedback/spinner.tsx';
import { PaneBox, type PaneSize } from '../../../components/layout/panes.tsx';
import { Line } from '../../../components/text/line.tsx';
import { WrappedText } from '../../../components/text/wrapped-text.tsx';
import type { Coverage } from '../../../domain/dataset/coverage.ts';
import { count, plural } from '../../../domain/text/format.ts';
import { datasetCoverageBindings } from '../../../keys/bindings/coverage.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { coverageGrid, coverageText, type GridPlace } from './grid.ts';
import { COVERAGE_CHOICE, chosenSlots, nextSlot } from './kept-state.ts';

export interface CoveragePanelProps {
  readonly width: number;
  readonly height: number;
  readonly onClose: () => void;
}

/** Rows that land are counted again at most this often. */
const COUNT_INTERVAL_MS = 1_000;
const PAGE = 10;
const NOTHING: GridPlace = { down: 0, across: 0 };

/** How often the values of two slots meet: which pairs the dataset lacks, and which nobody has accepted. */
export function CoveragePanel({ width, height, onClose }: CoveragePanelProps): ReactNode {
  const { splits, navigation, coverage } = useWorkbench();
  const slots = useAppState((state) => state.project.template.slots);
  const inRows = useRead(['rows', 'training-rows'], () => splits.columns(), [splits], { everyMs: COUNT_INTERVAL_MS });
  const names = [...new Set([...slots.map(({ name }) => name), ...inRows.map(({ name }) => name)])];
  const [choice, setChoice] = useScreenValue(COVERAGE_CHOICE, () => ({ first: null, second: null }));
  const [place, setPlace] = useState(NOTHING);
  const pair = chosenSlots(choice, names);
  const [first = '', second = ''] = pair ?? [];
  const { value: map, problem } = useAsyncRead(
    ['rows', 'template'],
    () => (first === '' || second === '' ? null : () => coverage.map([first, second])),
    [coverage, first, second],
    { everyMs: COUNT_INTERVAL_MS },
  );
  const shown = map !== null && map.first === first && map.second === second ? map : null;
  const at: GridPlace = {
    down: Math.min(place.down, Math.max(0, (shown?.down.length ?? 1) - 1)),
    across: Math.min(place.across, Math.max(0, (shown?.across.length ?? 1) - 1)),
  };
  const empty = pair === null ? 'there are not two slots' : shown === null ? 'the rows are still being counted' : null;
  const choose = (slot: readonly [string, string]): void => {
    setChoice({ first: slot[0], second: slot[1] });
    setPlace(NOTHING);
  };
  const move = (down: number, across: number) => ({
    run: () => setPlace({ down: Math.max(0, at.down + down), across: Math.max(0, at.across + across) }),
    disabledReason: empty,
  });
  const few = names.length < 3 ? 'there are no other slots' : null;
  useBindings('screen', datasetCoverageBindings, {
    'dataset.coverage.up': move(-1, 0),
    'dataset.coverage.down': move(1, 0),
    'dataset.coverage.left': move(0, -1),
    'dataset.coverage.right': move(0, 1),
    'dataset.coverage.page-up': move(-PAGE, 0),
    'dataset.coverage.page-down': move(PAGE, 0),
    'dataset.coverage.page-left': move(0, -PAGE),
    'dataset.coverage.page-right': move(0, PAGE),
    'dataset.coverage.rows': { run: () => choose([nextSlot(first, second, names), second]), disabledReason: few },
    'dataset.coverage.columns': { run: () => choose([first, nextSlot(second, first, names)]), disabledReason: few },
    'dataset.coverage.swap': { run: () => choose([second, first]), disabledReason: pair === null ? empty : null },
    'dataset.coverage.copy': {
      run: () => {
        if (shown !== null) navigation.copy(coverageText(shown), `${first} by ${second}`);
      },
      disabledReason: empty,
    },
    'dataset.coverage.close': onClose,
  });
  return (
    <PaneBox
      title={pair === null ? 'Coverage' : `Coverage: ${first} down, ${second} across`}
      focused
      width={width}
      height={height}
    >
      {(size) => {
        if (problem !== null) return <WrappedText text={problem.what} width={size.columns} tone="error" />;
        if (pair === null)
          return <WrappedText text="The rows have fewer than two slots to compare." width={size.columns} />;
        if (shown === null) return <Spinner label="Counting rows" width={size.columns} />;
        return <Grid map={shown} place={at} size={size} />;
      }}
    </PaneBox>
  );
}

interface GridProps {
  readonly map: Coverage;
  readonly place: GridPlace;
  readonly size: PaneSize;
}

const LINES_BELOW = 2;
const TONES = { head: 'muted', none: 'warn', some: 'plain', accepted: 'strong' } as const;

function Grid({ map, place, size }: GridProps): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const room = { columns: size.columns, rows: Math.max(2, size.rows - LINES_BELOW) };
  const lines = coverageGrid(map, place, room, { ellipsis: symbols.ellipsis, none: '-' });
  const [down = '', across = ''] = [map.down[place.down], map.across[place.across]];
  const { rows, accepted } = map.at(down, across);
  const pairs = map.down.length * map.across.length;
  const lacking =
    map.missing === 0 ? 'every pair has a row' : `${count(map.missing)} of ${plural(pairs, 'pair')} without a row`;
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        <Box key={row} height={1}>
          {line.map((cell, column) => (
            <Text
              key={column}
              {...theme.tone(cell.kind === 'head' && cell.selected ? 'strong' : TONES[cell.kind])}
              inverse={cell.selected && cell.kind !== 'head'}
            >
              {cell.text}
            </Text>
          ))}
        </Box>
      ))}
      <Line
        text={`${down}, ${across}: ${plural(rows, 'row')}, ${count(accepted)} accepted`}
        width={size.columns}
        bold
      />
      <Line
        text={`rows (accepted) · ${plural(map.rows, 'row')} in all, ${count(map.accepted)} accepted · ${lacking}`}
        width={size.columns}
        tone="muted"
      />
    </Box>
  );
}
