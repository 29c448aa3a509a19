import { describe, expect, test } from 'vitest';
import type { ModelInfo, ProviderProfile } from '../../../src/domain/provider/provider.ts';
import { newDisk, openFakeWorkbench } from '../fakes/fake-workbench.ts';
import { fakeProvider } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const settings = { models: ['practice-small', 'tuned'], system: 'Be brief.', sampling: { temperature: 0 } };
const modelOf = (id: string): ModelInfo => ({ id, ownedBy: 'x', shutdownDate: null, tuned: false });

describe('chat', () => {
  test('a turn grows, is kept across restarts, and is remembered with its settings', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk });
    let heard = 0;
    app.workbench.reads.subscribe(['conversation'], () => {
      heard += 1;
    });
    app.workbench.chat.send('Hello', settings);
    await app.clock.advance(50);
    expect(app.workbench.chat.turns()[0]?.replies[0]).toMatchObject({ status: 'streaming' });
    await app.clock.advance(1_000);
    expect(heard).toBeGreaterThan(1);
    expect(app.workbench.chat.turns()).toMatchObject([
      { user: 'Hello', replies: [{ status: 'done', text: 'On Hello' }, { model: 'tuned' }] },
    ]);
    await app.close();
    const again = openFakeWorkbench({ disk });
    expect(again.workbench.chat.turns()).toEqual(app.workbench.chat.turns());
    expect(again.store.getState().project.chat).toEqual(settings);
  });

  test('an answer that was coming when the app was killed is shown as stopped', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk });
    app.workbench.chat.send('Hello', settings);
    const projectId = app.store.getState().project.id;
    await app.clock.advance(50);
    const [turn] = app.workbench.chat.turns();
    if (turn !== undefined) disk.transcripts.save(projectId, turn);
    const [seen] = openFakeWorkbench({ disk }).workbench.chat.turns();
    expect(seen?.replies.map((reply) => reply.status)).toEqual(['stopped', 'stopped']);
  });

  test('rewind drops the turn and what comes of it later, and to the first turn starts over', async () => {
    const app = openFakeWorkbench();
    app.workbench.chat.send('First', settings);
    await app.clock.advance(1_000);
    app.workbench.chat.send('Second', settings);
    await app.clock.advance(10);
    const second = app.workbench.chat.turns()[1]?.id ?? '';
    expect(app.workbench.chat.rewind(second)).toBe('Second');
    await app.clock.advance(1_000);
    expect(app.workbench.chat.turns().map((turn) => turn.user)).toEqual(['First']);
    expect(app.workbench.chat.rewind('nobody')).toBeNull();
    app.workbench.chat.rewind(app.workbench.chat.turns()[0]?.id ?? '');
    expect(app.workbench.chat.turns()).toEqual([]);
    expect(app.disk.transcripts.turns(app.store.getState().project.id)).toEqual([]);
  });

  test('what was sent alone is kept as a row without what was said before', async () => {
    const app = openFakeWorkbench();
    app.workbench.chat.send('First', settings);
    await app.clock.advance(1_000);
    app.workbench.chat.send('Second', { ...settings, alone: true });
    await app.clock.advance(1_000);
    const turn = app.workbench.chat.turns()[1];
    expect(turn).toMatchObject({ user: 'Second', alone: true });
    expect(app.workbench.chat.keep(turn?.id ?? '', 'tuned')).toMatchObject({ ok: true });
    const [id = ''] = app.workbench.rows.ids({});
    expect(app.workbench.rows.get(id)?.prompt?.map((message) => message.content)).toEqual(['Be brief.', 'Second']);
  });

  test('an exchange becomes an unrated row once, with all that was said before', async () => {
    const app = openFakeWorkbench();
    app.workbench.chat.send('First', settings);
    await app.clock.advance(1_000);
    app.workbench.chat.send('Second', settings);
    await app.clock.advance(1_000);
    const turn = app.workbench.chat.turns()[1]?.id ?? '';
    expect(app.workbench.chat.keep(turn, 'tuned')).toMatchObject({ ok: true });
    expect(app.workbench.chat.keep(turn, 'tuned')).toMatchObject({
      ok: true,
      value: expect.stringMatching(/already/),
    });
    expect(app.workbench.chat.keep(turn, 'nobody')).toMatchObject({ ok: false });
    const [id = ''] = app.workbench.rows.ids({});
    const row = app.workbench.rows.get(id);
    expect(row).toMatchObject({ source: 'chat', rating: 'unrated', completion: 'On Second', model: 'tuned' });
    expect(row?.prompt?.map((message) => message.content)).toEqual(['Be brief.', 'First', 'On First', 'Second']);
    expect(await app.workbench.chat.exportTranscript({ path: '/t.md', replace: false })).toMatchObject({ ok: true });
    expect(app.disk.documents.files.get('/t.md')).toMatch(/On Second/);
    app.workbench.settings.setKey('embedded', 'On Second');
    const masked = await app.workbench.chat.exportTranscript({ path: '/t.md', replace: true });
    expect(masked).toMatchObject({
      ok: true,
      value: expect.stringMatching(/keys? in use stood in it and (?:is|are) masked/),
    });
    expect(app.disk.documents.files.get('/t.md')).not.toMatch(/On Second/);
  });
});

