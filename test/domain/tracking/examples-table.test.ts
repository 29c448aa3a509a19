import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { examplesTable } from '../../../src/domain/tracking/examples-table.ts';

const say = (role: string, content: unknown) => ({ role, content });
const lineOf = (...messages: readonly unknown[]) => JSON.stringify({ messages });

describe('a training file as a table', () => {
  it('has a column for each role, and more for longer conversations', () => {
    const { columns, rows } = examplesTable([
      lineOf(say('system', 's'), say('user', 'u'), say('assistant', 'a')),
      lineOf(say('user', 'u1'), say('assistant', 'a1'), say('user', 'u2'), say('assistant', 'a2')),
    ]);
    expect(columns).toEqual(['role: system', 'role: user', 'role: assistant', 'role: user 2', 'role: assistant 2']);
    expect([...rows()]).toEqual([
      ['s', 'u', 'a', null, null],
      [null, 'u1', 'a1', 'u2', 'a2'],
    ]);
  });

  it('keeps parts, tool calls, preference pairs and legacy lines', () => {
    const call = { role: 'assistant', content: null, tool_calls: [{ id: 'c' }] };
    const { columns, rows } = examplesTable([
      lineOf(say('user', [{ type: 'text', text: 'x' }]), call, say('tool', '3')),
      JSON.stringify({
        input: { messages: [say('user', 'q')] },
        preferred_output: [say('assistant', 'better')],
        non_preferred_output: [say('assistant', 'worse')],
      }),
      JSON.stringify({ prompt: 'p ->', completion: ' c' }),
    ]);
    expect(columns).toEqual([
      ...['role: user', 'role: assistant', 'role: tool'],
      ...['preferred_output', 'non_preferred_output', 'prompt', 'completion'],
    ]);
    expect([...rows()]).toEqual([
      ['[{"type":"text","text":"x"}]', '[{"id":"c"}]', '3', null, null, null, null],
      ['q', null, null, 'better', 'worse', null, null],
      [null, null, null, null, null, 'p ->', ' c'],
    ]);
  });

  it('of a long conversation has what is past fifty columns in one, as JSON', () => {
    const turns = Array.from({ length: 1000 }, (_, turn) => say(turn % 2 === 0 ? 'user' : 'assistant', `m${turn}`));
    const { columns, rows } = examplesTable([lineOf(...turns), lineOf(say('user', 'u'), say('assistant', 'a'))]);
    expect(columns).toHaveLength(51);
    expect(columns.slice(-2)).toEqual(['role: assistant 25', 'more messages']);
    const [long, short] = [...rows()];
    expect(long?.slice(0, 50)).toEqual(turns.slice(0, 50).map(({ content }) => content));
    expect(JSON.parse(String(long?.[50]))).toEqual(turns.slice(50));
    expect(short?.filter((cell) => cell !== null)).toEqual(['u', 'a']);
  });

  it('of thousands of roles has as few, and loses no message', () => {
    const lines = Array.from({ length: 3000 }, (_, at) => lineOf(say(`role${at}`, `m${at}`), say('user', 'u')));
    const { columns, rows } = examplesTable(lines);
    expect(columns).toHaveLength(51);
    const last = [...rows()].at(-1) ?? [];
    expect(last[columns.indexOf('role: user')]).toBe('u');
    expect(last[columns.indexOf('more messages')]).toBe(JSON.stringify([say('role2999', 'm2999')]));
  });

  it('keeps a message whose role is called as a column is', () => {
    const { columns, rows } = examplesTable([lineOf(say('user 2', 'odd'), say('user', 'u1'), say('user', 'u2'))]);
    expect(columns).toEqual(['role: user', 'role: user 2', 'more messages']);
    expect([...rows()]).toEqual([['u1', 'odd', JSON.stringify([say('user', 'u2')])]]);
  });

  it('parses each line once, however often its rows are read', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const { rows } = examplesTable([lineOf(say('user', 'a')), lineOf(say('user', 'b'))]);
    const twice = [[...rows()], [...rows()]];
    expect(parse).toHaveBeenCalledTimes(2);
    parse.mockRestore();
    expect(twice[0]).toEqual(twice[1]);
  });

  it('loses no line, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.jsonValue().map((value) => JSON.stringify(value)),
          ),
        ),
        (lines) => {
          const { columns, rows } = examplesTable(lines);
          const read = [...rows()];
          expect(read).toHaveLength(lines.length);
          for (const row of read) {
            expect(row).toHaveLength(columns.length);
            expect(row.some((cell) => cell !== null)).toBe(true);
          }
        },
      ),
    );
  });
});
