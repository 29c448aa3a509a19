import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../src/domain/text/graphemes.ts';
import { NO_CHOICES } from '../../../../src/domain/tracking/settings.ts';
import { TrackingError } from '../../../../src/domain/tracking/types.ts';
import { settingsLayout } from '../../../../src/screens/settings/settings-screen.tsx';
import { type Disk, newDisk, openFakeWorkbench } from '../../../app/fakes/fake-workbench.ts';
import { renderSettings } from '../render-settings.tsx';

const SIZES = [
  [60, 16],
  [80, 24],
  [139, 16],
  [90, 24],
  [140, 40],
] as const;

const KEY = 'k'.repeat(40);

/** The tracking pane of a desk over this disk, with the focus. */
async function openTracking(disk: Disk = newDisk(), size: { columns?: number; rows?: number } = {}) {
  const desk = openFakeWorkbench({ disk });
  const app = await renderSettings(desk, size);
  await app.press('tab', 'tab');
  return { desk, disk, app };
}

describe('tracking in Settings', () => {
  it('is reached with Tab, and says what holds at every size', async () => {
    const { app } = await openTracking();
    for (const [columns, rows] of SIZES) {
      await app.resize(columns, rows);
      const frame = app.frame();
      expect(frame).toMatch(/┏━ Tracking \(W&B\)/);
      expect(frame).toContain('Mode     offline');
      expect(frame).toContain('written here; w sends a run');
      expect(frame).toMatch(/Project {2}OpenAI-Fine-Tune +default/);
      expect(frame).toContain("Entity   the account's own");
      expect(frame).toContain('Server   https://api.wandb.ai');
      expect(frame).toContain('Key      kept in a 0600 file');
      expect(frame).toContain('Log      no: figures only');
      expect(app.lines()).toHaveLength(rows);
      for (const line of app.lines()) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      for (const line of app.lines().filter((one) => /^[┃│]/.test(one))) expect(line).toMatch(/[┃│]$/);
    }
    expect(app.frame()).not.toContain(KEY);
  });

  it('stands beside the others where there is room, and Tab goes round', async () => {
    const app = await renderSettings(openFakeWorkbench(), { columns: 140, rows: 40 });
    for (const title of ['Providers', 'Models', 'Tracking (W&B)', 'This machine']) expect(app.frame()).toContain(title);
    await app.press('shift-tab');
    expect(app.frame()).toContain('┏━ Tracking (W&B)');
    await app.press('tab');
    expect(app.frame()).toContain('┏━ Providers');
    await app.resize(80, 24);
    expect(app.frame()).toContain('Providers 1/3 (Tab)');
    expect(app.frame()).toContain('This machine');
  });

  it('names the variable that decides, and what of them makes no sense', async () => {
    const disk = newDisk();
    Object.assign(disk.tracking.env, { WANDB_PROJECT: 'from-outside', WANDB_MODE: 'sometimes' });
    const { app } = await openTracking(disk);
    expect(app.frame()).toMatch(/Project {2}from-outside +set by WANDB_PROJECT/);
    expect(app.frame()).toContain('✗ WANDB_MODE is “sometimes”; it can be online, offline or disabled.');
    await app.press('t');
    expect(app.lines().at(-3)).toContain('WANDB_MODE is “sometimes”');
    await app.press('e', 'down', 'down', 'enter');
    await app.type('other');
    expect(app.frame()).toContain('set by WANDB_PROJECT');
    expect(app.frame()).not.toContain('other');
  });

  it('keeps what is chosen, and refuses names that W&B refuses', async () => {
    const { desk, disk, app } = await openTracking();
    await app.press('enter');
    expect(app.frame()).toContain('❯ Tracker');
    await app.press('down', 'left');
    expect(app.frame()).toContain('online');
    await app.press('down', 'enter');
    await app.type('a/b\r');
    expect(app.frame()).toContain('Project: A W&B project has none of');
    await app.press('down', 'down', 'down', 'enter');
    expect(disk.tracking.kept.project).toBeNull();
    await app.press('up', 'space', 'up', 'up', 'enter', 'ctrl-u');
    await app.type('clauses\r');
    await app.press('down', 'enter');
    await app.type('team\r');
    await app.press('down', 'down', 'enter');
    expect(disk.tracking.kept).toEqual({ mode: 'online', project: 'clauses', entity: 'team', log: true });
    expect(app.frame()).toContain('Mode     online');
    expect(app.frame()).toContain('Project  clauses');
    expect(app.frame()).toContain('Entity   team');
    expect(desk.workbench.reads.version(['tracking'])).toBeGreaterThan(0);
  });

  it('takes no choice over when Esc drops the form, and leaves the mode alone where it was not chosen', async () => {
    const { disk, app } = await openTracking();
    await app.press('e', 'down', 'right', 'escape', 'escape');
    expect(disk.tracking.kept.mode).toBeNull();
    await app.press('e', 'down', 'down', 'down', 'down', 'down', 'enter');
    expect(disk.tracking.kept).toEqual({ mode: null, project: null, entity: null, log: false });
  });

  it('takes a key that nobody sees, and forgets it again', async () => {
    const disk = newDisk();
    disk.tracking.key = null;
    const { app } = await openTracking(disk);
    expect(app.frame()).toContain('Key      no key yet: a types one in');
    await app.press('t');
    expect(app.lines().at(-2)).toContain('there is no key yet');
    await app.press('a');
    await app.type('secret-of-mine');
    expect(app.frame()).toContain('••••');
    await app.press('enter');
    expect(disk.tracking.key).toBe('secret-of-mine');
    expect(app.frame()).toContain('Key      kept in a 0600 file');
    expect(app.raw()).not.toContain('secret-of-mine');
    await app.press('a', 'enter');
    expect(disk.tracking.key).toBeNull();
    expect(app.frame()).toContain('The key is forgotten.');
  });

  it.each(SIZES)('says what the test said at %dx%d, of these settings only', async (columns, rows) => {
    const { disk, app } = await openTracking(newDisk(), { columns, rows });
    const answer = Promise.withResolvers<void>();
    const { account } = disk.tracker;
    disk.tracker.account = async () => {
      await answer.promise;
      return account();
    };
    await app.press('t');
    expect(app.frame()).toContain('Asking https://api.wandb.ai…');
    answer.resolve();
    await app.waitFor("✓ The key is ada's. Runs go to");
    await app.press('tab', 'shift-tab');
    await app.resize(140, 40);
    await app.resize(columns, rows);
    expect(app.frame()).toContain("✓ The key is ada's. Runs go to");
    disk.tracker.account = async () => {
      throw new TrackingError('auth', 'W&B does not take this key.', 'Type another with a.');
    };
    await app.press('t');
    await app.waitFor('✗ W&B does not take this key.');
    await app.press('e', 'down', 'right', 'down', 'down', 'down', 'down', 'enter');
    expect(app.frame()).not.toContain('does not take this key');
  });

  it('leaves theme, folder and models their keys', async () => {
    const { desk, app } = await openTracking();
    await app.press('c');
    expect(desk.store.getState().terminal.theme).toBe('dark');
    await app.press('y');
    expect(desk.copied).toEqual(['/data']);
  });
});