describe('an answer that finds no room on the disk', () => {
  const problemOf = (app: ReturnType<typeof openFakeWorkbench>) => {
    const { notice } = app.store.getState();
    return notice?.kind === 'problem' ? notice.problem : null;
  };

  test('is kept elsewhere and counted, and stored with the next message, in its place', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk });
    app.workbench.chat.send('First', settings);
    await app.clock.advance(10);
    disk.transcripts.fault = new Error('disk full');
    await app.clock.advance(1_000);
    expect(problemOf(app)).toEqual({
      what: 'disk full',
      saved:
        '2 answers that were paid found no room and are in /elsewhere/chat.jsonl: the next message or start takes them back.',
      next: 'Make room on the disk, then send again.',
    });
    expect(app.workbench.chat.turns()).toMatchObject([{ user: 'First', replies: [{ text: 'On First' }, {}] }]);
    disk.transcripts.fault = null;
    app.workbench.chat.send('Second', settings);
    expect(app.store.getState().notice).toMatchObject({
      kind: 'note',
      text: '2 answers of before, kept elsewhere, found room now.',
    });
    await app.clock.advance(1_000);
    expect(disk.turnSpill.kept).toEqual([]);
    const stored = disk.transcripts.turns(app.store.getState().project.id);
    expect(stored.map(({ user }) => user)).toEqual(['First', 'Second']);
    expect(stored[0]?.replies[0]).toMatchObject({ status: 'done', text: 'On First' });
  });

  test('is in the conversation of the next start', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk });
    app.workbench.chat.send('First', settings);
    await app.clock.advance(10);
    disk.transcripts.fault = new Error('disk full');
    await app.clock.advance(1_000);
    const again = openFakeWorkbench({ disk });
    again.resume();
    expect(problemOf(again)?.what).toBe('disk full');
    expect(disk.turnSpill.kept).toHaveLength(1);
    disk.transcripts.fault = null;
    const third = openFakeWorkbench({ disk });
    expect(third.workbench.chat.turns()).toMatchObject([{ user: 'First', replies: [] }]);
    third.resume();
    expect(third.workbench.chat.turns()).toMatchObject([{ replies: [{ text: 'On First' }, {}] }]);
    expect(third.store.getState().notice).toMatchObject({
      text: '2 answers of before, kept elsewhere, found room now.',
    });
  });

  test('does not come back when its turn was cut away meanwhile, and is tried once more when the app closes', async () => {
    const disk = newDisk();
    const app = openFakeWorkbench({ disk });
    for (const text of ['First', 'Second']) {
      app.workbench.chat.send(text, settings);
      await app.clock.advance(10);
      disk.transcripts.fault = new Error('disk full');
      await app.clock.advance(1_000);
      if (text === 'First') disk.transcripts.fault = null;
    }
    disk.transcripts.fault = null;
    const [first, second] = app.workbench.chat.turns();
    app.workbench.chat.rewind(second?.id ?? '');
    expect(disk.transcripts.turns(app.store.getState().project.id).map(({ id }) => id)).toEqual([first?.id]);
    app.workbench.chat.send('Third', settings);
    await app.clock.advance(10);
    disk.transcripts.fault = new Error('disk full');
    await app.clock.advance(1_000);
    disk.transcripts.fault = null;
    await app.close();
    expect(disk.transcripts.turns(app.store.getState().project.id)[1]?.replies[0]).toMatchObject({ text: 'On Third' });
  });
});

