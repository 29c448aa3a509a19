import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeSampling, formatStops, parseStops, samplingText } from '../../../src/screens/chat/parameters.tsx';
import { ask, renderChat } from './render-chat.tsx';

describe('stop sequences', () => {
  it('are read with commas between them and escapes inside', () => {
    expect(parseStops('END, \\n\\n,a\\,b, ,\\\\')).toEqual(['END', '\n\n', 'a,b', '\\']);
    expect(parseStops('')).toEqual([]);
  });

  it('are read back as they were, whatever they are', () => {
    const stop = fc.string({ unit: fc.constantFrom('a', ' ', ',', '\\', '\n', '\t', 'n', 's', 'é'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(stop, { maxLength: 4 }), (stops) => {
        expect(parseStops(formatStops(stops))).toEqual(stops);
      }),
    );
  });
});

describe('parameters', () => {
  it('are left out when they are the default of the provider', () => {
    const sampling = changeSampling({ temperature: 1, maxTokens: 300 }, { temperature: null, topP: 0.5, stop: [] });
    expect(sampling).toEqual({ topP: 0.5, maxTokens: 300 });
    expect(samplingText({ ...sampling, stop: ['a'], seed: 0 }, ', ')).toBe('top_p 0.5, max 300 tokens, 1 stop, seed 0');
  });

  it('are changed in the form and hold from the next message on', async () => {
    const app = await renderChat({ columns: 80, rows: 24 });
    await app.press('p', 'left', 'left');
    expect(app.frame()).toMatch(/Temperature +0\.8.*0 likeliest, 2 most varied/);
    await app.press('down', 'down', 'down', 'enter');
    await app.type('END, \\n');
    await app.press('enter', 'down', 'enter');
    await app.type('x');
    await app.press('enter');
    expect(app.frame()).toContain('Seed: type a number or "none"');
    await app.press('ctrl-u');
    await app.type('7');
    await app.press('enter', 'escape');
    await ask(app, 'Hello');
    expect(app.chat.calls[0]?.request).toMatchObject({
      temperature: 0.8,
      maxTokens: 300,
      stop: ['END', '\n'],
      seed: 7,
    });
    expect(app.chat.calls[0]?.request).not.toHaveProperty('topP');
  });

  it('and the system prompt is kept as it is typed', async () => {
    const app = await renderChat({ columns: 60, rows: 16 });
    await app.press('s');
    await app.type('Be brief.');
    await app.press('enter');
    await app.type('Be kind.');
    await app.press('escape');
    await ask(app, 'Hello');
    expect(app.chat.calls[0]?.request.messages[0]).toEqual({ role: 'system', content: 'Be brief.\nBe kind.' });
    expect(app.frame()).toContain('System: Be brief. Be kind.');
  });
});
