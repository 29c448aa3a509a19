import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectStore, SettingsStore } from '../../../src/app/runtime/ports.ts';
import { priceOf } from '../../../src/domain/pricing/prices.ts';
import { TERMINAL_CHOICES } from '../../../src/domain/project/settings.ts';
import { CALL_LIMITS } from '../../../src/domain/provider/call-limits.ts';
import { savedCallLimits } from '../../../src/services/store/call-limits.ts';
import { openSettings } from '../../../src/services/store/settings.ts';
import { NOON, PRICES, PROFILES, sampleProject, temporaryHome } from './sample.ts';

async function open(home: string): Promise<{ settings: SettingsStore; projects: ProjectStore }> {
  return openSettings({ home, profiles: PROFILES, prices: PRICES, now: () => NOON });
}

const mode = (path: string) => statSync(path).mode & 0o777;

describe('settings', () => {
  it('starts with what ships, and writes nothing by looking', async () => {
    const home = temporaryHome();
    const { settings, projects } = await open(home);
    expect(settings.profiles()).toEqual(PROFILES);
    expect(settings.terminal().theme).toBe('auto');
    expect(projects.list()).toEqual([]);
    expect(projects.current()).toBeNull();
    expect(settings.recovered()).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('keeps choices across a restart, in files of the owner alone', async () => {
    const home = join(temporaryHome(), 'new', 'home');
    const first = await open(home);
    first.settings.saveTerminal({ theme: 'mono', mouse: true, notifications: false, animations: false });
    first.settings.saveProfiles([
      ...PROFILES,
      {
        id: 'lab',
        name: 'Lab',
        kind: 'compatible',
        baseUrl: 'http://lab/v1',
        jobDialect: 'hyperparameters',
        apiVersion: null,
      },
    ]);
    first.projects.save(sampleProject('a'));
    first.projects.setCurrent('a');

    const again = await open(home);
    expect(again.settings.terminal()).toEqual({
      theme: 'mono',
      mouse: true,
      notifications: false,
      animations: false,
    });
    expect(again.settings.profiles().map((profile) => profile.id)).toEqual(['embedded', 'openai', 'lab']);
    expect(again.projects.list()).toEqual([sampleProject('a')]);
    expect(again.projects.current()).toBe('a');
    expect(mode(home)).toBe(0o700);
    expect(mode(join(home, 'projects'))).toBe(0o700);
    expect(mode(join(home, 'settings.json'))).toBe(0o600);
    expect(mode(join(home, 'projects', 'a.json'))).toBe(0o600);
  });

  it('takes rights of others away from a file it finds open', async () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'settings.json'), '{"theme":"light"}');
    chmodSync(join(home, 'settings.json'), 0o644);
    const { settings } = await open(home);
    expect(settings.terminal().theme).toBe('light');
    expect(mode(join(home, 'settings.json'))).toBe(0o600);
  });

  it('sets a file that is no JSON aside, says so once, and goes on', async () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'settings.json'), '{"theme": "li');
    const { settings } = await open(home);
    expect(settings.terminal().theme).toBe('auto');
    const [line, ...more] = settings.recovered();
    expect(more).toEqual([]);
    expect(line).toContain('settings.json.corrupt-20261121T120000000Z');
    expect(settings.recovered()).toEqual([]);
    expect(readFileSync(join(home, 'settings.json.corrupt-20261121T120000000Z'), 'utf8')).toBe('{"theme": "li');
    settings.saveTerminal({ ...TERMINAL_CHOICES, theme: 'light' });
    expect((await open(home)).settings.terminal().theme).toBe('light');
  });

  it('sets a file aside that is not UTF-8, and never shows other letters for its own', async () => {
    const home = temporaryHome();
    writeFileSync(join(home, 'settings.json'), Buffer.from('{"theme": "light", "x": "caf\xe9"}', 'latin1'));
    const { settings } = await open(home);
    expect(settings.terminal().theme).toBe('auto');
    expect(settings.recovered()[0]).toContain('is not UTF-8');
  });

  it('never overwrites a file that went bad while the app was open', async () => {
    const home = temporaryHome();
    const { settings } = await open(home);
    settings.saveTerminal({ ...TERMINAL_CHOICES, theme: 'light' });
    writeFileSync(join(home, 'settings.json'), 'half a file');
    settings.saveTerminal({ ...TERMINAL_CHOICES, theme: 'mono' });
    expect(readFileSync(join(home, 'settings.json.corrupt-20261121T120000000Z'), 'utf8')).toBe('half a file');
    expect(settings.terminal().theme).toBe('mono');
  });

  it('keeps the sound parts of a file with one bad part, and what a newer version wrote', async () => {
    const home = temporaryHome();
    const text = JSON.stringify({
      theme: 'pink',
      current: 'a',
      later: { x: 1 },
      profiles: [{ ...PROFILES[1], name: 'Mine' }, { id: 7 }],
    });
    writeFileSync(join(home, 'settings.json'), text);
    const { settings, projects } = await open(home);
    expect(settings.terminal().theme).toBe('auto');
    expect(projects.current()).toBe('a');
    expect(settings.profiles().map((profile) => profile.name)).toEqual(['Practice engine', 'Mine']);
    expect(settings.recovered()[0]).toContain('not right at');
    settings.saveTerminal({ ...TERMINAL_CHOICES, theme: 'light' });
    expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')).later).toEqual({ x: 1 });
  });

  it('sets two bad files of the same moment aside under two names', async () => {
    const home = temporaryHome();
    const { settings } = await open(home);
    for (const text of ['one', 'two']) {
      writeFileSync(join(home, 'settings.json'), text);
      settings.terminal().theme;
    }
    const kept = readdirSync(home).map((name) => readFileSync(join(home, name), 'utf8'));
    expect(kept.toSorted()).toEqual(['one', 'two']);
  });

  it("puts a person's prices over the shipped ones, and sets a bad table aside", async () => {
    const home = temporaryHome();
    const { settings } = await open(home);
    expect(settings.prices()).toEqual(PRICES);
    expect(settings.prices('openai')).toEqual(PRICES);
    expect(priceOf('Qwen/Qwen3-0.6B', settings.prices('embedded'))?.train).toBe(0);
    writeFileSync(join(home, 'prices.json'), '{"date":"2026-12","models":{"mine":{"input":1}}}');
    expect(settings.prices()).toMatchObject({ date: '2026-12', overridden: true, models: { mine: { input: 1 } } });
    writeFileSync(join(home, 'prices.json'), '{"date":"soon","models":{}}');
    expect(settings.prices()).toEqual(PRICES);
    expect(settings.recovered()[0]).toContain('prices.json.corrupt-');
  });
});

