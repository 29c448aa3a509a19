import type { Environment } from './themes.ts';

/** Every sign the chrome draws. None is an emoji and each is one column wide. */
export interface Symbols {
  readonly done: string;
  readonly running: string;
  readonly idle: string;
  readonly ok: string;
  readonly error: string;
  readonly warn: string;
  readonly paused: string;
  readonly cancelled: string;
  readonly pointer: string;
  readonly marked: string;
  readonly unmarked: string;
  readonly on: string;
  readonly off: string;
  readonly ellipsis: string;
  readonly separator: string;
  readonly crumb: string;
  readonly times: string;
  readonly up: string;
  readonly down: string;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly mask: string;
  /** Eight heights, lowest first. */
  readonly spark: readonly string[];
  readonly spinner: readonly string[];
  /** One sign a chart series, for the legend. */
  readonly series: readonly string[];
  readonly axis: {
    readonly vertical: string;
    readonly horizontal: string;
    readonly corner: string;
    readonly tick: string;
  };
  readonly border: 'round' | 'classic';
  readonly borderFocus: 'bold' | 'double' | 'classic';
  /** Whether braille dots may be drawn. */
  readonly braille: boolean;
}

export const unicodeSymbols: Symbols = {
  done: '●',
  running: '◐',
  idle: '○',
  ok: '✓',
  error: '✗',
  warn: '▲',
  paused: '‖',
  cancelled: '⊘',
  pointer: '❯',
  marked: '◆',
  unmarked: '◇',
  on: '◉',
  off: '○',
  ellipsis: '…',
  separator: '·',
  crumb: '›',
  times: '×',
  up: '↑',
  down: '↓',
  barFull: '█',
  barEmpty: '░',
  mask: '•',
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  series: ['●', '◆', '▲', '■', '○'],
  axis: { vertical: '│', horizontal: '─', corner: '└', tick: '┴' },
  border: 'round',
  borderFocus: 'bold',
  braille: true,
};

export const asciiSymbols: Symbols = {
  done: '*',
  running: '~',
  idle: 'o',
  ok: '+',
  error: 'x',
  warn: '!',
  paused: '=',
  cancelled: '/',
  pointer: '>',
  marked: '*',
  unmarked: '.',
  on: '*',
  off: 'o',
  ellipsis: '~',
  separator: '-',
  crumb: '>',
  times: 'x',
  up: '^',
  down: 'v',
  barFull: '#',
  barEmpty: '.',
  mask: '*',
  spark: ['_', '_', '.', '.', '-', '-', '=', '#'],
  spinner: ['|', '/', '-', '\\'],
  series: ['*', '+', 'x', 'o', '#'],
  axis: { vertical: '|', horizontal: '-', corner: '+', tick: '+' },
  border: 'classic',
  borderFocus: 'classic',
  braille: false,
};

/**
 * Unicode signs unless the terminal is known not to draw them: `TERM` is `linux` or `dumb`, or the locale names
 * a character set that is not UTF-8. An unset locale counts as UTF-8, which is what terminals of today assume.
 */
export function symbolsFor(env: Environment): Symbols {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return asciiSymbols;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  if (locale === undefined) return unicodeSymbols;
  if (/utf-?8/i.test(locale)) return unicodeSymbols;
  return locale.includes('.') || locale === 'C' || locale === 'POSIX' ? asciiSymbols : unicodeSymbols;
}
