import type { ThemeName } from '../domain/project/settings.ts';

/** How a stretch of text looks; spread it into Ink's `<Text>`. Only what is set is passed on. */
export interface TextStyle {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

/** What colour is for. Names say meaning, never the hue; a symbol or a word always goes with them. */
export type Tone = 'plain' | 'strong' | 'accent' | 'ok' | 'warn' | 'error' | 'muted' | 'key' | 'slot' | 'selection';

/** Everything a theme decides. */
export interface Tokens {
  readonly tones: Readonly<Record<Tone, TextStyle>>;
  /** Border colours for Ink's `borderColor`; undefined draws in the terminal's own colour. */
  readonly border: string | undefined;
  readonly borderFocus: string | undefined;
  /** Chart series, in order; more series than entries start again from the first. */
  readonly series: readonly TextStyle[];
  /** The cell under a text cursor. */
  readonly cursor: TextStyle;
}

const dark: Tokens = {
  tones: {
    plain: {},
    strong: { bold: true },
    accent: { color: 'cyan' },
    ok: { color: 'green' },
    warn: { color: 'yellow' },
    error: { color: 'red', bold: true },
    muted: { color: 'gray' },
    key: { color: 'cyan', bold: true },
    slot: { color: 'magenta', bold: true },
    selection: { inverse: true },
  },
  border: 'gray',
  borderFocus: 'cyan',
  series: [{ color: 'cyan' }, { color: 'magenta' }, { color: 'yellow' }, { color: 'green' }, { color: 'blue' }],
  cursor: { inverse: true },
};

const light: Tokens = {
  tones: {
    plain: {},
    strong: { bold: true },
    accent: { color: '#005f87' },
    ok: { color: '#006400' },
    warn: { color: '#875f00' },
    error: { color: '#af0000', bold: true },
    muted: { color: '#585858' },
    key: { color: '#005f87', bold: true },
    slot: { color: '#87005f', bold: true },
    selection: { inverse: true },
  },
  border: '#767676',
  borderFocus: '#005f87',
  series: [
    { color: '#005f87' },
    { color: '#87005f' },
    { color: '#875f00' },
    { color: '#006400' },
    { color: '#5f00af' },
  ],
  cursor: { inverse: true },
};

/** No colour at all: bold, dim, underline and inverse say the rest, as https://no-color.org leaves them alone. */
const mono: Tokens = {
  tones: {
    plain: {},
    strong: { bold: true },
    accent: { bold: true },
    ok: {},
    warn: { bold: true },
    error: { bold: true },
    muted: { dimColor: true },
    key: { bold: true },
    slot: { underline: true },
    selection: { inverse: true },
  },
  border: undefined,
  borderFocus: undefined,
  series: [{ bold: true }, {}, { dimColor: true }],
  cursor: { inverse: true },
};

/** What stands on the background at 7:1 or more, WCAG's AAA for text: nothing is grey or dim, what matters is bold. */
const contrastOn = (colours: Readonly<Record<'accent' | 'ok' | 'warn' | 'error' | 'slot', string>>): Tokens => {
  const { accent, ok, warn, error, slot } = colours;
  return {
    tones: {
      plain: {},
      strong: { bold: true },
      accent: { color: accent, bold: true },
      ok: { color: ok, bold: true },
      warn: { color: warn, bold: true },
      error: { color: error, bold: true },
      muted: {},
      key: { color: accent, bold: true, underline: true },
      slot: { color: slot, bold: true },
      selection: { inverse: true, bold: true },
    },
    border: undefined,
    borderFocus: accent,
    series: [accent, slot, warn, ok].map((color) => ({ color, bold: true })),
    cursor: { inverse: true },
  };
};

/** Of the terminal behind the text. */
export type Background = 'dark' | 'light';

/** A theme as it is drawn. */
export type DrawnTheme = 'dark' | 'light' | 'contrast-dark' | 'contrast-light' | 'mono';

export const themes: Readonly<Record<DrawnTheme, Tokens>> = {
  dark,
  light,
  'contrast-dark': contrastOn({ accent: '#5fffff', ok: '#87ff87', warn: '#ffff5f', error: '#ff9f9f', slot: '#ffafff' }),
  'contrast-light': contrastOn({
    accent: '#00405f',
    ok: '#004b00',
    warn: '#5f3a00',
    error: '#8b0000',
    slot: '#6b0057',
  }),
  mono,
};

/** The part of the environment that decides how things are drawn. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The theme that was chosen, on this background; `mono` when `NO_COLOR` is set to anything but the empty string. */
export function effectiveTheme(chosen: ThemeName, env: Environment, background: Background): DrawnTheme {
  if ((env.NO_COLOR ?? '') !== '') return 'mono';
  if (chosen === 'auto') return background;
  return chosen === 'contrast' ? `contrast-${background}` : chosen;
}

/** What `COLORFGBG` says where a terminal sets it, as `15;0`: 7 and 15 are white. Dark where nothing is said, as most terminals are. */
export function assumedBackground(env: Environment): Background {
  const colour = env.COLORFGBG?.split(';').at(-1);
  return colour === '7' || colour === '15' ? 'light' : 'dark';
}
