import { Text } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { groupOf } from '../../keys/groups.ts';
import { useReachableBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

const HELP = 'global.help';
/** Where an action of the screen stands that has no place of its own: after the palette, before the way out. */
const REST = 95;

/** Its place in the footer, 1 first; null where it has none. */
const placeOf = (binding: LiveBinding): number | null => binding.hint ?? (groupOf(binding) === 'here' ? REST : null);

export interface Hint {
  readonly id: string;
  readonly key: string;
  readonly label: string;
}

const widthOf = (hint: Hint): number => displayWidth(hint.key) + 1 + displayWidth(hint.label);
const GAP = 3;

/** The most useful hints that fit in `width` columns, most useful first; help keeps its place as the last. */
export function chooseHints(bindings: readonly LiveBinding[], width: number): readonly Hint[] {
  const useful = bindings
    .filter((binding) => placeOf(binding) !== null && binding.disabledReason === null && binding.keys.length > 0)
    .toSorted((a, b) => (placeOf(a) ?? REST) - (placeOf(b) ?? REST))
    .map((binding): Hint => ({ id: binding.id, key: keyLabel(binding.keys[0] ?? ''), label: binding.label }));
  const help = useful.find((hint) => hint.id === HELP);
  const others = useful.filter((hint) => hint.id !== HELP);
  let room = width - (help === undefined ? 0 : widthOf(help) + GAP);
  const fitting: Hint[] = [];
  for (const hint of others) {
    const wanted = widthOf(hint) + (fitting.length === 0 ? 0 : GAP);
    if (wanted > room) continue;
    room -= wanted;
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
