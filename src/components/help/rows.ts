import { displayWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/index.ts';

export interface HelpRow {
  readonly keys: string;
  readonly text: string;
  /** Why it cannot run now; null when it can. */
  readonly disabledReason: string | null;
}

/** What help says of each binding, screen first, everything else after it, as the router would ask them. */
export function helpRows(bindings: readonly LiveBinding[]): readonly HelpRow[] {
  return bindings.map((binding) => ({
    keys: binding.keys.map(keyLabel).join(' '),
    text: binding.help ?? binding.label,
    disabledReason: binding.disabledReason,
  }));
}

/** Columns for the keys: as wide as the widest, within a third of the room. */
export function keysWidth(rows: readonly HelpRow[], columns: number): number {
  const widest = rows.reduce((most, row) => Math.max(most, displayWidth(row.keys)), 0);
  return Math.min(widest, Math.max(8, Math.floor(columns / 3)));
}