describe('settingsLayout', () => {
  const shapes = [60, 80, 90, 119, 120, 200].flatMap((columns) =>
    Array.from({ length: 51 }, (_, index) => ({ columns, rows: index + 10 })),
  );

  it('gives every row to somebody, and tracking room for its answer', () => {
    for (const shape of shapes) {
      for (const tracking of [true, false]) {
        const layout = settingsLayout(shape, tracking);
        expect(layout.upper + layout.lower).toBe(shape.rows);
        expect(layout.upper).toBeGreaterThanOrEqual(8);
      }
      const { grid, upper, lower } = settingsLayout(shape, true);
      expect(grid ? lower : upper).toBeGreaterThanOrEqual(Math.min(11, shape.rows));
    }
  });
});

describe('MLflow in Settings', () => {
  it('is chosen, asked for its own parts, and shown with them', async () => {
    const { disk, app } = await openTracking();
    await app.press('e', 'right');
    expect(app.frame()).toContain('MLflow');
    expect(app.frame()).toContain('Experiment');
    await app.press('down', 'down', 'enter');
    await app.type('clauses/nda\r');
    await app.press('down', 'enter');
    await app.type('mlflow.example\r');
    expect(app.frame()).toContain('A tracking server has an http(s) address');
    await app.press('down', 'down', 'enter');
    expect(disk.tracking.kept.tracker).toBeUndefined();
    await app.press('up', 'up', 'enter', 'ctrl-u');
    await app.type('http://127.0.0.1:5001\r');
    await app.press('down', 'down', 'enter');
    expect(disk.tracking.kept).toEqual({
      ...NO_CHOICES,
      tracker: 'mlflow',
      experiment: 'clauses/nda',
      server: 'http://127.0.0.1:5001',
    });
    expect(app.frame()).toContain('Tracking (MLflow)');
    expect(app.frame()).toContain('Experiment  clauses/nda');
    expect(app.frame()).toContain('Server      http://127.0.0.1:5001');
    await app.press('a');
    expect(app.frame()).toContain('Key for MLflow');
    expect(app.frame()).toContain('name:password');
  });

  it('yields to the environment', async () => {
    const disk = newDisk();
    Object.assign(disk.tracking.env, { LUTHIER_TRACKER: 'mlflow', MLFLOW_TRACKING_URI: 'sqlite:///runs.db' });
    const { app } = await openTracking(disk);
    expect(app.frame()).toContain('✗ MLFLOW_TRACKING_URI: A tracking server has an http(s) address');
    await app.press('e');
    expect(app.frame()).toContain('set by LUTHIER_TRACKER');
  });
});
