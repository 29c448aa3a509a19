export { type Theme, ThemeProvider, type ThemeProviderProps, useTheme } from './context.tsx';
export { asciiSymbols, type Symbols, symbolsFor, unicodeSymbols } from './symbols.ts';
export { type Environment, effectiveTheme, themes } from './themes.ts';
export type { TextStyle, Tokens, Tone } from './tokens.ts';
