import { expect, it } from 'vitest';
import { createScreenModes } from '../../../src/services/terminal/screen-modes.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const ON = '\u001b[?1000h\u001b[?1006h';
const OFF = '\u001b[?1000l\u001b[?1006l';

function open() {
  const written: unknown[] = [];
  const stream = {
    write: (...args: readonly unknown[]) => {
      written.push(...args);
      return true;
    },
  };
  return { stream, written, modes: createScreenModes(stream) };
}

it('asks for nothing while nothing is on', () => {
  const { stream, written } = open();
  for (const text of [ENTER, 'frame', LEAVE]) stream.write(text);
  expect(written).toEqual([ENTER, 'frame', LEAVE]);
});

it('holds with the alternate screen alone, each time it comes back', () => {
  const { stream, written, modes } = open();
  modes.set('mouse', true);
  expect(written).toEqual([]);
  for (const text of [`${ENTER}x`, `y${LEAVE}`, ENTER, LEAVE]) stream.write(text);
  expect(written).toEqual([`${ENTER}${ON}x`, `y${OFF}${LEAVE}`, ENTER + ON, OFF + LEAVE]);
});

it('is switched at once while the screen is up, and once', () => {
  const { stream, written, modes } = open();
  stream.write(ENTER);
  modes.set('focus', true);
  modes.set('focus', true);
  modes.set('mouse', true);
  modes.set('mouse', false);
  stream.write(LEAVE);
  modes.set('focus', false);
  stream.write(Buffer.from('x'));
  expect(written).toEqual([ENTER, '\u001b[?1004h', ON, OFF, `\u001b[?1004l${LEAVE}`, Buffer.from('x')]);
});
