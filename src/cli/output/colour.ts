/** What a person asked for on the command line: `--color`, `--color always`, `--no-color`. */
export type ColourWish = 'always' | 'never' | 'auto';

export const COLOUR_WISHES = ['auto', 'always', 'never'] as const satisfies readonly ColourWish[];

/** The wish among the words of a command line, the last one where there are several; `--` ends the options. */
export function colourWish(args: readonly string[]): ColourWish {
  const end = args.indexOf('--');
  let wish: ColourWish = 'auto';
  for (const [index, word] of (end < 0 ? args : args.slice(0, end)).entries()) {
    if (word === '--no-color') wish = 'never';
    const [, value] = /^--color=(.*)$/.exec(word) ?? [];
    const said = word === '--color' ? args[index + 1] : value;
    wish = COLOUR_WISHES.find((one) => one === said) ?? wish;
  }
  return wish;
}

/** The part of the environment and the stream that decide. */
export interface ColourPlace {
  readonly wish: ColourWish;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/**
 * Whether to colour: what was asked for on the command line, then `NO_COLOR` (https://no-color.org), then `FORCE_COLOR`
 * as Node reads it, then whether a terminal is there that draws it.
 */
export function hasColour({ wish, env, isTerminal }: ColourPlace): boolean {
  if (wish !== 'auto') return wish === 'always';
  if ((env.NO_COLOR ?? '') !== '') return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}

const CODES = {
  heading: ['1;36', '22;39'],
  ok: ['32', '39'],
  error: ['1;31', '22;39'],
  warn: ['33', '39'],
  accent: ['36', '39'],
  strong: ['1', '22'],
} as const;

export type Paint = keyof typeof CODES;

export const painted = (text: string, paint: Paint): string =>
  `\x1b[${CODES[paint][0]}m${text}\x1b[${CODES[paint][1]}m`;

/** The signs that begin lines, each with a word behind it: colour carries no meaning alone. */
const SIGNS: readonly (readonly [pattern: RegExp, paint: Paint])[] = [
  [/^(\s*)(✓)/, 'ok'],
  [/^(\s*)(✗.*)/, 'error'],
  [/^(\s*)(! .*)/, 'warn'],
  [/^(.*?)([▁▂▃▄▅▆▇█]{2,})/, 'accent'],
];

/** A line of text with its sign in colour. */
export function colouredLine(line: string): string {
  const found = SIGNS.find(([pattern]) => pattern.test(line));
  return found === undefined
    ? line
    : line.replace(found[0], (_, before: string, sign: string) => `${before}${painted(sign, found[1])}`);
}
