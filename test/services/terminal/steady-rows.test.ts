import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepRowsSteady, withSteadyColumns } from '../../../src/services/terminal/steady-rows.ts';

const ESC = '\u001b';

it('sets the cursor after a cluster that terminals count differently, and leaves all else as it was', () => {
  expect(withSteadyColumns('plain │ 漢字 é')).toBe('plain │ 漢字 é');
  expect(withSteadyColumns('│ 👩🏽‍💻 x\n漢🇬🇧')).toBe(`│ 👩🏽‍💻${ESC}[5G x\n漢🇬🇧${ESC}[5G`);
  expect(withSteadyColumns(`${ESC}[7G❤️${ESC}[31mx${ESC}[2;4H👍🏽${ESC}[Eन​मस्ते`)).toContain(`❤️${ESC}[9G${ESC}[31mx`);
  expect(withSteadyColumns(`${ESC}[2;4H👍🏽${ESC}[3C🇩🇪${ESC}[9D👍${ESC}[E👍`)).toBe(
    `${ESC}[2;4H👍🏽${ESC}[6G${ESC}[3C🇩🇪${ESC}[11G${ESC}[9D👍${ESC}[4G${ESC}[E👍${ESC}[3G`,
  );
});

it('adds nothing but columns', () => {
  const piece = fc.constantFrom('a', '漢', '👩🏽‍💻', '\n', `${ESC}[1m`, `${ESC}[3G`, 'กำ', ' ', '│', `${ESC}[?2026h`);
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const output = pieces.join('').replaceAll(`${ESC}[3G`, '');
      expect(withSteadyColumns(output).replaceAll(new RegExp(`${ESC}\\[\\d+G`, 'g'), '')).toBe(output);
    }),
  );
});

it('wraps no row while the alternate screen is up, and gives wrapping back with the screen', () => {
  const written: unknown[] = [];
  const callback = () => {};
  const stream = {
    write: (...args: readonly unknown[]) => {
      written.push(...args);
      return true;
    },
  };
  keepRowsSteady(stream);
  stream.write(`${ESC}[?1049h${ESC}[?25l`);
  stream.write(Buffer.from('👍'), callback);
  stream.write(`${ESC}[?1049l`, callback);
  expect(written).toEqual([
    `${ESC}[?1049h${ESC}[?7l${ESC}[?25l`,
    Buffer.from('👍'),
    callback,
    `${ESC}[?7h${ESC}[?1049l`,
    callback,
  ]);
});
