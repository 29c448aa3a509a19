import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';

export interface ToggleProps {
  readonly value: boolean;
  /** Words for the two states; `on` and `off` by default. */
  readonly words?: readonly [on: string, off: string];
}

/** `◉ on` or `○ off`. Keys are the form's. */
export function Toggle({ value, words = ['on', 'off'] }: ToggleProps): ReactNode {
  const { symbols } = useTheme();
  return (
    <Text wrap="truncate-end">
      {value ? symbols.on : symbols.off} {value ? words[0] : words[1]}
    </Text>
  );
}
