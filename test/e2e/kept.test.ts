import { describe, expect, it } from 'vitest';
import { newHome, openApp, quit, see } from './support/luthier.ts';
import { seedHome, seedRows } from './support/seed.ts';

describe('where one was', () => {
  it('is found again after another screen and after the program ends: rows, and a message that was not sent', async () => {
    const home = newHome();
    await seedHome(home, {});
    seedRows(home, { count: 12, write: (cell, nth) => `A ${cell.race}, number ${nth}.` });
    const first = await openApp({ home });
    await see(first, '› Home');
    first.press('4');
    await see(first, 'Row 1 of 12');
    first.press('/');
    first.type('number 1\r');
    await see(first, 'Row 1 of 3');
    first.press('S', 'j');
    await see(first, 'Row 2 of 3');
    first.press('1');
    await see(first, '› Home');
    first.press('4');
    await see(first, 'Row 2 of 3');
    first.press('6');
    await see(first, '› Chat');
    first.press('i');
    first.type('half a thought');
    await see(first, 'half a thought');
    first.press('escape');
    await quit(first);

    const second = await openApp({ home });
    await see(second, '› Chat');
    await see(second, 'half a thought');
    second.press('4');
    const frame = await see(second, 'Row 2 of 3');
    expect(frame).toContain('filter: "number 1"');
    expect(frame).toContain('by created ↓');
    await quit(second);
  });
});
