import { Text } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Status } from '../../src/components/feedback/status.tsx';
import { asciiSymbols, symbolsFor, unicodeSymbols } from '../../src/theme/symbols.ts';
import { useTheme } from '../../src/theme/theme.tsx';
import { effectiveTheme, themes } from '../../src/theme/themes.ts';
import { render } from '../harness/render.tsx';

function Name(): ReactNode {
  return <Text>{useTheme().name}</Text>;
}

describe('theme', () => {
  it('honours NO_COLOR, but not an empty one', () => {
    expect(effectiveTheme('dark', { NO_COLOR: '1' })).toBe('mono');
    expect(effectiveTheme('light', { NO_COLOR: '' })).toBe('light');
    expect(effectiveTheme('dark', {})).toBe('dark');
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
