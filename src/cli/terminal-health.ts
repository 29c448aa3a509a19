import { FileError } from '../domain/text/file-faults.ts';
import { displayWidth } from '../domain/text/graphemes.ts';
import { measureWidths } from '../services/terminal/widths.ts';
import type { HealthCheck } from './health.ts';

/** Clusters that terminals count differently, with what to call them. */
const SAMPLES: readonly (readonly [name: string, text: string])[] = [
  ['CJK', '漢'],
  ['joined emoji', '👩🏽‍💻'],
  ['flags', '🇬🇧'],
  ['emoji with a selector', '❤️'],
];

/** Below this the screens say that there is no room. */
const LEAST = { columns: 60, rows: 16 };

/** Size and widths of the terminal that the command runs in; nothing where it runs in none. */
export const TERMINAL_CHECK: HealthCheck = { name: 'terminal', look: lookAtTerminal };

async function lookAtTerminal(): Promise<string> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) return 'this is none, so it was not looked at; the screens need one';
  const { columns, rows } = stdout;
  if (columns < LEAST.columns || rows < LEAST.rows)
    throw new FileError(
      `${columns}x${rows}: the screens need ${LEAST.columns}x${LEAST.rows}.`,
      'Make the window larger, or its letters smaller.',
    );
  const size = `${columns}x${rows}, ${stdout.getColorDepth()} bits of colour`;
  const widths = await measureWidths(
    { stdin, stdout },
    SAMPLES.map(([, text]) => text),
  );
  return `${size}, ${widthsText(widths)}`;
}

/** How the terminal counts, beside how Luthier does; rows stay in place either way, for the cursor is set after such letters. */
export function widthsText(widths: readonly number[] | null): string {
  if (widths === null) return 'does not say how wide it draws';
  const others = SAMPLES.flatMap(([name, text], index) => {
    const drawn = widths[index] ?? 0;
    return drawn === displayWidth(text) ? [] : [`${name} ${drawn} wide in the place of ${displayWidth(text)}`];
  });
  if (others.length === 0) return 'counts wide letters and emoji as Luthier does';
  return `draws ${others.join(', ')}: rows stay in place, but such letters may overlap or leave gaps`;
}
