import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutputFacts, outputConflict, takenError, takenOutputs } from '../../../src/domain/common/outputs.ts';

const facts = (path: string, part: Partial<OutputFacts> = {}): OutputFacts => ({
  path,
  real: `/work/${path}`,
  kind: 'absent',
  id: null,
  bytes: 0,
  ours: false,
  ...part,
});
const file = (path: string, id: string, part: Partial<OutputFacts> = {}) =>
  facts(path, { kind: 'file', id, bytes: 10, ...part });

describe('an output that is read as well', () => {
  it('is refused by what it is on the disk, however it is spelt', () => {
    const input = file('a.csv', '1:7');
    expect(outputConflict([file('a.csv', '1:7')], [input])?.message).toBe(
      'a.csv is read, and writing there would destroy it.',
    );
    expect(outputConflict([file('hard.csv', '1:7')], [input])?.message).toContain('the same file as hard.csv');
    expect(outputConflict([file('b.csv', '1:8')], [input])).toBeNull();
  });

  it('is refused even when this work wrote it', () => {
    expect(outputConflict([file('a.csv', '1:7', { ours: true })], [file('a.csv', '1:7')])).not.toBeNull();
  });
});

describe('two outputs', () => {
  it('must be two files, on disks that do not tell capitals apart too', () => {
    expect(outputConflict([facts('t.jsonl'), facts('v.jsonl')], [])).toBeNull();
    expect(outputConflict([facts('t.jsonl'), facts('t.jsonl')], [])?.message).toContain('named for two outputs');
    expect(outputConflict([facts('Train.jsonl'), facts('train.jsonl')], [])?.message).toContain('must differ');
    expect(outputConflict([file('t.jsonl', '1:7'), file('link.jsonl', '1:7')], [])?.message).toContain('must differ');
    expect(outputConflict([file('T.jsonl', '1:7'), file('t.jsonl', '1:8')], [])).toBeNull();
  });

  it('may both be a device, which holds nothing', () => {
    const sink = facts('/dev/null', { kind: 'stream', id: '1:3' });
    expect(outputConflict([sink, sink], [sink])).toBeNull();
  });
});

it('refuses a folder', () => {
  expect(outputConflict([facts('out', { kind: 'folder', id: '1:9' })], [])?.message).toBe('out is a folder.');
});

it('takes a file that is there for taken, unless it is empty or this work wrote it', () => {
  const outputs = [
    facts('absent'),
    file('theirs', '1:1'),
    file('ours', '1:2', { ours: true }),
    file('empty', '1:3', { bytes: 0 }),
    facts('/dev/null', { kind: 'stream', id: '1:4' }),
  ];
  expect(takenOutputs(outputs)).toEqual(['theirs']);
  expect(takenError([], '')).toBeNull();
  expect(takenError(takenOutputs(outputs), 'Add --force.')?.message).toMatch(/^theirs is there already/);
});

it('never lets an output pass that shares its file with an input', () => {
  const id = fc.constantFrom('1:1', '1:2', '1:3');
  fc.assert(
    fc.property(fc.array(id, { minLength: 1 }), fc.array(id), (outs, ins) => {
      const conflict = outputConflict(
        outs.map((one, index) => file(`o${index}`, one)),
        ins.map((one, index) => file(`i${index}`, one)),
      );
      const clash = outs.some((one) => ins.includes(one)) || new Set(outs).size < outs.length;
      expect(conflict !== null).toBe(clash);
    }),
  );
});
