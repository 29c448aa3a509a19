import { Box, Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { useScreenBindings } from '../../keys/hooks.tsx';
import { useMouseArea } from '../../keys/mouse.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { STATUS_STYLES, type StatusKind } from '../feedback/status.tsx';

export interface ScreenTab {
  /** The key that leads there. */
  readonly digit: string;
  readonly title: string;
  /** How the work of that screen stands; null where there is nothing to say. */
  readonly mark: StatusKind | null;
  readonly current: boolean;
}

/** From here on there is room for spaces around the marks. */
const ROOMY_COLUMNS = 96;

export interface ScreenBarProps {
  readonly tabs: readonly ScreenTab[];
  readonly width: number;
}

/** The sign of the state, with the spaces around it that there is room for. */
function signOf(symbol: string | null, roomy: boolean): string {
  if (!roomy) return symbol ?? ' ';
  return symbol === null ? ' ' : ` ${symbol} `;
}

function Tab({ tab, roomy }: { readonly tab: ScreenTab; readonly roomy: boolean }): ReactNode {
  const theme = useTheme();
  const { digit, title, mark, current } = tab;
  const look = mark === null ? null : STATUS_STYLES[mark];
  const sign = signOf(look === null ? null : theme.symbols[look.symbol], roomy);
  if (current)
    return (
      <Text {...theme.tone('selection')} bold>
        {digit}
        {sign}
        {title}
      </Text>
    );
  return (
    <Text>
      <Text {...theme.tone('key')}>{digit}</Text>
      <Text {...theme.tone(look?.tone ?? 'plain')}>{sign}</Text>
      {title}
    </Text>
  );
}

/** The tab that stands in this column, from 0, the space before it included. */
function tabAt(tabs: readonly ScreenTab[], roomy: boolean, column: number): ScreenTab | undefined {
  let end = 0;
  return tabs.find(({ digit, mark, title }) => {
    const sign = signOf(mark === null ? null : 'x', roomy);
    end += displayWidth(` ${digit}${sign}${title}${roomy ? ' ' : ''}`);
    return column < end;
  });
}

/** `1 Home  2●Template  3◐Generate`: every screen with its key and how it stands, the current one inverse, in one row. */
export function ScreenBar({ tabs, width }: ScreenBarProps): ReactNode {
  const roomy = width >= ROOMY_COLUMNS;
  const bindings = useScreenBindings();
  const area = useMouseArea({
    onClick: ({ column }) => {
      const digit = tabAt(tabs, roomy, column)?.digit ?? '';
      bindings.find(({ keys }) => keys.includes(digit))?.run();
    },
  });
  return (
    <Box ref={area} width={width} height={1} flexShrink={0}>
      <Text wrap="truncate-end">
        {tabs.map((tab) => (
          <Fragment key={tab.digit}>
            {' '}
            <Tab tab={tab} roomy={roomy} />
            {roomy ? ' ' : ''}
          </Fragment>
        ))}
      </Text>
    </Box>
  );
}