describe('providers', () => {
  const proxy: ProviderProfile = {
    id: 'proxy',
    name: 'Proxy',
    kind: 'compatible',
    baseUrl: 'http://proxy/v1',
    jobDialect: 'method',
    apiVersion: null,
  };

  test('switching keeps template and rows and takes models that provider has', async () => {
    const openai = fakeProvider({ models: { list: async () => [modelOf('gpt-4.1-mini')] } }, 'openai');
    const lab = fakeProvider({ models: { list: async () => [modelOf('llama'), modelOf('qwen')] } }, 'proxy');
    const app = openFakeWorkbench({ providers: [fakeProvider({}), openai, lab] });
    const { template } = app.store.getState().project;
    app.workbench.settings.use('openai');
    expect(app.store.getState().project).toMatchObject({
      providerId: 'openai',
      template,
      plan: { model: 'gpt-4.1-mini' },
      training: { model: 'gpt-4.1-mini-2025-04-14' },
      chat: { models: ['gpt-4.1-mini-2025-04-14'] },
    });
    await app.clock.advance(10);
    expect(app.store.getState().models).toMatchObject({ status: 'ready', models: [{ id: 'gpt-4.1-mini' }] });
    app.workbench.settings.saveProfile(proxy);
    app.workbench.settings.use('proxy');
    await app.clock.advance(10);
    expect(app.store.getState().project).toMatchObject({ plan: { model: 'llama' }, chat: { models: ['llama'] } });
    app.workbench.settings.removeProfile('proxy');
    expect(app.store.getState().project).toMatchObject({ providerId: 'embedded', plan: { model: 'practice-writer' } });
    expect(app.store.getState().profiles.map(({ id }) => id)).toEqual(['embedded', 'openai']);
    app.workbench.settings.removeProfile('openai');
    expect(app.store.getState().profiles.length).toBe(2);
  });

  test('an empty list of models changes no plan', async () => {
    const lab = fakeProvider({ models: { list: async () => [] } }, 'proxy');
    const app = openFakeWorkbench({ providers: [fakeProvider({}), lab] });
    const before = app.store.getState().project;
    app.workbench.settings.saveProfile(proxy);
    app.workbench.settings.use('proxy');
    await app.clock.advance(10);
    const { models, notice, project } = app.store.getState();
    expect(models).toMatchObject({ status: 'ready', models: [] });
    expect(notice?.kind).not.toBe('problem');
    expect(project.plan).toEqual(before.plan);
    expect(project.training).toEqual(before.training);
    expect(project.chat).toEqual(before.chat);
  });

  test('a list that comes late is for the project that requested it, not for the one opened meanwhile', async () => {
    const listed = Promise.withResolvers<readonly ModelInfo[]>();
    const lab = fakeProvider({ models: { list: () => listed.promise } }, 'proxy');
    const app = openFakeWorkbench({ providers: [fakeProvider({}), lab] });
    const { id } = app.store.getState().project;
    app.workbench.settings.saveProfile(proxy);
    app.workbench.projects.create('Other', 'empty');
    app.workbench.projects.update((project) => ({
      ...project,
      providerId: 'proxy',
      plan: { ...project.plan, model: 'chosen-by-hand' },
    }));
    const other = app.store.getState().project.id;
    app.workbench.projects.open(id);
    app.workbench.settings.use('proxy');
    app.workbench.projects.open(other);
    listed.resolve([modelOf('llama')]);
    await app.clock.advance(10);
    expect(app.store.getState().project.plan.model).toBe('chosen-by-hand');
    app.workbench.projects.open(id);
    expect(app.store.getState().project.plan.model).toBe('llama');
  });

  test('a provider that cannot be reached fails its list and its test, with what to do', async () => {
    const app = openFakeWorkbench();
    app.workbench.settings.use('openai');
    await app.clock.advance(10);
    expect(app.store.getState().models).toMatchObject({
      status: 'failed',
      problem: { what: expect.stringMatching(/No way/) },
    });
    expect(await app.workbench.settings.testConnection('openai')).toMatchObject({ ok: false });
    expect(await app.workbench.settings.testConnection('embedded')).toMatchObject({
      ok: true,
      value: expect.stringMatching(/0 models/),
    });
    app.workbench.settings.setKey('openai', 'secret');
    expect(app.workbench.settings.keyFacts('openai').source).toBe('file');
    expect(JSON.stringify(app.store.getState())).not.toContain('secret');
  });
});

