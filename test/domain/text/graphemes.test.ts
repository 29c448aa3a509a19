import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, graphemesOf, padToWidth, truncateToWidth } from '../../../src/domain/text/graphemes.ts';
import { sanitizeLine } from '../../../src/domain/text/sanitize.ts';

const line = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('漢', '👩‍👩‍👧‍👦', 'é', 'e\u0301', '🇩🇪', '한', '❤️')))
  .map((parts) => sanitizeLine(parts.join('')));

describe('graphemes', () => {
  it('counts what a person counts', () => {
    expect(graphemesOf('e\u0301👩‍👩‍👧‍👦x')).toEqual(['e\u0301', '👩‍👩‍👧‍👦', 'x']);
    expect(graphemesOf('')).toEqual([]);
    expect(displayWidth('漢字')).toBe(4);
  });

  it('joins back to the text', () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(graphemesOf(text).join('')).toBe(text);
      }),
    );
  });

  it('truncates to at most the width, and only what is too long', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 0, max: 40 }), (text, width) => {
        const cut = truncateToWidth(text, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (displayWidth(text) <= width && width > 0) expect(cut).toBe(text);
      }),
    );
  });

  it('pads to exactly the width', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 0, max: 40 }), fc.constantFrom('left', 'right'), (text, width, align) => {
        expect(displayWidth(padToWidth(text, width, align))).toBe(width);
      }),
    );
  });

  it('never splits a wide character in two', () => {
    expect(truncateToWidth('漢字漢字', 5)).toBe('漢字…');
    expect(truncateToWidth('漢字漢字', 4)).toBe('漢…');
    expect(truncateToWidth('hello', 4, '...')).toBe('h...');
    expect(truncateToWidth('hello', 2, '...')).toBe('he');
    expect(padToWidth('ab', 4, 'right')).toBe('  ab');
    expect(truncateToWidth('hello', 4, '')).toBe('hell');
  });

  it('never parts a sign from what is written over it, though all before are ASCII', () => {
    expect(truncateToWidth('cafe\u0301 noir', 4, '')).toBe('cafe\u0301');
    expect(truncateToWidth('cafe\u0301 noir', 3, '')).toBe('caf');
    expect(truncateToWidth('cafe\u0301 noir', 5)).toBe('cafe\u0301…');
  });
});
