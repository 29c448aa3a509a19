import { displayWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/index.ts';

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
