import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { widthsText } from '../../../src/cli/terminal-health.ts';
import { measureWidths } from '../../../src/services/terminal/widths.ts';

/** A terminal that answers each question for the cursor with the next of these columns. */
function terminal(columns: readonly number[]) {
  const raw: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), {
    isRaw: false,
    setRawMode(on: boolean) {
      raw.push(on);
      return keyboard;
    },
  });
  const written: string[] = [];
  const stdout = {
    write(text: string) {
      written.push(text);
      if (text.includes('[6n')) for (const column of columns) keyboard.write(`\u001b[3;${column + 1}R`);
    },
  };
  return { asked: { stdin: keyboard as never, stdout }, raw, written };
}

it('asks where the cursor stands behind each text, and leaves line and keyboard as they were', async () => {
  const { asked, raw, written } = terminal([2, 4]);
  expect(await measureWidths(asked, ['漢', '👩🏽‍💻'])).toEqual([2, 4]);
  expect(written).toEqual(['\r漢\u001b[6n\r👩🏽‍💻\u001b[6n', '\r\u001b[2K']);
  expect(raw).toEqual([true, false]);
});

it('says how the terminal counts where it counts otherwise', () => {
  expect(widthsText([2, 2, 2, 2])).toBe('counts wide letters and emoji as Luthier does');
  expect(widthsText([2, 4, 2, 1])).toContain(
    'draws joined emoji 4 wide in the place of 2, emoji with a selector 1 wide',
  );
  expect(widthsText(null)).toBe('does not say how wide it draws');
});
