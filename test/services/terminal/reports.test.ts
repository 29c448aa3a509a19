import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { listenForReports, type MouseReport } from '../../../src/services/terminal/reports.ts';

function open() {
  const input = new PassThrough();
  const reports = listenForReports(input);
  const pressed: MouseReport[] = [];
  reports.onMouse((report) => pressed.push(report));
  /** What a reader of the keyboard gets when the terminal sends this. */
  const keys = (sent: string): string => {
    input.write(sent);
    return String(input.read() ?? '');
  };
  return { input, reports, pressed, keys };
}

it('takes mouse, focus and background out of what is typed', () => {
  const { reports, pressed, keys } = open();
  expect(keys('a\u001b[<0;10;5Mb\u001b[<0;10;5mc')).toBe('abc');
  expect(keys('\u001b[<65;1;1M\u001b[<64;80;24M\u001b[<81;2;3M')).toBe('');
  expect(pressed).toEqual([
    { kind: 'click', column: 9, row: 4 },
    { kind: 'wheel-down', column: 0, row: 0 },
    { kind: 'wheel-up', column: 79, row: 23 },
    { kind: 'wheel-down', column: 1, row: 2 },
  ]);
  expect(reports.isAway()).toBe(false);
  expect(keys('x\u001b[O')).toBe('x');
  expect(reports.isAway()).toBe(true);
  expect(keys('\u001b[Iy')).toBe('y');
  expect(reports.isAway()).toBe(false);
});

it('leaves keys, pastes and other buttons alone', () => {
  const { pressed, keys } = open();
  for (const sent of [
    '\u001b',
    '\u001b[A',
    '\u001b[',
    '\u001b[27u',
    '\u001b[200~[<0;1;1M\u001b[201~',
    '\u001bOP',
    'é漢',
  ])
    expect(keys(sent)).toBe(sent);
  expect(keys('\u001b[<2;1;1M\u001b[<35;4;4M')).toBe('');
  expect(pressed).toEqual([]);
});

it('puts a report together that comes in two pieces', () => {
  const { pressed, reports, keys } = open();
  expect(keys('a\u001b[<0;3')).toBe('a');
  expect(keys(';4Mb')).toBe('b');
  expect(pressed).toEqual([{ kind: 'click', column: 2, row: 3 }]);
  expect(keys('\u001b]11;rgb:ffff/ff')).toBe('');
  expect(keys('ff/ffff\u001b')).toBe('');
  expect(keys('\\q')).toBe('q');
  expect(reports.background()).toBe('light');
});

it.each([
  ['rgb:0000/0000/0000', 'dark'],
  ['rgb:fdfd/f6f6/e3e3', 'light'],
  ['rgb:1e/1e/2e', 'dark'],
  ['rgba:f/f/f/f', 'light'],
  ['rgb:ffff/0000/0000', 'dark'],
  ['rgb:/', null],
] as const)('reads %s as %s', (colour, said) => {
  const { reports, keys } = open();
  let told = 0;
  reports.onBackground(() => {
    told += 1;
  });
  for (let again = 0; again < 2; again++) expect(keys(`\u001b]11;${colour}\u0007`)).toBe('');
  expect(reports.background()).toBe(said);
  expect(told).toBe(said === null ? 0 : 1);
});

it('knows before the first frame what was answered by then, and keeps the keys for the reader', async () => {
  const { input, reports } = open();
  input.write('q\u001b]11;rgb:ffff/ffff/ffff\u001b\\5');
  reports.takeEarly();
  expect(reports.background()).toBe('light');
  const { promise, resolve } = Promise.withResolvers<unknown>();
  input.on('readable', () => resolve(input.read()));
  expect(await promise).toBe('q5');
});
