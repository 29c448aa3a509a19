import type { ThemeName } from '../domain/settings/types.ts';
import type { Tokens } from './tokens.ts';

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

export const themes: Readonly<Record<ThemeName, Tokens>> = { dark, light, mono };

/** The part of the environment that decides how things are drawn. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The theme that was chosen, or `mono` when `NO_COLOR` is set to anything but the empty string. */
export function effectiveTheme(chosen: ThemeName, env: Environment): ThemeName {
  return (env.NO_COLOR ?? '') === '' ? chosen : 'mono';
}
