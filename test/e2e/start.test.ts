import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../harness/pty.ts';
import { newHome, openApp, quit, see } from './support/luthier.ts';

describe('the first moment', () => {
  it('stands whole where a prompt left the cursor, and takes the terminal back as it was', async () => {
    const script = `printf 'a prompt that ends here> '; "$0" "$1"; printf 'back'; read -r line; echo "heard $line"`;
    const args = ['-c', script, process.execPath, join(repository, 'bin/luthier.js')];
    const app = await openApp({ command: '/bin/bash', args });
    await see(app, /Next: generate the dataset \(Enter\)/);
    expect(app.lines()[0]).toMatch(/^ luthier D&D characters › Home/);
    app.press('q');
    await app.waitFor(/^back/m);
    app.type('echo is on again\r');
    await app.waitFor('heard echo is on again');
    expect(app.frame().match(/echo is on again/g)).toHaveLength(2);
  });

  it('acts on a key pressed before there was a frame, and keeps the frame whole', async () => {
    const app = await openApp();
    app.press('3');
    await see(app, 'D&D characters › Generate');
    await see(app, '16 to generate');
    await quit(app);
  });

  it('finds an action by a few of its letters', async () => {
    const app = await openApp();
    await see(app, '› Home');
    app.press(':');
    await see(app, 'Commands');
    app.type('nxt thm');
    await see(app, /❯ Settings: Next theme/);
    app.press('escape');
    await quit(app);
  });

  it('goes on where one left off', async () => {
    const home = newHome();
    const first = await openApp({ home });
    await see(first, '› Home');
    first.press('8');
    await see(first, '› Settings');
    await quit(first);
    const second = await openApp({ home });
    await see(second, '› Settings');
    await quit(second);
  });
});
