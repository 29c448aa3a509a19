import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisLabel, plot } from '../../../src/components/charts/plot.ts';

const line = (ys: readonly number[]) => ys.map((y, x) => ({ x, y }));
const inked = (request: Parameters<typeof plot>[0]) =>
  plot(request)?.rows.map((row) => row.cells.map((cell) => cell.text).join('')) ?? [];

describe('plot', () => {
  it('draws a falling line from the top left to the bottom right', () => {
    const rows = inked({ series: [line([3, 2, 1])], width: 20, height: 8, log: false, signs: ['*'] });
    expect(rows[0]?.trimEnd()).toMatch(/^\*/);
    expect(rows.at(-1)).toMatch(/\*$/);
    expect(rows.at(-1)).toMatch(/^ /);
  });

  it('labels the ends of the axes with the extremes', () => {
    const drawn = plot({ series: [line([4, 0.5])], width: 30, height: 7, log: false, signs: null });
    expect(drawn?.rows[0]?.label.trim()).toBe('4.00');
    expect(drawn?.rows.at(-1)?.label.trim()).toBe('0.50');
    expect(drawn?.xLabels).toEqual({ left: '0', right: '1' });
  });

  it('cuts off a spike of the first steps where it may, and says so; the rest fills the height', () => {
    const spike = [line([50, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1])];
    const request = { series: spike, width: 30, height: 7, log: false, signs: null };
    expect(plot(request)).toMatchObject({ clipped: false });
    const clipped = plot({ ...request, clip: true });
    expect(clipped?.clipped).toBe(true);
    expect(clipped?.rows[0]?.label.trim()).toBe('2.00');
    const even = plot({ ...request, series: [line([3, 2, 2, 1])], clip: true });
    expect(even).toMatchObject({ clipped: false });
    expect([clipped?.columnOf(0), clipped?.columnOf(11)]).toEqual([0, 23]);
  });

  it('labels the least value without the noise of a difference', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1, noNaN: true }), fc.integer({ min: 4, max: 30 }), (most, height) => {
        const drawn = plot({ series: [line([most, 0])], width: 30, height, log: false, signs: null });
        expect(drawn?.rows.at(-1)?.label.trim()).toBe('0.00');
      }),
    );
  });

  it('puts the geometric middle in the middle of a log scale', () => {
    const drawn = plot({ series: [line([100, 1])], width: 30, height: 7, log: true, signs: null });
    expect(drawn?.rows[2]?.label.trim()).toBe('10.0');
  });

  it('draws one point, and a flat line in the middle', () => {
    expect(inked({ series: [line([2])], width: 20, height: 7, log: false, signs: ['*'] }).join('')).toContain('*');
    const flat = inked({ series: [line([2, 2, 2])], width: 20, height: 7, log: false, signs: ['*'] });
    expect(flat.map((row) => row.includes('*'))).toEqual([false, false, true, false, false]);
  });

  it('has nothing to draw without a finite point', () => {
    expect(plot({ series: [[]], width: 20, height: 7, log: false, signs: null })).toBeNull();
    expect(plot({ series: [line([Number.NaN])], width: 20, height: 7, log: false, signs: null })).toBeNull();
    expect(plot({ series: [line([0, -1])], width: 20, height: 7, log: true, signs: null })).toBeNull();
  });

  it('never leaves its width and height, whatever the numbers', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 5000 }), y: fc.double() });
    fc.assert(
      fc.property(
        fc.array(fc.array(point, { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 0, max: 20 }),
        fc.boolean(),
        (series, width, height, log) => {
          const drawn = plot({ series, width, height, log, signs: null });
          if (drawn === null) return;
          expect(drawn.rows.length).toBe(height - 2);
          for (const row of drawn.rows) expect(row.label.length + 2 + row.cells.length).toBe(width);
        },
      ),
    );
  });
});

describe('axisLabel', () => {
  it.each([
    [0, '0.00'],
    [0.81, '0.81'],
    [42.34, '42.3'],
    [812, '812'],
    [0.00001, '1.0e-5'],
    [12345678, '1.2e+7'],
  ])('writes %d as %s', (value, text) => {
    expect(axisLabel(value)).toBe(text);
  });
});
