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
    const desk = openFakeWorkbench({ disk });
    let heard = 0;
    desk.workbench.chatFeed.subscribe(() => {
      heard += 1;
    });
    desk.workbench.chat.send('Hello', settings);
    await desk.clock.advance(50);
    expect(desk.workbench.chat.turns()[0]?.replies[0]).toMatchObject({ status: 'streaming' });
    await desk.clock.advance(1_000);
    expect(heard).toBeGreaterThan(1);
    expect(desk.workbench.chat.turns()).toMatchObject([
      { user: 'Hello', replies: [{ status: 'done', text: 'On Hello' }, { model: 'tuned' }] },
    ]);
    await desk.close();
    const again = openFakeWorkbench({ disk });
    expect(again.workbench.chat.turns()).toEqual(desk.workbench.chat.turns());
    expect(again.store.getState().project.chat).toEqual(settings);
  });

  test('an answer that was coming when the app was killed is shown as stopped', async () => {
    const disk = newDisk();
    const desk = openFakeWorkbench({ disk });
    desk.workbench.chat.send('Hello', settings);
    const projectId = desk.store.getState().project.id;
    await desk.clock.advance(50);
    const [turn] = desk.workbench.chat.turns();
    if (turn !== undefined) disk.transcripts.save(projectId, turn);
    const [seen] = openFakeWorkbench({ disk }).workbench.chat.turns();
    expect(seen?.replies.map((reply) => reply.status)).toEqual(['stopped', 'stopped']);
  });

  test('rewind drops the turn and what comes of it later; clear starts over', async () => {
    const desk = openFakeWorkbench();
    desk.workbench.chat.send('First', settings);
    await desk.clock.advance(1_000);
    desk.workbench.chat.send('Second', settings);
    await desk.clock.advance(10);
    const second = desk.workbench.chat.turns()[1]?.id ?? '';
    expect(desk.workbench.chat.rewind(second)).toBe('Second');
    await desk.clock.advance(1_000);
    expect(desk.workbench.chat.turns().map((turn) => turn.user)).toEqual(['First']);
    expect(desk.workbench.chat.rewind('nobody')).toBeNull();
    desk.workbench.chatFeed.clear();
    expect(desk.workbench.chat.turns()).toEqual([]);
    expect(desk.disk.transcripts.turns(desk.store.getState().project.id)).toEqual([]);
  });

  test('what was asked alone is kept as a row without what was said before', async () => {
    const desk = openFakeWorkbench();
    desk.workbench.chat.send('First', settings);
    await desk.clock.advance(1_000);
    desk.workbench.chat.send('Second', { ...settings, alone: true });
    await desk.clock.advance(1_000);
    const turn = desk.workbench.chat.turns()[1];
    expect(turn).toMatchObject({ user: 'Second', alone: true });
    expect(desk.workbench.chat.keep(turn?.id ?? '', 'tuned')).toMatchObject({ ok: true });
    const [id = ''] = desk.workbench.rows.ids({});
    expect(desk.workbench.rows.get(id)?.prompt?.map((message) => message.content)).toEqual(['Be brief.', 'Second']);
  });

  test('an exchange becomes an accepted row once, with all that was said before', async () => {
    const desk = openFakeWorkbench();
    desk.workbench.chat.send('First', settings);
    await desk.clock.advance(1_000);
    desk.workbench.chat.send('Second', settings);
    await desk.clock.advance(1_000);
    const turn = desk.workbench.chat.turns()[1]?.id ?? '';
    expect(desk.workbench.chat.keep(turn, 'tuned')).toMatchObject({ ok: true });
    expect(desk.workbench.chat.keep(turn, 'tuned')).toMatchObject({
      ok: true,
      value: expect.stringMatching(/already/),
    });
    expect(desk.workbench.chat.keep(turn, 'nobody')).toMatchObject({ ok: false });
    const [id = ''] = desk.workbench.rows.ids({});
    const row = desk.workbench.rows.get(id);
    expect(row).toMatchObject({ source: 'chat', rating: 'accepted', completion: 'On Second', model: 'tuned' });
    expect(row?.prompt?.map((message) => message.content)).toEqual(['Be brief.', 'First', 'On First', 'Second']);
    expect(await desk.workbench.chat.exportTranscript('/t.md')).toMatchObject({ ok: true });
    expect(desk.disk.documents.files.get('/t.md')).toMatch(/On Second/);
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
    const desk = openFakeWorkbench({ providers: [fakeProvider({}), openai, lab] });
    const { template } = desk.store.getState().project;
    desk.workbench.settings.use('openai');
    expect(desk.store.getState().project).toMatchObject({
      providerId: 'openai',
      template,
      plan: { model: 'gpt-4.1-mini' },
      training: { model: 'gpt-4.1-mini-2025-04-14' },
      chat: { models: ['gpt-4.1-mini-2025-04-14'] },
    });
    await desk.clock.advance(10);
    expect(desk.store.getState().models).toMatchObject({ status: 'ready', models: [{ id: 'gpt-4.1-mini' }] });
    desk.workbench.settings.saveProfile(proxy);
    desk.workbench.settings.use('proxy');
    await desk.clock.advance(10);
    expect(desk.store.getState().project).toMatchObject({ plan: { model: 'llama' }, chat: { models: ['llama'] } });
    desk.workbench.settings.removeProfile('proxy');
    expect(desk.store.getState().project).toMatchObject({ providerId: 'embedded', plan: { model: 'practice-writer' } });
    expect(desk.store.getState().profiles.map(({ id }) => id)).toEqual(['embedded', 'openai']);
    desk.workbench.settings.removeProfile('openai');
    expect(desk.store.getState().profiles.length).toBe(2);
  });

  test('a list that comes late is for the project that asked, not for the one opened meanwhile', async () => {
    const listed = Promise.withResolvers<readonly ModelInfo[]>();
    const lab = fakeProvider({ models: { list: () => listed.promise } }, 'proxy');
    const desk = openFakeWorkbench({ providers: [fakeProvider({}), lab] });
    const { id } = desk.store.getState().project;
    desk.workbench.settings.saveProfile(proxy);
    desk.workbench.projects.create('Other', 'empty');
    desk.workbench.projects.update((project) => ({
      ...project,
      providerId: 'proxy',
      plan: { ...project.plan, model: 'chosen-by-hand' },
    }));
    const other = desk.store.getState().project.id;
    desk.workbench.projects.open(id);
    desk.workbench.settings.use('proxy');
    desk.workbench.projects.open(other);
    listed.resolve([modelOf('llama')]);
    await desk.clock.advance(10);
    expect(desk.store.getState().project.plan.model).toBe('chosen-by-hand');
    desk.workbench.projects.open(id);
    expect(desk.store.getState().project.plan.model).toBe('llama');
  });

  test('a provider that cannot be reached fails its list and its test, with what to do', async () => {
    const desk = openFakeWorkbench();
    desk.workbench.settings.use('openai');
    await desk.clock.advance(10);
    expect(desk.store.getState().models).toMatchObject({
      status: 'failed',
      problem: { what: expect.stringMatching(/No way/) },
    });
    expect(await desk.workbench.settings.testConnection('openai')).toMatchObject({ ok: false });
    expect(await desk.workbench.settings.testConnection('embedded')).toMatchObject({
      ok: true,
      value: expect.stringMatching(/0 models/),
    });
    desk.workbench.settings.setKey('openai', 'secret');
    expect(desk.workbench.settings.keySource('openai')).toBe('file');
    expect(JSON.stringify(desk.store.getState())).not.toContain('secret');
  });
});

