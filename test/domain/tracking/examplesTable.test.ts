import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examplesTable } from '../../../src/domain/tracking/examplesTable.ts';

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
