import { describe, expect, it } from 'vitest';
import { SCREEN_ORDER, SCREEN_TITLES } from '../../../src/keys/bindings/global.ts';
import { type FakeWorkbench, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import type { Rendered } from '../../harness/render.tsx';
import { renderRoot } from './render-root.tsx';

const FRAME_START = '\u001b[G';

/** The newest frame as it was written, what a terminal has no room for included. */
function linesOf(app: Rendered): readonly string[] {
  const raw = app.raw();
  const frame = raw.slice(raw.lastIndexOf(FRAME_START) + FRAME_START.length);
  // biome-ignore format: one pattern
  return frame.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').split('\n');
}

async function openRead(columns: number, rows: number): Promise<{ app: Rendered; fake: FakeWorkbench }> {
  const fake = openFakeWorkbench();
  const app = await renderRoot(fake, { screenReader: true, columns, rows });
  await app.press('3', 's', 'y');
  await fake.clock.advance(1_000);
  await app.waitFor('16 / 16');
  return { app, fake };
}

describe('for a screen reader', () => {
  it.each([
    [80, 24],
    [140, 40],
  ])('every screen is linear, within %i x %i, and says what is selected', async (columns, rows) => {
    const { app } = await openRead(columns, rows);
    for (const [index, screen] of SCREEN_ORDER.entries()) {
      await app.press(String(index + 1));
      const lines = linesOf(app);
      expect(lines[0], screen).toContain(SCREEN_TITLES[screen]);
      expect(lines.length, `${screen}\n${lines.join('\n')}`).toBeLessThanOrEqual(rows);
      expect(lines.join('\n'), screen).not.toMatch(/[─━│┃╭╮┏┓]/);
    }
    await app.press('4');
    expect(linesOf(app).filter((line) => line.startsWith('(selected) '))).toHaveLength(1);
    await app.press('space', 'down');
    expect(linesOf(app).filter((line) => line.startsWith('(checked) '))).toHaveLength(1);
  });

  it.each(['?', ':', 'ctrl-o'])('%s is read last and whole', async (key) => {
    const { app } = await openRead(80, 24);
    await app.press('8', key);
    const lines = linesOf(app);
    const titles = { '?': 'Keys: Settings', ':': 'Commands', 'ctrl-o': 'Operations' };
    const start = lines.lastIndexOf(titles[key as keyof typeof titles]);
    expect(start, lines.join('\n')).toBeGreaterThan(0);
    expect(lines.length - start, lines.join('\n')).toBeLessThanOrEqual(24);
    await app.press('escape');
    expect(linesOf(app)).not.toContain(titles[key as keyof typeof titles]);
  });

  it('nothing ticks while a call is waited for', async () => {
    const { app, fake } = await openRead(120, 24);
    fake.disk.showWaiting({ place: 'api.x.com', ms: 6_000 });
    await app.waitFor('waiting for api.x.com');
    const before = app.raw();
    fake.disk.showWaiting({ place: 'api.x.com', ms: 7_000 });
    await app.settled();
    expect(
      app
        .raw()
        .slice(before.length)
        .replaceAll(/\u001b\[\?2026[hl]/g, ''),
    ).toBe('');
  });
});
