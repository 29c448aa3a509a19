import { Text } from 'ink';
import type { ReactNode } from 'react';
import { useTheme } from '../../theme/index.ts';
import { safeLine } from '../line/index.ts';
import { STATUS_LOOKS, type StatusKind } from './kinds.ts';

export interface StatusProps {
  readonly kind: StatusKind;
  /** Always said: colour and sign alone are not enough. */
  readonly word: string;
  /** Columns at most, sign included; 40 by default. */
  readonly width?: number;
}

/** A sign and a word: `✓ done`. For rows, jobs and operations take kind and word from `rowStatus` and its like. */
export function Status({ kind, word, width = 40 }: StatusProps): ReactNode {
  const theme = useTheme();
  const look = STATUS_LOOKS[kind];
  return (
    <Text {...theme.tone(look.tone)} wrap="truncate-end">
      {theme.symbols[look.symbol]} {safeLine(word, Math.max(0, width - 2), theme.symbols.ellipsis)}
    </Text>
  );
}
