import { safeLine } from '../../../components/line/index.ts';
import { displayWidth, padToWidth } from '../../../domain/text/graphemes.ts';
import { sanitizeLine } from '../../../domain/text/sanitize.ts';
import type { Symbols } from '../../../theme/index.ts';
import type { Tally } from './tally.ts';

const LABEL = 24;

/** A bar for each slot value under its slot's name, and in words what stands out. Every line fits in `width`. */
export function balanceText(tally: Tally, width: number, symbols: Symbols): string {
  const lines: string[] = [];
  for (const [name, counts] of tally.values) {
    const entries = [...counts];
    const most = entries.reduce((high, [, rows]) => Math.max(high, rows), 0);
    const least = entries.reduce((low, [, rows]) => Math.min(low, rows), most);
    const label = Math.min(LABEL, Math.max(4, ...entries.map(([value]) => displayWidth(sanitizeLine(value)))));
    const digits = String(most).length;
    const even = most === least ? 'even' : `from ${least} to ${most}`;
    if (lines.length > 0) lines.push('');
    lines.push(safeLine(`${name}: ${entries.length} values, ${even}`, width, symbols.ellipsis));
    const room = Math.max(1, width - label - digits - 4);
    for (const [value, rows] of entries) {
      const shown = padToWidth(safeLine(value, label, symbols.ellipsis), label);
      const bar = symbols.barFull.repeat(rows === 0 ? 0 : Math.max(1, Math.round((rows / most) * room)));
      const said = rows === 0 ? `${symbols.warn} no row` : bar;
      lines.push(safeLine(`  ${shown} ${String(rows).padStart(digits)} ${said}`, width, symbols.ellipsis));
    }
  }
  return lines.length === 0
    ? 'No row has slot values: they were imported, or the template has no slots.'
    : lines.join('\n');
}
