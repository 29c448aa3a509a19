import { displayWidth, graphemesOf } from '../../domain/text/graphemes.ts';

/** Clusters whose width terminals do not agree on: joined emoji, skin tones, flags, variation selectors, marks, jamo. */
const DISPUTED = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Mark}\p{Format}\u1100-\u11ff]/u;

/** The parts of what Ink writes that move the cursor in their own way: sequences, ends of lines, text. */
const PARTS = /\u001b\[[\d;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\r\n]|[^\u001b\r\n]+|\u001b/g;
const SEQUENCE = /^\u001b\[([\d;]*)([A-Za-z])$/;

const ENTER_SCREEN = '\u001b[?1049h';
const LEAVE_SCREEN = '\u001b[?1049l';
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';

/** Column, from 0, after a control sequence, by ECMA-48; sequences that colour or erase leave it. */
function columnAfter(sequence: string, column: number): number {
  const [, parameters = '', final] = SEQUENCE.exec(sequence) ?? [];
  const count = (index: number): number => Math.max(1, Number(parameters.split(';')[index] ?? 1));
  if (final === 'G') return count(0) - 1;
  if (final === 'H') return count(1) - 1;
  if (final === 'E' || final === 'F') return 0;
  if (final === 'C') return column + count(0);
  if (final === 'D') return Math.max(0, column - count(0));
  return column;
}

/**
 * `output` with the cursor set to its column after every cluster that terminals count differently. What follows it on
 * the row, a border above all, then stands where it was laid out, whatever the terminal thinks of the cluster.
 */
export function withSteadyColumns(output: string): string {
  if (!DISPUTED.test(output)) return output;
  let column = 0;
  let steady = '';
  for (const [part] of output.matchAll(PARTS)) {
    if (part === '\r' || part === '\n') column = 0;
    else if (part.startsWith('\u001b')) column = columnAfter(part, column);
    else {
      for (const cluster of graphemesOf(part)) {
        column += displayWidth(cluster);
        steady += DISPUTED.test(cluster) ? `${cluster}\u001b[${column + 1}G` : cluster;
      }
      continue;
    }
    steady += part;
  }
  return steady;
}

/** The alternate screen wraps no row while it is ours: one that the terminal finds too long shifts none below it. */
const withoutWrapping = (output: string): string =>
  output.replaceAll(ENTER_SCREEN, ENTER_SCREEN + WRAP_OFF).replaceAll(LEAVE_SCREEN, WRAP_ON + LEAVE_SCREEN);

/** From here on every row that is written to `stream` stays in its place, see `withSteadyColumns`. */
export function keepRowsSteady(stream: Pick<NodeJS.WriteStream, 'write'>): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: readonly unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: readonly unknown[]): boolean =>
    write(typeof chunk === 'string' ? withSteadyColumns(withoutWrapping(chunk)) : chunk, ...rest);
}
