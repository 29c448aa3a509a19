import { describe, expect, it } from 'vitest';
import { safeMiddle } from '../../../src/components/text/line.tsx';
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

  it('lets no control sequence through', () => {
    expect(safeMiddle('a\x1b[2Jb\nc', 20)).toBe('ab c');
    expect(safeMiddle(`a\x1b]0;title\x07${'b'.repeat(40)}`, 5)).toBe('ab…bb');
  });
});
