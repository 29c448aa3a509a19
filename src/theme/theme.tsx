import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { ThemeName } from '../domain/project/settings.ts';
import { type Symbols, symbolsFor, unicodeSymbols } from './symbols.ts';
import {
  assumedBackground,
  type Background,
  type DrawnTheme,
  type Environment,
  effectiveTheme,
  type TextStyle,
  type Tokens,
  type Tone,
  themes,
} from './themes.ts';

export interface Theme {
  readonly name: DrawnTheme;
  /** Whether anything may move by itself. */
  readonly animated: boolean;
  readonly tokens: Tokens;
  readonly symbols: Symbols;
  /** The style of a tone, to be spread: `<Text {...theme.tone('muted')}>`. */
  tone(tone: Tone): TextStyle;
  /** The style and sign of chart series `index`, counting from 0, round and round. */
  series(index: number): { readonly style: TextStyle; readonly symbol: string };
}

function makeTheme(name: DrawnTheme, symbols: Symbols, animated: boolean): Theme {
  const tokens = themes[name];
  return {
    name,
    animated,
    tokens,
    symbols,
    tone: (tone) => tokens.tones[tone],
    series: (index) => ({
      style: tokens.series[index % tokens.series.length] ?? {},
      symbol: symbols.series[index % symbols.series.length] ?? '*',
    }),
  };
}

const ThemeContext = createContext<Theme>(makeTheme('dark', unicodeSymbols, true));

export interface ThemeProviderProps {
  /** The person's choice; `NO_COLOR` in `env` overrules it. */
  readonly name: ThemeName;
  /** `process.env` in the composition root. */
  readonly env: Environment;
  /** As the terminal said; what the environment lets assume where it said nothing. */
  readonly background?: Background | null;
  /** True by default. */
  readonly animated?: boolean;
  readonly children: ReactNode;
}

export function ThemeProvider({
  name,
  env,
  background = null,
  animated = true,
  children,
}: ThemeProviderProps): ReactNode {
  const theme = useMemo(() => {
    const drawn = effectiveTheme(name, env, background ?? assumedBackground(env));
    return makeTheme(drawn, symbolsFor(env), animated);
  }, [name, env, background, animated]);
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

/** The theme in force; dark with Unicode signs when no provider is above. */
export function useTheme(): Theme {
  return useContext(ThemeContext);
}
