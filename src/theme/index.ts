export { type Theme, ThemeProvider, useTheme } from './context.tsx';
export { asciiSymbols, type Symbols, symbolsFor, unicodeSymbols } from './symbols.ts';
export { type Environment, effectiveTheme, themes } from './themes.ts';
export type { Tone } from './tokens.ts';
