import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from './pty.ts';

const running: App[] = [];
const start = async (script: string): Promise<App> => {
  const app = await startApp({ command: process.execPath, args: ['-e', script], columns: 70, rows: 20 });
  running.push(app);
  return app;
};

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

describe('startApp', () => {
  it('gives a program a terminal of its own, with size, keys and resize', async () => {
    const app = await start(`
      process.stdin.setRawMode(true);
      const size = () => console.log('size ' + process.stdout.columns + 'x' + process.stdout.rows);
      process.stdout.on('resize', size);
      size();
      process.stdin.on('data', (data) => console.log('got ' + JSON.stringify(String(data))));
    `);
    await app.waitFor('size 70x20');
    app.press('ctrl-o');
    await app.waitFor('got "\\u000f"');
    app.type('héllo');
    await app.waitFor('got "héllo"');
    app.paste('two\nlines');
    await app.waitFor(/200~two\\rlines/);
    app.resize(100, 30);
    await app.waitFor('size 100x30');
    expect(app.raw()).toContain('size 70x20');
  });

  it('clears CI and keys, and brings a data folder that goes away with it', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-never-shown');
    vi.stubEnv('CI', 'true');
    const app = await start(
      `console.log(JSON.stringify([process.env.CI, process.env.OPENAI_API_KEY, process.env.TERM, !!process.env.LUTHIER_HOME]))`,
    );
    await app.waitFor('[null,null,"xterm-256color",true]');
    expect(existsSync(app.home)).toBe(true);
    expect((await app.exited).exitCode).toBe(0);
    await app.close();
    expect(existsSync(app.home)).toBe(false);
  });

  it('shows the screen when what was waited for never came', async () => {
    const app = await start(`console.log('only this'); setInterval(() => {}, 1000)`);
    await app.waitFor('only this');
    await expect(app.waitFor('something else', 50)).rejects.toThrow(/only this/);
    app.kill('SIGKILL');
    expect((await app.exited).signal).toBe(9);
  });
});
