import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { WorkbenchProvider } from '../../../src/app/react.tsx';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { ChatScreen } from '../../../src/screens/chat/chat-screen.tsx';
import { newDisk } from '../../app/fakes/fake-workbench.ts';
import { render } from '../../harness/render.tsx';
import { ask, exchange, renderChat, TUNED } from './render-chat.tsx';

const both = [TUNED, 'practice-small'];

describe('Chat', () => {
  it('says what to do before anything was said, with the student prompt as an example', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    expect(app.frame()).toContain('Nothing was said yet.');
    expect(app.frame()).toMatch(/f\s+fill in race, class, weapon, pet/);
    expect(app.frame()).toContain('Enter writes a message, for example: elf, wizard, crossbow, owl');
    expect(app.lines()[1]).toMatch(/practice-small {3}practice engine/);
    await app.press('r');
    expect(app.frame()).toContain('nothing was said yet');
  });

  it('streams answers side by side, then shows tokens, times and cost under each', async () => {
    const app = await renderChat({ models: both });
    await ask(app, 'elf, wizard');
    expect(app.frame()).toContain('waiting for the first token');
    app.chat.of(TUNED).say('Name: Saelith');
    app.chat.of('practice-small').say('It is about an elf');
    await app.pass();
    const lines = app.lines();
    const names = lines.findIndex((line) => line.includes(TUNED) && line.includes('│ practice-small'));
    expect(lines[names + 1]).toMatch(/Name: Saelith +│ It is about an elf/);
    app.chat.of(TUNED).end();
    app.chat.of('practice-small').end({ usage: null, finishReason: 'length' });
    await app.pass();
    expect(app.frame()).toMatch(/practice engine · 10 tokens +│ . The answer was cut: raise max tokens \(p\)\./);
    expect(app.frame()).toMatch(/first token 250 ms · 10 tokens\/s · \$0\.00 +│ practice engine · cut at max tokens/);
    expect(app.frame()).toContain('│ first token 250 ms · cost unknown');
    expect(app.lines().findIndex((line) => line.includes('│ practice-small'))).toBe(names);
    expect(app.chat.of(TUNED).request.messages).toEqual([{ role: 'user', content: 'elf, wizard' }]);
  });

  it('shows what was thought by its count of words, and whole at t', async () => {
    const app = await renderChat({ models: [TUNED] });
    await ask(app, 'elf');
    app.chat.of(TUNED).think('An elf, so Saelith.');
    await app.pass();
    expect(app.frame()).toContain('thinking');
    app.chat.of(TUNED).say('Saelith');
    app.chat.of(TUNED).end();
    await app.pass();
    expect(app.frame()).toContain('thought 4 words first  (t shows them)');
    expect(app.frame()).not.toContain('An elf, so Saelith.');
    await app.press('escape');
    await app.press('t');
    expect(app.frame()).toContain('An elf, so Saelith.');
  });

  it('shows one of two answers where it is narrow, and the other with the arrows', async () => {
    const app = await renderChat({ models: both, columns: 60, rows: 16 });
    await ask(app, 'Hello');
    app.chat.of(TUNED).say('I am tuned.');
    app.chat.of('practice-small').say('I am the base.');
    app.chat.of(TUNED).end();
    app.chat.of('practice-small').end();
    await app.pass();
    await app.press('escape');
    expect(app.frame()).toContain('1 of 2: ');
    expect(app.frame()).toContain('I am tuned.');
    expect(app.frame()).not.toContain('I am the base.');
    await app.press('right');
    expect(app.frame()).toContain('2 of 2: practice-small');
    expect(app.frame()).toContain('I am the base.');
    await app.press('y');
    expect(app.desk.copied).toEqual(['I am the base.']);
    await app.resize(140, 40);
    expect(app.frame()).toMatch(/I am tuned\. +│ I am the base\./);
  });

  it('streams four answers at once, two beside two on a small terminal, and the arrows reach each', async () => {
    const four = [...both, 'practice-writer', `${TUNED}:ckpt-step-8`];
    const app = await renderChat({ models: four, columns: 80, rows: 24 });
    await ask(app, 'Hello');
    for (const [nth, model] of four.entries()) app.chat.of(model).say(`Answer ${nth}.`);
    await app.pass();
    expect(app.frame()).toMatch(/Answer 0\. +│ Answer 1\.[\s\S]*Answer 2\. +│ Answer 3\./);
    expect(app.frame().match(/answering/g)).toHaveLength(4);
    for (const model of four) app.chat.of(model).end();
    await app.pass();
    await app.press('escape', 'right', 'right', 'right', 'y');
    expect(app.desk.copied).toEqual(['Answer 3.']);
    expect(app.frame()).toMatch(/› ft:…:AbCd1234:ckpt-step-8|› \S*ckpt-step-8/);
    await app.resize(140, 40);
    expect(app.frame()).toMatch(/Answer 0\. +│ Answer 1\. +│ Answer 2\. +│ Answer 3\./);
  });

  it('never sends on a paste; Ctrl-J makes a line; Enter sends all of it', async () => {
    const app = await renderChat();
    await app.press('enter');
    await app.paste('one\ntwo\n');
    expect(app.chat.calls).toHaveLength(0);
    await app.press('ctrl-j');
    await app.type('three');
    await app.press('enter');
    await app.pass();
    expect(app.chat.calls[0]?.request.messages.at(-1)?.content).toBe('one\ntwo\n\nthree');
  });

  it('stops with Ctrl-C and keeps what was said; a second message waits for the first', async () => {
    const app = await renderChat();
    await ask(app, 'Hello');
    app.chat.of('practice-small').say('Half an ans');
    await app.type('More');
    await app.press('enter');
    expect(app.frame()).toContain('answers are still coming: Ctrl-C stops them');
    expect(app.chat.calls).toHaveLength(1);
    await app.press('ctrl-c');
    await app.pass();
    expect(app.frame()).toMatch(/Half an ans\n/);
    expect(app.frame()).toContain('stopped');
    await app.press('enter');
    await app.pass();
    expect(app.chat.calls[1]?.request.messages.map(({ content }) => content)).toEqual(['Hello', 'Half an ans', 'More']);
  });

  it('asks again, and edits a message without losing the old one before it is sent', async () => {
    const app = await renderChat();
    await exchange(app, 'First', 'One.');
    await app.press('r');
    await app.pass();
    app.chat.of('practice-small').say('Another.');
    app.chat.of('practice-small').end();
    await app.pass();
    expect(app.desk.workbench.chat.turns().map(({ replies }) => replies[0]?.text)).toEqual(['Another.']);
    await app.press('e');
    expect(app.frame()).toContain('in place of the old one');
    await app.press('escape');
    expect(app.frame()).toContain('Another.');
    await app.press('e');
    await app.type(' thing');
    await app.press('enter');
    await app.pass();
    expect(app.desk.workbench.chat.turns().map(({ user }) => user)).toEqual(['First thing']);
    expect(app.chat.of('practice-small').request.messages).toHaveLength(1);
  });

  it('asks before an earlier message is sent again', async () => {
    const app = await renderChat();
    await exchange(app, 'First', 'One.');
    await exchange(app, 'Second', 'Two.');
    await app.press('[');
    expect(app.frame()).toMatch(/❯ You {2}First/);
    await app.press('r');
    expect(app.frame()).toContain('1 exchange after it go');
    await app.press('escape');
    expect(app.desk.workbench.chat.turns()).toHaveLength(2);
    await app.press('r', 'y');
    await app.pass();
    expect(app.desk.workbench.chat.turns().map(({ user }) => user)).toEqual(['First']);
  });

  it('keeps an exchange as a row, saves the transcript, starts over when confirmed', async () => {
    const disk = newDisk();
    const app = await renderChat({ disk });
    await exchange(app, 'Hello', 'Good day.');
    await app.press('+');
    expect(app.frame()).toContain('Kept as a row that is not rated yet');
    const [id = ''] = app.desk.workbench.rows.ids({});
    expect(app.desk.workbench.rows.get(id)).toMatchObject({ completion: 'Good day.', rating: 'unrated' });
    await app.press('w');
    expect(app.frame()).toContain('/exports/d-d-characters-chat.md');
    await app.press('enter');
    await app.pass();
    expect(disk.documents.files.get('/exports/d-d-characters-chat.md')).toContain('Good day.');
    await app.press('n', 'escape');
    expect(app.desk.workbench.chat.turns()).toHaveLength(1);
    await app.press('n', 'y');
    expect(app.frame()).toContain('Nothing was said yet.');
  });

  it('says in plain words why an answer failed, and that one was cut off by the end of the app', async () => {
    const disk = newDisk();
    const app = await renderChat({ disk });
    await ask(app, 'Hello');
    app.chat.of('practice-small').fail(new ProviderError('not-found', 'No such model', { status: 404 }));
    await app.pass();
    expect(app.frame()).toMatch(
      /✗ The provider has no such thing[\s\S]*The server said: No such model\. Choose from the lists/,
    );
    const projectId = app.desk.store.getState().project.id;
    disk.transcripts.save(projectId, { id: 'cut', system: '', user: 'And then', replies: [] });
    app.unmount();
    const again = await renderChat({ disk });
    expect(again.frame()).toContain('Luthier ended before an answer was complete: r asks again.');
  });

  it('finds a draft again after another screen', async () => {
    const app = await renderChat();
    await app.press('i');
    await app.type('half a thought');
    app.unmount();
    const { store, workbench } = app.desk;
    const back = await render(
      <WorkbenchProvider store={store} workbench={workbench}>
        <ChatScreen />
      </WorkbenchProvider>,
    );
    expect(back.frame()).toContain('half a thought');
  });

  it.each([
    [60, 16],
    [80, 24],
    [100, 30],
    [140, 40],
  ])('fills %ix%i exactly, also with long and hostile answers', async (columns, rows) => {
    const app = await renderChat({ models: [...both, 'practice-writer'], columns, rows });
    await ask(app, '\u5c0f'.repeat(200));
    const hostile = `\x1b[2J\x1b]0;title\x07${'wörd '.repeat(200)}\n${'x'.repeat(100_000)}\n小人`;
    for (const model of app.desk.store.getState().project.chat.models) {
      app.chat.of(model).say(hostile);
      app.chat.of(model).end();
    }
    await app.pass();
    expect(app.raw()).not.toContain('\x1b]0;title');
    await app.press('escape', 'pageup', 'g');
    for (const line of app.lines()) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(app.lines()[2]).toMatch(/^❯ You {2}小/);
    expect(app.lines()[1]).toMatch(/1-\d+ of [\d]+ lines|practice/);
    expect(app.lines()[rows - 2]).toMatch(/^╰─+╯$/);
    await app.press('G');
    expect(app.frame()).toContain('tokens');
    await app.resize(60, 16);
    expect(app.lines()[14]).toMatch(/^╰─+╯$/);
  });

  it('stays where the reader is while an answer comes, and follows it from the end', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    await exchange(app, 'First', Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n'));
    await ask(app, 'Second');
    await app.press('escape', 'g');
    const before = app.lines().slice(2, 10);
    app.chat.of('practice-small').say('new '.repeat(400));
    await app.pass();
    expect(app.lines().slice(2, 10)).toEqual(before);
    expect(app.frame()).toMatch(/1-\d+ of \d+ lines/);
    await app.press('G');
    app.chat.of('practice-small').say('\nthe very end');
    await app.pass();
    expect(app.frame()).toContain('the very end');
  });
});
