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
