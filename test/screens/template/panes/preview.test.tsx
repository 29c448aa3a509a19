import { describe, expect, it } from 'vitest';
import type { ChatService } from '../../../../src/app/runtime/ports.ts';
import { ProviderError } from '../../../../src/domain/provider/provider.ts';
import { answerOf, fakeProvider } from '../../../app/fakes/provider.ts';
import { renderTemplate } from '../render-template.tsx';

/** Streams a word when told to, and ends when told to. */
function handChat() {
  const asked: string[] = [];
  const ends: { say: (text: string) => void; end: (failure?: Error) => void }[] = [];
  const chat: ChatService = {
    complete(request, { onDelta, signal }) {
      asked.push(request.messages.at(-1)?.content ?? '');
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof answerOf>>();
      let text = '';
      signal?.addEventListener('abort', () => reject(new ProviderError('cancelled', 'Cancelled.')));
      ends.push({
        say(word) {
          text += word;
          onDelta?.(word);
        },
        end: (failure) =>
          failure === undefined ? resolve(answerOf(text, { firstTokenMs: 210, totalMs: 1210 })) : reject(failure),
      });
      return promise;
    },
  };
  return { chat, asked, newest: () => ends.at(-1) };
}

async function withCalls(size: { readonly columns?: number; readonly rows?: number } = {}) {
  const hand = handChat();
  const app = await renderTemplate({ desk: { providers: [fakeProvider({ chat: hand.chat })] }, ...size });
  const say = async (word: string): Promise<void> => {
    hand.newest()?.say(word);
    await app.desk.clock.advance(100);
    await app.settled();
  };
  const end = async (failure?: Error): Promise<void> => {
    hand.newest()?.end(failure);
    await app.desk.clock.advance(100);
    await app.settled();
  };
  return { app, hand, say, end };
}

describe('the preview', () => {
  it('walks the combinations round and round, in both directions, and at random', async () => {
    const app = await renderTemplate();
    await app.press(']');
    expect(app.frame()).toContain('Combination 2 of 16: elf, wizard, crossbow, badger');
    expect(app.frame()).toContain('elf, wizard, crossbow, badger');
    expect(app.frame()).toContain('Race: elf');
    await app.press('[', '[');
    expect(app.frame()).toContain('Combination 16 of 16');
    await app.press(']');
    expect(app.frame()).toContain('Combination 1 of 16');
    await app.press('r');
    expect(app.frame()).toMatch(/Combination \d+ of 16:/);
  });

  it('reaches any combination of a lattice that nobody could hold', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}`, values: ['zero', 'one', 'two'] }));
    const app = await renderTemplate({ with: (template) => ({ ...template, slots: many }) });
    await app.press('[');
    expect(app.frame()).toMatch(/Combination 12,157,665,459,056,928,801 of about 1\.21e19: two, two/);
  });

  it('says why there is no combination', async () => {
    const refused: string[] = [];
    const app = await renderTemplate({
      with: (template) => ({ ...template, slots: [{ name: 'race', values: [] }] }),
      refused,
    });
    await app.press('tab', 'tab');
    expect(app.frame()).toContain('No combination to preview: the slot race has no values.');
    await app.press('t', ']');
    expect(refused).toEqual([
      'A slot has no values, so there is no combination.',
      'A slot has no values, so there is no combination.',
    ]);
  });

  it('copies what it shows', async () => {
    const app = await renderTemplate();
    await app.press('y');
    expect(app.desk.copied[0]).toMatch(/^Student prompt\nelf, wizard, crossbow, owl\n/);
  });
});

describe('a test call', () => {
  it.each([
    [60, 16],
    [80, 24],
    [140, 40],
  ] as const)('streams its answer and shows its measures at %d x %d', async (columns, rows) => {
    const { app, hand, say, end } = await withCalls({ columns, rows });
    await app.press(']', 't');
    await app.desk.clock.advance(1);
    expect(hand.asked[0]).toContain('Pet: badger');
    await say('Name: Saelith');
    expect(app.frame()).toContain('Name: Saelith');
    expect(app.frame()).toContain('practice-writer (practice engine) answers');
    expect(app.frame()).toContain('Ctrl-C stops it.');
    await say(' Moonweir');
    await end();
    expect(app.frame()).toContain('Name: Saelith Moonweir');
    expect(app.frame()).toContain('✓ practice-writer (practice engine) answered');
    expect(app.frame()).toMatch(/10 tokens {3}\$0\.00 {3}first token 210 ms/);
    await app.press('v');
    expect(app.frame()).toContain('Student prompt');
  });

  it('is stopped by Ctrl-C, what had come stays', async () => {
    const { app, say } = await withCalls();
    await app.press('t');
    await app.desk.clock.advance(60);
    await say('Half an ans');
    await app.press('ctrl-c');
    await app.desk.clock.advance(60);
    await app.waitFor('stopped; what had come is below');
    expect(app.frame()).toContain('Half an ans');
    expect(app.desk.store.getState().operations[0]?.status).toBe('cancelled');
  });

  it('shows a failure and what to do', async () => {
    const { app, end } = await withCalls();
    await app.press('t');
    await end(new ProviderError('auth', 'Incorrect API key provided.'));
    await app.waitFor('✗ practice-writer (practice engine) did not answer');
    expect(app.frame()).toContain('Incorrect API key');
  });

  it('goes on while another screen is shown, and is found again', async () => {
    const { app, say, end } = await withCalls();
    await app.press('t');
    await app.desk.clock.advance(60);
    await app.show(false);
    await say('Still here');
    await app.show(true);
    expect(app.frame()).toContain('Still here');
    await end();
    await app.waitFor('✓ practice-writer (practice engine) answered');
  });

  it('is not sent with a broken template', async () => {
    const refused: string[] = [];
    const app = await renderTemplate({ with: (template) => ({ ...template, teacherPrompt: '' }), refused });
    await app.press('t');
    expect(refused[0]).toMatch(/^The template has \d problems; p goes there\.$/);
  });
});
