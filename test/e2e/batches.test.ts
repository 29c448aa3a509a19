import { describe, expect, it } from 'vitest';
import { newHome, openApp, quit, see, seeOver } from './support/luthier.ts';
import { seedHome } from './support/seed.ts';

describe('requests by the file, by keys at 80x24', () => {
  it('are planned, sent and watched; a window that is killed leaves them to the next', async () => {
    // So many that the engine has not answered them all before the window is killed.
    const home = newHome();
    await seedHome(home, { example: 'dnd-1296' });
    const first = await openApp({ home, columns: 80, rows: 24 });
    first.press('3');
    await see(first, /❯ Teacher model/);
    for (let row = 0; row < 5; row += 1) first.press('down');
    await see(first, /❯ Requests +○ one by one, now/);
    first.press('space');
    await see(first, /❯ Requests +◉ in batches, within a day/);
    await see(first, '1,296 to generate: 1 batch, at half the price, within 24 h');
    first.press('s');
    await seeOver(first, 'Generate with practice-writer?');
    first.press('enter');
    await see(first, /batch(?:es)? go on without Luthier/);
    first.kill('SIGKILL');
    await first.exited;

    const second = await openApp({ home, columns: 80, rows: 24 });
    second.press('4');
    await see(second, 'Row 1 of 1,296', 60_000);
    second.press('3');
    await see(second, '0 new, 1,296 there');
    await quit(second);
    expect(second.frame()).not.toContain('✗');
  });
});
