import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { Screen } from './screen.ts';

const cellsOf = async (text: string): Promise<number> => {
  const screen = new Screen(40, 2, false);
  await new Promise<void>((resolve) => screen.write(`${text}|`, resolve));
  return screen.cells()[0]?.indexOf('|') ?? -1;
};

describe('cells of the terminal in memory', () => {
  it.each(['plain', '小貓', '👩‍👩‍👧‍👦', '👍🏽 ok', '🇬🇧🇫🇷', '☀️', 'e\u0301a', '🏳️‍🌈x', '🇬 half a flag', 'กำ', 'क्ष'])(
    'counts %s as the app does',
    async (text) => {
      expect(await cellsOf(text)).toBe(stringWidth(text));
    },
  );

  it('names the rows that were broken for being too long', async () => {
    const screen = new Screen(10, 3, false);
    await new Promise<void>((resolve) => screen.write('twelve chars', resolve));
    expect(screen.brokenRows()).toEqual([1]);
  });
});
