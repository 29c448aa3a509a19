import { describe, expect, it } from 'vitest';
import { safeMiddle, safeNames } from '../../../src/components/text/line.tsx';
import { displayWidth } from '../../../src/domain/text/graphemes.ts';

const LINK = 'https://wandb.ai/team/proj/runs/ftjob-abc123';

describe('safeMiddle', () => {
  it('leaves what fits as it is, and of the rest keeps both ends', () => {
    expect(safeMiddle(LINK, LINK.length)).toBe(LINK);
    expect(safeMiddle(LINK, 21)).toBe('https://wa…job-abc123');
    expect(safeMiddle(LINK, 20)).toBe('https://wa…ob-abc123');
  });

  it.each([0, 1, 2, 3, 5, 8, 13])('never takes more than %d columns, wide characters included', (width) => {
    for (const text of [LINK, '日本語のとても長いフォルダー', '👩‍👩‍👧‍👦 a family and its folder']) {
      expect(displayWidth(safeMiddle(text, width))).toBeLessThanOrEqual(width);
    }
  });

  it('keeps the true end of a huge text, of which it reads no more than its two ends', () => {
    const huge = `begins${'x'.repeat(3_000_000)}ends`;
    const started = performance.now();
    for (let round = 0; round < 100; round += 1) expect(safeMiddle(huge, 13)).toBe('begins…xxends');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('lets no control sequence through', () => {
    expect(safeMiddle('a\x1b[2Jb\nc', 20)).toBe('ab c');
    expect(safeMiddle(`a\x1b]0;title\x07${'b'.repeat(40)}`, 5)).toBe('ab…bb');
  });
});

describe('safeNames', () => {
  const names = ['practice-small (baseline)', 'ft:practice-small:luthier:d-d-characters:KgdsNqmy'];

  it('leaves the names as they are where there is room for all', () => {
    expect(safeNames(names, 76)).toBe(names.join(', '));
  });

  it('takes from the longest first, from its middle', () => {
    expect(safeNames(names, 60)).toBe('practice-small (baseline), ft:practice-smal…racters:KgdsNqmy');
    expect(safeNames(names, 40)).toBe('practice-…baseline), ft:practi…:KgdsNqmy');
  });

  it('keeps both ends where there is no room for every name', () => {
    const many = Array.from({ length: 12 }, (_, n) => `model-number-${n}`);
    expect(safeNames(many, 30)).toBe('model-number-0,…odel-number-11');
    for (const width of [0, 1, 9, 30, 200]) expect(displayWidth(safeNames(many, width))).toBeLessThanOrEqual(width);
  });
});