describe('templates and datasets', () => {
  test('a template goes out as a file and comes back the same; a broken one is named by line', async () => {
    const app = openFakeWorkbench();
    const { template } = app.store.getState().project;
    await app.workbench.template.save({ path: '/t.yaml', replace: false });
    app.workbench.projects.update((project) => ({ ...project, template: { ...template, slots: [] } }));
    expect(await app.workbench.template.load('/t.yaml')).toMatchObject({ ok: true });
    expect(app.store.getState().project.template).toEqual(template);
    app.disk.documents.files.set('/bad.yaml', 'name: x\nslots: {');
    expect(await app.workbench.template.load('/bad.yaml')).toMatchObject({
      ok: false,
      problem: { what: expect.stringMatching(/Line 2/) },
    });
    expect(await app.workbench.template.load('/none.yaml')).toMatchObject({ ok: false });
    expect(app.store.getState().project.template).toEqual(template);
  });

  test('a test call streams; a broken template sends nothing; cells are counted', async () => {
    const app = openFakeWorkbench();
    const cell = { race: 'elf', class: 'wizard', weapon: 'crossbow', pet: 'owl' };
    const texts: string[] = [];
    const call = await app.clock.run(app.workbench.template.testCall(cell, (text) => texts.push(text)));
    expect(call).toMatchObject({ ok: true, value: { text: expect.stringMatching(/crossbow/) } });
    expect(texts.length).toBeGreaterThan(1);
    const counted = await app.workbench.template.tokens(cell);
    expect(counted.ok && counted.value.teacher > counted.value.student).toBe(true);
    app.workbench.projects.update((project) => ({
      ...project,
      template: { ...project.template, teacherPrompt: '{x}' },
    }));
    expect(await app.workbench.template.testCall(cell, () => {})).toMatchObject({ ok: false });
  });

  test('a check names the row of each line; export and import carry rows between projects', async () => {
    const app = openFakeWorkbench();
    const projectId = app.store.getState().project.id;
    const rows = Array.from({ length: 12 }, (_, n) => rowOf(`r${n}`, { projectId, completion: `Answer ${n}` }));
    app.disk.deps.rows.put(rows.with(0, rowOf('r0', { projectId, rating: 'rejected' })));
    const report = await app.workbench.dataset.check('practice-small');
    expect(report).toMatchObject({ ok: true, value: { examples: 11 } });
    expect(app.workbench.dataset.checkedRow(1)?.id).toBe('r1');
    expect(app.workbench.dataset.checkedRow(12)).toBeNull();
    const out = await app.workbench.dataset.export({ path: '/d.jsonl', replace: false }, 'chat', 'not-rejected');
    expect(out).toMatchObject({ ok: true, value: '11 rows written to /d.jsonl.' });
    app.workbench.projects.create('Other', 'empty');
    app.disk.documents.files.set('/d.jsonl', `${app.disk.documents.files.get('/d.jsonl')}oops`);
    const added = await app.workbench.imports.start({ kind: 'file', path: '/d.jsonl' }, null);
    expect(added).toMatchObject({
      ok: true,
      value: { summary: expect.stringMatching(/11 rows added, 1 record refused. Line 12/) },
    });
    await app.clock.advance(200);
    expect(app.store.getState().counts.total).toBe(11);
    app.disk.documents.files.set('/none.jsonl', 'oops');
    expect(await app.workbench.imports.start({ kind: 'file', path: '/none.jsonl' }, null)).toMatchObject({
      ok: false,
    });
  });
});
