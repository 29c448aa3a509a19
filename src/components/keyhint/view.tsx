import { Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { useReachableBindings } from '../../keys/index.ts';
import { useTheme } from '../../theme/index.ts';
import { chooseHints } from './choose.ts';

export interface KeyHintProps {
  /** The key as a person reads it: see `keyLabel`. */
  readonly keyName: string;
  readonly label: string;
}

/** `Enter next step`, to name a key in the middle of a screen. Inline: put it inside a `<Text>` or alone. */
export function KeyHint({ keyName, label }: KeyHintProps): ReactNode {
  const theme = useTheme();
  return (
    <Text>
      <Text {...theme.tone('key')}>{keyName}</Text>
      <Text {...theme.tone('muted')}> {label}</Text>
    </Text>
  );
}

/** The footer's row: what can be pressed now, best first. */
export function Hints({ width }: { readonly width: number }): ReactNode {
  const hints = chooseHints(useReachableBindings(), width);
  return (
    <Text wrap="truncate-end">
      {hints.map((hint, index) => (
        <Fragment key={hint.id}>
          {index > 0 ? '   ' : ''}
          <KeyHint keyName={hint.key} label={hint.label} />
        </Fragment>
      ))}
    </Text>
  );
}