describe('templates and datasets', () => {
  test('a template goes out as a file and comes back the same; a broken one is named by line', async () => {
    const desk = openFakeWorkbench();
    const { template } = desk.store.getState().project;
    await desk.workbench.template.save('/t.yaml');
    desk.workbench.projects.update((project) => ({ ...project, template: { ...template, slots: [] } }));
    expect(await desk.workbench.template.load('/t.yaml')).toMatchObject({ ok: true });
    expect(desk.store.getState().project.template).toEqual(template);
    desk.disk.documents.files.set('/bad.yaml', 'name: x\nslots: {');
    expect(await desk.workbench.template.load('/bad.yaml')).toMatchObject({
      ok: false,
      problem: { what: expect.stringMatching(/Line 2/) },
    });
    expect(await desk.workbench.template.load('/none.yaml')).toMatchObject({ ok: false });
    expect(desk.store.getState().project.template).toEqual(template);
  });

  test('a test call streams; a broken template sends nothing; cells are counted', async () => {
    const desk = openFakeWorkbench();
    const cell = { race: 'elf', class: 'wizard', weapon: 'crossbow', pet: 'owl' };
    const texts: string[] = [];
    const call = await desk.clock.run(desk.workbench.template.testCall(cell, (text) => texts.push(text)));
    expect(call).toMatchObject({ ok: true, value: { text: expect.stringMatching(/crossbow/) } });
    expect(texts.length).toBeGreaterThan(1);
    const counted = await desk.workbench.template.tokens(cell);
    expect(counted.ok && counted.value.teacher > counted.value.student).toBe(true);
    desk.workbench.projects.update((project) => ({
      ...project,
      template: { ...project.template, teacherPrompt: '{x}' },
    }));
    expect(await desk.workbench.template.testCall(cell, () => {})).toMatchObject({ ok: false });
  });

  test('a check names the row of each line; export and import carry rows between projects', async () => {
    const desk = openFakeWorkbench();
    const projectId = desk.store.getState().project.id;
    const rows = Array.from({ length: 12 }, (_, n) => rowOf(`r${n}`, { projectId, completion: `Answer ${n}` }));
    desk.disk.deps.rows.put(rows.with(0, rowOf('r0', { projectId, rating: 'rejected' })));
    const report = await desk.workbench.dataset.check('practice-small');
    expect(report).toMatchObject({ ok: true, value: { examples: 11 } });
    expect(desk.workbench.dataset.checkedRow(1)?.id).toBe('r1');
    expect(desk.workbench.dataset.checkedRow(12)).toBeNull();
    const out = await desk.workbench.dataset.export('/d.jsonl', 'chat', 'not-rejected');
    expect(out).toMatchObject({ ok: true, value: '11 rows written to /d.jsonl.' });
    desk.workbench.projects.create('Other', 'empty');
    desk.disk.documents.files.set('/d.jsonl', `${desk.disk.documents.files.get('/d.jsonl')}oops`);
    const added = await desk.workbench.imports.start({ kind: 'file', path: '/d.jsonl' }, null);
    expect(added).toMatchObject({
      ok: true,
      value: { summary: expect.stringMatching(/11 rows added, 1 lines refused. Line 12/) },
    });
    await desk.clock.advance(200);
    expect(desk.store.getState().counts.total).toBe(11);
    desk.disk.documents.files.set('/none.jsonl', 'oops');
    expect(await desk.workbench.imports.start({ kind: 'file', path: '/none.jsonl' }, null)).toMatchObject({
      ok: false,
    });
  });
});
