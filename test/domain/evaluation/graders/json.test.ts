import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../../src/domain/common/json.ts';
import { compileGrader, type GraderSpec } from '../../../../src/domain/evaluation/graders/graders.ts';

function grade(spec: GraderSpec, answer: string, target: string) {
  const made = compileGrader(spec);
  if (!made.ok || made.value.by !== 'rules') throw new Error('no rules');
  return made.value.grade(answer, target);
}

function refusal(spec: GraderSpec): string {
  const made = compileGrader(spec);
  return made.ok ? 'accepted' : made.problem.what;
}

describe('JSON grader', () => {
  it.each([
    ['{"b":[1,"x"],"a":null}', '{"a":null,"b":[1.0,"x"]}', true, 'equal as JSON'],
    ['{"id":9007199254740993}', '{"id":9007199254740992}', false, 'id is 9007199254740993, not 9007199254740992'],
    ['{"p":1.10}', '{"p":1.1}', true, 'equal as JSON'],
    [String.raw`{"a":"e\u0301"}`, '{"a":"\u00e9"}', true, 'equal as JSON'],
    ['[1e400]', '[1e401]', false, '[0] is 1e400, not 1e401'],
    ['{"a":1}', '{"a":1,"b":2}', false, 'b is missing'],
    ['{"a":1,"c":2}', '{"a":1}', false, 'c is not wanted'],
    ['2', '3', false, 'the value is 2, not 3'],
    ['yes', '{}', false, 'not JSON'],
    ['```json\n{}\n```', '{}', false, 'not JSON: in a code fence'],
    ['{}', 'yes', false, 'the target is not JSON: "yes"'],
  ])('%s for %s: %j, %s', (answer, target, passed, note) => {
    const score = grade({ kind: 'json' }, answer, target);
    expect(score.passed).toBe(passed);
    expect(score.note?.split('; read ')[0]).toBe(note);
  });

  it('survives an answer nested past the stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(grade({ kind: 'json' }, deep, deep).note).toMatch(/^nested too deeply to compare/);
  });
});

describe('JSON schema grader', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['label'],
    properties: { label: { enum: ['Yes', 'No'] }, pair: { prefixItems: [{ type: 'string' }, { type: 'number' }] } },
  };
  const spec = { kind: 'json-schema', schema } as const;

  it('passes JSON of the schema and says where other JSON departs from it', () => {
    expect(grade(spec, ' {"label":"Yes","pair":["a",1]} ', '').passed).toBe(true);
    expect(grade(spec, '{"label":"Maybe"}', '').note).toContain('/label');
    expect(grade(spec, '{"label":"Yes","pair":["a","b"]}', '').note).toBe(
      '/pair/1 must be number; read "{"label":"Yes","pair":["a","b"]}"',
    );
    expect(grade(spec, '{}', '').note).toMatch(/the value must have required property/);
  });

  it('says when the answer is no JSON', () => {
    expect(grade(spec, 'Yes', '').note).toBe('not JSON; read "Yes"');
    expect(grade(spec, '```json\n{"label":"Yes"}\n```', '').note).toMatch(/^not JSON: in a code fence; read "```json/);
  });

  it.each([
    ['{"const": 9007199254740993}', '9007199254740992', '9007199254740993'],
    ['{"const": {"a": [1.10]}}', '{"a": [1.1000000000000000001]}', '{"a": [1.1]}'],
    ['{"enum": [1e400, 2]}', '1e401', '10e399'],
    [
      '{"properties": {"a/b": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"minimum": 9007199254740993}}}',
      '{"a/b": 9007199254740992}',
      '{"a/b": 9007199254740993}',
    ],
    ['{"items": {"maximum": 0.1}}', '[0, 0.10000000000000000555]', '[0, 0.1]'],
    ['{"exclusiveMinimum": 9007199254740992}', '9007199254740992', '9007199254740993'],
    ['{"exclusiveMaximum": 9007199254740993}', '9007199254740993', '9007199254740992'],
    ['{"multipleOf": 0.1}', '0.35', '0.3'],
    ['{"type": "integer"}', '9007199254740993.5', '1e400'],
    ['{"uniqueItems": true}', '[1.10, 1.1]', '[9007199254740993, 9007199254740992]'],
    ['{"not": {"const": 1e400}}', '1e400', '1e401'],
  ])('compares numbers to their last digit: by %s %s is wrong, and %s right', (text, wrong, right) => {
    const exactly = { kind: 'json-schema', schema: parseExactJson(text) } as const;
    expect(grade(exactly, wrong, '')).toMatchObject({ passed: false });
    expect(grade(exactly, right, '')).toMatchObject({ passed: true });
  });

  it('says of a number what Ajv would', () => {
    const note = (text: string, answer: string) =>
      grade({ kind: 'json-schema', schema: parseExactJson(text) }, answer, '').note;
    expect(note('{"properties": {"a": {"minimum": 5}}}', '{"a": 4}')).toBe('/a must be >= 5; read "{"a": 4}"');
    expect(note('{"enum": ["x"]}', '1')).toBe('the value must be equal to one of the allowed values; read "1"');
  });

  it('survives an answer nested past the stack', () => {
    const nested = { $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } }, $ref: '#/$defs/list' };
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(grade({ kind: 'json-schema', schema: nested }, deep, '').passed).toBe(false);
    expect(grade({ kind: 'json-schema', schema: nested }, '[[],[[]]]', '').passed).toBe(true);
  });

  it('refuses a schema it cannot compile', () => {
    expect(refusal({ kind: 'json-schema', schema: 'object' })).toMatch(/neither an object/);
    expect(refusal({ kind: 'json-schema', schema: { type: 'strnig' } })).toMatch(/schema cannot be used/);
    expect(refusal({ kind: 'json-schema', schema: { $ref: 'https://example.org/x.json' } })).toMatch(
      /resolve reference/,
    );
    expect(refusal({ kind: 'json-schema', schema: { $async: true } })).toMatch(/\$async/);
  });
});