describe('projects', () => {
  it('lists newest first, renames, removes', async () => {
    const { projects } = await open(temporaryHome());
    projects.save(sampleProject('old', { updatedAt: 1 }));
    projects.save(sampleProject('new', { updatedAt: 2 }));
    projects.save(sampleProject('old', { updatedAt: 3, name: 'Renamed' }));
    expect(projects.list().map((project) => project.name)).toEqual(['Renamed', 'Project new']);
    projects.remove('old');
    projects.remove('never-there');
    expect(projects.list().map((project) => project.id)).toEqual(['new']);
  });

  it('loses no other project to a bad one', async () => {
    const home = temporaryHome();
    const { projects, settings } = await open(home);
    for (const id of ['a', 'b', 'c']) projects.save(sampleProject(id));
    writeFileSync(join(home, 'projects', 'b.json'), JSON.stringify({ ...sampleProject('b'), template: 'gone' }));
    expect(
      projects
        .list()
        .map((project) => project.id)
        .toSorted(),
    ).toEqual(['a', 'c']);
    expect(settings.recovered()[0]).toMatch(/b\.json is not right at template/);
    expect(readdirSync(join(home, 'projects'))).toContain('b.json.corrupt-20261121T120000000Z');
  });

  it('keeps in use what is sound of a project with one bad part, and the whole of it aside', async () => {
    const home = temporaryHome();
    const { projects, settings } = await open(home);
    const plan = { ...sampleProject('a').plan, maxTokens: 'many', temperature: 0.3 };
    projects.save(sampleProject('a'));
    writeFileSync(join(home, 'projects', 'a.json'), JSON.stringify({ ...sampleProject('a'), plan }));
    const [kept] = projects.list();
    expect(kept?.template).toEqual(sampleProject('a').template);
    expect(kept?.plan.temperature).toBe(0.3);
    expect(kept?.plan.maxTokens).toEqual(expect.any(Number));
    expect(settings.recovered()).toEqual([
      expect.stringMatching(/a\.json is not right at plan\.maxTokens.*kept in use/),
    ]);
    expect(projects.list()).toEqual([kept]);
    expect(settings.recovered()).toEqual([]);
    const aside = readFileSync(join(home, 'projects', 'a.json.corrupt-20261121T120000000Z'), 'utf8');
    expect(JSON.parse(aside).plan.maxTokens).toBe('many');
  });

  it('keeps what two apps save at once, the last save of each project winning', async () => {
    const home = temporaryHome();
    const [one, two] = [await open(home), await open(home)];
    one.projects.save(sampleProject('shared', { name: 'first' }));
    two.projects.save(sampleProject('shared', { name: 'second' }));
    one.projects.save(sampleProject('ones'));
    two.projects.save(sampleProject('twos'));
    one.settings.saveTerminal({ ...TERMINAL_CHOICES, theme: 'light' });
    two.projects.setCurrent('twos');
    for (const app of [one, two]) {
      const names = app.projects.list().map((project) => project.name);
      expect(names.toSorted()).toEqual(['Project ones', 'Project twos', 'second']);
      expect(app.settings.terminal().theme).toBe('light');
      expect(app.projects.current()).toBe('twos');
    }
  });

  it('takes a copied file for a project of its own', async () => {
    const home = temporaryHome();
    const { projects } = await open(home);
    projects.save(sampleProject('a'));
    writeFileSync(join(home, 'projects', 'backup.json'), readFileSync(join(home, 'projects', 'a.json')));
    expect(
      projects
        .list()
        .map((project) => project.id)
        .toSorted(),
    ).toEqual(['a', 'backup']);
  });

  it('refuses an id that is no file name', async () => {
    const { projects } = await open(temporaryHome());
    for (const id of ['../settings', '', '.hidden', 'a/b', 'a\\b'])
      expect(() => projects.save(sampleProject(id))).toThrow(/project id/);
  });
});

it('limits of calls are kept, and are the usual ones until they are', async () => {
  const home = temporaryHome();
  const options = { home, profiles: PROFILES, prices: PRICES };
  const { limits } = openSettings(options);
  expect(limits.read()).toEqual(CALL_LIMITS);
  const patient = { firstMs: 90_000, betweenMs: 91_000, wholeMs: 920_000 };
  limits.save(patient);
  expect(limits.read()).toEqual(patient);
  expect(openSettings(options).limits.read()).toEqual(patient);
  expect(savedCallLimits(home)).toEqual(patient);
});
