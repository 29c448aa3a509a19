import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { normalise, splitKey, splitText } from '../../src/keys/normalise.ts';

const NONE: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};
const press = (input: string, flags: Partial<Key> = {}) => normalise(input, { ...NONE, ...flags });
const key = (name: string) => ({ kind: 'key', name });

describe('normalise', () => {
  it('names keys', () => {
    expect(press('', { return: true })).toEqual([key('enter')]);
    expect(press('', { tab: true, shift: true })).toEqual([key('shift-tab')]);
    expect(press('', { leftArrow: true, ctrl: true })).toEqual([key('ctrl-left')]);
    expect(press('b', { meta: true })).toEqual([key('meta-b')]);
    expect(press('o', { ctrl: true })).toEqual([key('ctrl-o')]);
    expect(press('\n')).toEqual([key('ctrl-j')]);
    expect(press('', { escape: true, meta: true })).toEqual([key('escape'), key('escape')]);
  });

  it('leaves releases and unknown keys out', () => {
    expect(press('a', { eventType: 'release' })).toEqual([]);
    expect(press('')).toEqual([]);
  });

  it('keeps a chunk of text together', () => {
    expect(press('héllo\r')).toEqual([{ kind: 'text', text: 'héllo\r' }]);
  });
});

describe('splitting a chunk', () => {
  it('gives whole graphemes to what takes keys', () => {
    expect(splitKey('👩‍👩‍👧x')).toEqual({ head: key('👩‍👩‍👧'), rest: 'x' });
    expect(splitKey('\rj')).toEqual({ head: key('enter'), rest: 'j' });
    expect(splitKey(' j')).toEqual({ head: key('space'), rest: 'j' });
  });

  it('gives a text field its text, then Enter', () => {
    expect(splitText('abc\r')).toEqual({ head: { kind: 'text', text: 'abc' }, rest: '\r' });
    expect(splitText('ab c', ['space'])).toEqual({ head: { kind: 'text', text: 'ab' }, rest: ' c' });
    expect(splitText(' c', ['space'])).toEqual({ head: key('space'), rest: 'c' });
    expect(splitText('\r')).toEqual({ head: key('enter'), rest: '' });
  });

  it('takes lines with text after a line end for a paste', () => {
    expect(splitText('a\rb\r')).toEqual({ head: { kind: 'paste', text: 'a\rb\r' }, rest: '' });
  });
});
