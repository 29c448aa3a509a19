import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import { STATUS_STYLES } from '../../components/feedback/status.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { homeActivityBindings } from '../../keys/bindings/home.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import type { ActivityLine } from './activity.ts';
import { TOUR } from './tour.ts';

export interface ActivityListProps {
  readonly lines: readonly ActivityLine[];
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

const LABEL_WIDTH = 10;

/** What runs, what is deployed, what was spent and what ran last, a row each; below, the selected one whole. */
export function ActivityList({ lines, width, height, focus }: ActivityListProps): ReactNode {
  const theme = useTheme();
  const { navigation } = useWorkbench();
  const [selected, setSelected] = useState(0);
  const at = Math.min(selected, Math.max(0, lines.length - 1));
  const screen = lines[at]?.screen ?? null;
  useBindings(
    'screen',
    homeActivityBindings,
    {
      'home.activity.open': {
        run: () => {
          if (screen !== null) navigation.go(screen);
        },
        disabledReason: screen === null ? 'there is no screen for it' : null,
      },
    },
    { active: focus },
  );
  return (
    <Box flexDirection="column">
      <List
        count={lines.length}
        height={height}
        width={width}
        selected={at}
        onSelect={setSelected}
        focus={focus}
        whole={(index, room) => {
          const text = lines[index]?.whole ?? lines[index]?.text ?? '';
          const isCut = displayWidth(lines[index]?.text ?? '') > room - LABEL_WIDTH - 2 || text !== lines[index]?.text;
          return focus && isCut ? text : null;
        }}
        item={(index, state) => {
          const line = lines[index];
          if (line === undefined) return '';
          const look = STATUS_STYLES[line.kind];
          return (
            <Box height={1}>
              <Text {...theme.tone(look.tone)}>{theme.symbols[look.symbol]} </Text>
              <Line text={line.label} width={LABEL_WIDTH} tone="muted" fill />
              <Line text={line.text} width={Math.max(0, state.width - LABEL_WIDTH - 2)} cut="middle" />
            </Box>
          );
        }}
      />
    </Box>
  );
}

/** One note of the tour, wrapped. */
export function TourNote({ note, width }: { readonly note: number; readonly width: number }): ReactNode {
  return (
    <Box flexDirection="column">
      {wrapped(TOUR[note] ?? '', width).map((line, index) => (
        <Line key={index} text={line} width={width} />
      ))}
      <Line text="t next   T end the tour" width={width} tone="muted" />
    </Box>
  );
}
