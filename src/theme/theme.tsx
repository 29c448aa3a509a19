import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { ThemeName } from '../domain/project/settings.ts';
import { type Symbols, symbolsFor, unicodeSymbols } from './symbols.ts';
import { type Environment, effectiveTheme, type TextStyle, type Tokens, type Tone, themes } from './themes.ts';

export interface Theme {
  readonly name: ThemeName;
  readonly tokens: Tokens;
  readonly symbols: Symbols;
  /** The style of a tone, to be spread: `<Text {...theme.tone('muted')}>`. */
  tone(tone: Tone): TextStyle;
  /** The style and sign of chart series `index`, counting from 0, round and round. */
  series(index: number): { readonly style: TextStyle; readonly symbol: string };
}

function makeTheme(name: ThemeName, symbols: Symbols): Theme {
  const tokens = themes[name];
  return {
    name,
    tokens,
    symbols,
    tone: (tone) => tokens.tones[tone],
    series: (index) => ({
      style: tokens.series[index % tokens.series.length] ?? {},
      symbol: symbols.series[index % symbols.series.length] ?? '*',
    }),
  };
}

const ThemeContext = createContext<Theme>(makeTheme('dark', unicodeSymbols));

export interface ThemeProviderProps {
  /** The person's choice; `NO_COLOR` in `env` overrules it. */
  readonly name: ThemeName;
  /** `process.env` in the composition root. */
  readonly env: Environment;
  readonly children: ReactNode;
}

export function ThemeProvider({ name, env, children }: ThemeProviderProps): ReactNode {
  const theme = useMemo(() => makeTheme(effectiveTheme(name, env), symbolsFor(env)), [name, env]);
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

/** The theme in force; dark with Unicode signs when no provider is above. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}
