import { Text } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Status } from '../../src/components/feedback/status.tsx';
import { asciiSymbols, symbolsFor, unicodeSymbols } from '../../src/theme/symbols.ts';
import { useTheme } from '../../src/theme/theme.tsx';
import { assumedBackground, effectiveTheme, themes } from '../../src/theme/themes.ts';
import { render } from '../harness/render.tsx';

function Name(): ReactNode {
  return <Text>{useTheme().name}</Text>;
}

describe('theme', () => {
  it('honours NO_COLOR, but not an empty one', () => {
    expect(effectiveTheme('dark', { NO_COLOR: '1' }, 'dark')).toBe('mono');
    expect(effectiveTheme('light', { NO_COLOR: '' }, 'dark')).toBe('light');
    expect(effectiveTheme('dark', {}, 'dark')).toBe('dark');
  });

  it('follows the background where it is to, as the terminal said or its environment lets assume', () => {
    expect(effectiveTheme('auto', {}, 'light')).toBe('light');
    expect(effectiveTheme('auto', {}, 'dark')).toBe('dark');
    expect(effectiveTheme('dark', {}, 'light')).toBe('dark');
    expect(effectiveTheme('contrast', {}, 'light')).toBe('contrast-light');
    expect(effectiveTheme('contrast', { NO_COLOR: '1' }, 'light')).toBe('mono');
    expect(assumedBackground({})).toBe('dark');
    expect(assumedBackground({ COLORFGBG: '0;15' })).toBe('light');
    expect(assumedBackground({ COLORFGBG: '0;default;7' })).toBe('light');
    expect(assumedBackground({ COLORFGBG: '15;0' })).toBe('dark');
  });

  it.each([
    ['contrast-dark', 0],
    ['contrast-light', 1],
  ] as const)('draws nothing in %s below 7:1, and nothing dim', (name, paper) => {
    // Relative luminance and contrast by WCAG 2.2.
    const linear = (channel: number): number =>
      channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    const luminance = (hex: string): number => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
        linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const colours = JSON.stringify(themes[name]).match(/#[\da-f]{6}/g) ?? [];
    expect(colours.length).toBeGreaterThan(5);
    for (const colour of colours) {
      const [low = 0, high = 0] = [luminance(colour), paper].toSorted((a, b) => a - b);
      expect((high + 0.05) / (low + 0.05), colour).toBeGreaterThanOrEqual(7);
    }
    expect(JSON.stringify(themes[name])).not.toMatch(/dimColor|gr[ae]y/);
  });

  it('has no colour in mono', () => {
    expect(JSON.stringify(themes.mono)).not.toMatch(/(?<!dim)color"/i);
    expect(themes.mono.tones.selection).toEqual({ inverse: true });
  });

  it('falls back to ASCII where the terminal draws no more', () => {
    expect(symbolsFor({ TERM: 'linux', LANG: 'en_GB.UTF-8' })).toBe(asciiSymbols);
    expect(symbolsFor({ TERM: 'dumb' })).toBe(asciiSymbols);
    expect(symbolsFor({ LANG: 'C' })).toBe(asciiSymbols);
    expect(symbolsFor({ LANG: 'de_DE.ISO-8859-1' })).toBe(asciiSymbols);
    expect(symbolsFor({ LC_ALL: 'C.UTF-8', LANG: 'C' })).toBe(unicodeSymbols);
    expect(symbolsFor({})).toBe(unicodeSymbols);
  });

  it('draws signs of one column, the ASCII ones in ASCII', () => {
    const flat = (value: unknown): string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(flat)
          : [];
    const { border: _b, borderFocus: _f, ...signs } = unicodeSymbols;
    expect(flat(signs).filter((sign) => stringWidth(sign) !== 1)).toEqual([]);
    const { border: _c, borderFocus: _d, ...plain } = asciiSymbols;
    expect(flat(plain).join('')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('says a status in sign and word', async () => {
    const app = await render(<Status kind="error" word={'fai\x1b[2Jled'} />);
    expect(app.frame()).toContain('✗ failed');
    const plain = await render(<Status kind="error" word="failed" />, { env: { TERM: 'linux' } });
    expect(plain.frame()).toContain('x failed');
  });

  it('reaches components through the provider', async () => {
    const app = await render(<Name />, { theme: 'light', env: { NO_COLOR: '1' } });
    expect(app.frame()).toContain('mono');
  });
});
