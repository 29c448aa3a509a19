import { Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { useReachableBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

const MAX_HINTS = 6;
const HELP = 'global.help';

export interface Hint {
  readonly id: string;
  readonly key: string;
  readonly label: string;
}

const widthOf = (hint: Hint): number => displayWidth(hint.key) + 1 + displayWidth(hint.label);
const GAP = 3;

/** The most useful hints that fit in `width` columns, at most six; help keeps its place as the last. */
export function chooseHints(bindings: readonly LiveBinding[], width: number): readonly Hint[] {
  const useful = bindings
    .filter((binding) => binding.hint !== undefined && binding.disabledReason === null && binding.keys.length > 0)
    .toSorted((a, b) => (a.hint ?? 0) - (b.hint ?? 0))
    .map((binding): Hint => ({ id: binding.id, key: keyLabel(binding.keys[0] ?? ''), label: binding.label }));
  const help = useful.find((hint) => hint.id === HELP);
  const others = useful.filter((hint) => hint.id !== HELP).slice(0, help === undefined ? MAX_HINTS : MAX_HINTS - 1);
  let room = width - (help === undefined ? 0 : widthOf(help) + GAP);
  const fitting: Hint[] = [];
  for (const hint of others) {
    room -= widthOf(hint) + (fitting.length === 0 ? 0 : GAP);
    if (room < 0) break;
    fitting.push(hint);
  }
  return help === undefined || widthOf(help) > width ? fitting : [...fitting, help];
}

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
export function KeyHints({ width }: { readonly width: number }): ReactNode {
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
