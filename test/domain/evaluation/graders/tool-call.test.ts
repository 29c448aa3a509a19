import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsOf, readTextWithCalls, textWithCalls } from '../../../../src/domain/chat/shown-message.ts';
import { compileGrader, readGraderFlag } from '../../../../src/domain/evaluation/graders/graders.ts';
import { proposeGraders } from '../../../../src/domain/evaluation/graders/propose.ts';

/** A message's calls as they are shown; arguments as a model writes them. */
const shown = (...calls: readonly (readonly [name: string, written: string])[]): string =>
  textWithCalls(
    '',
    callsOf({
      tool_calls: calls.map(([name, written], n) => ({
        id: `c${n}`,
        type: 'function',
        function: { name, arguments: written },
      })),
    }),
  );

function grade(answer: string, target: string) {
  const made = compileGrader({ kind: 'tool-call' });
  if (!made.ok || made.value.by !== 'rules') throw new Error('It grades by rules.');
  return made.value.grade(answer, target);
}

const WANTED = shown(['get_weather', '{"city": "Bonn", "days": 2}']);

describe('a message with calls', () => {
  it('is shown with a marked line for each, and read back', () => {
    expect(WANTED).toBe('[tool call] get_weather({"city":"Bonn","days":2})');
    expect(textWithCalls('I look.', callsOf({ function_call: { name: 'now', arguments: '' } }))).toBe(
      'I look.\n[tool call] now({})',
    );
    expect(shown(['f', '{"broken":\n'])).toBe('[tool call] f({"broken": )');
  });

  it('keeps text that only looks like a call as text', () => {
    for (const text of ['get_weather({"city":"Bonn"})', '[tool call] none', '[tool call] f({})\nand so on']) {
      expect(readTextWithCalls(text)).toEqual({ text, calls: [] });
    }
  });

  it('loses nothing on the way there and back', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    const call = fc.tuple(name, fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), (made) => {
        const calls = callsOf({
          tool_calls: made.map(([called, value]) => ({ function: { name: called, arguments: JSON.stringify(value) } })),
        });
        expect(readTextWithCalls(textWithCalls('Text.', calls))).toEqual({ text: 'Text.', calls });
      }),
    );
  });
});

describe('the grader of tool calls', () => {
  it.each([
    ['1e400', '1e401', false],
    ['1e400', '10e399', true],
    ['1.10', '1.1', true],
    ['0.1', '0.10000000000000000555', false],
  ])('compares %s with %s by value, to the last digit', (one, other, passed) => {
    expect(grade(shown(['f', `{"a":${one}}`]), shown(['f', `{"a":${other}}`])).passed).toBe(passed);
  });

  it.each([
    ['other order of keys', shown(['get_weather', '{"days":2.0,"city":"Bonn"}'])],
    ['text before the call', `I look it up.\n${WANTED}`],
  ])('passes the same call with %s', (_, answer) => {
    expect(grade(answer, WANTED)).toEqual({ value: 1, passed: true, note: 'calls get_weather as wanted' });
  });

  it('passes several calls in any order', () => {
    const [one, two] = [['f', '{"a":1}'] as const, ['f', '{"a":2}'] as const];
    expect(grade(shown(two, one), shown(one, two)).passed).toBe(true);
    expect(grade(shown(one, one), shown(one, two)).note).toBe('f: a is 1, not 2');
  });

  it.each([
    ['Sunny in Bonn.', 'no tool call: "Sunny in Bonn."'],
    ['get_weather({"city":"Bonn","days":2})', 'no tool call: "get_weather({"city":"Bonn","days":2})"'],
    [shown(['get_time', '{"city":"Bonn","days":2}']), 'get_time for get_weather'],
    [shown(['get_weather', '{"city":"Ulm","days":2}']), 'get_weather: city is "Ulm", not "Bonn"'],
    [shown(['get_weather', '{"city":"Bonn","days":"2"}']), 'get_weather: days is "2", not 2'],
    [shown(['get_weather', '{"city":"Bonn"}']), 'get_weather: days is missing'],
    [shown(['get_weather', '{"city":"Bonn","days":2,"unit":"C"}']), 'get_weather: unit is not wanted'],
    [shown(['get_weather', '{"city":']), 'the arguments of get_weather are not JSON: "{"city":"'],
    [shown(['get_weather', '{"city":"Bonn","days":2}'], ['now', '{}']), 'now is called, and not wanted'],
  ])('says of %s what differs', (answer, note) => {
    expect(grade(answer, WANTED)).toEqual({ value: 0, passed: false, note });
  });

  it('compares nested values and long numbers to the last digit', () => {
    const wanted = shown(['f', '{"a":{"ids":[9007199254740993]}}']);
    expect(grade(shown(['f', '{"a":{"ids":[9007199254740993]}}']), wanted).passed).toBe(true);
    expect(grade(shown(['f', '{"a":{"ids":[9007199254740992]}}']), wanted).note).toBe(
      'f: a.ids[0] is 9007199254740992, not 9007199254740993',
    );
    expect(grade(shown(['f', '{"a":{"ids":[]}}']), wanted).note).toBe('f: a.ids has 0 values, not 1');
  });

  it('wants no call where the target is text', () => {
    expect(grade('Hello', 'Good day').passed).toBe(true);
    expect(grade(WANTED, 'Good day').note).toBe('no tool call wanted: get_weather');
  });

  it('is proposed where half of the targets or more are calls, and has a name to be asked for', () => {
    const proposed = (...targets: readonly string[]) => proposeGraders(targets.map((target) => ({ target }))).graders;
    expect(proposed(WANTED, 'Good day')).toEqual([{ kind: 'tool-call' }]);
    expect(proposed(WANTED, 'Paris', 'Rome')).not.toEqual([{ kind: 'tool-call' }]);
    const context = { items: [], providerId: 'p', rubric: '', readText: () => '' };
    expect(readGraderFlag('tool-call', context)).toEqual({ ok: true, spec: { kind: 'tool-call' } });
  });
});
