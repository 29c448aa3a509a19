import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlagContext } from '../../../../src/domain/evaluation/graders/grader.ts';
import {
  compileGrader,
  draftFromGrader,
  GRADER_CHOICES,
  GRADER_HELP,
  type GraderSpec,
  graderFields,
  graderSchemas,
  modelsGradingThemselves,
  nameGrader,
  readGraderDraft,
  readGraderFlag,
} from '../../../../src/domain/evaluation/graders/graders.ts';

function compiled(spec: GraderSpec) {
  const made = compileGrader(spec);
  if (!made.ok) throw new Error(made.problem.what);
  if (made.value.by !== 'rules') throw new Error('This one asks a model.');
  return made.value.grade;
}

const grade = (spec: GraderSpec, answer: string, target: string) => compiled(spec)(answer, target);

function refusal(spec: GraderSpec): string {
  const made = compileGrader(spec);
  return made.ok ? 'accepted' : made.problem.what;
}

describe('text graders', () => {
  it('exact trims and keeps letter case; exact-ci leaves it aside', () => {
    expect(grade({ kind: 'exact' }, ' Yes\n', 'Yes').passed).toBe(true);
    expect(grade({ kind: 'exact' }, 'yes', 'Yes').passed).toBe(false);
    expect(grade({ kind: 'exact-ci' }, 'YES ', 'yes').passed).toBe(true);
    expect(grade({ kind: 'exact-ci' }, 'Yes.', 'Yes').passed).toBe(false);
  });

  it.each<readonly [GraderSpec, answer: string, target: string, note: string]>([
    [{ kind: 'exact' }, 'yes ', 'Yes', 'compared "yes" with "Yes"'],
    [{ kind: 'exact' }, 'Yes', 'Yes', 'compared "Yes" with "Yes"'],
    [{ kind: 'exact-ci' }, 'No.', 'no', 'compared "No." with "no"'],
    [{ kind: 'contains' }, 'It is a\nNO.', 'no', 'looked for "no" in "It is a NO."'],
    [{ kind: 'contains' }, 'Yes.', 'no', 'looked for "no" in "Yes."'],
    [{ kind: 'regex', pattern: 'n.', flags: 'i' }, 'It is NO.', '', 'matched "NO" in "It is NO."'],
    [{ kind: 'regex', pattern: 'n.', flags: '' }, 'It is NO.', '', 'no match in "It is NO."'],
    [{ kind: 'labels', labels: ['Yes', 'No'] }, 'yes', 'Yes', 'Yes for Yes'],
    [{ kind: 'json-schema', schema: {} }, '{"a":1}', '', 'read "{"a":1}"'],
    [{ kind: 'similarity', threshold: null }, 'a cat', 'a cat', 'chrF 1.00, compared "a cat" with "a cat"'],
    [{ kind: 'similarity', threshold: 0.9 }, 'a dog', 'a cat', 'chrF 0.06, compared "a dog" with "a cat"'],
    [{ kind: 'exact' }, 'x'.repeat(99), ' '.repeat(999), `compared "${'x'.repeat(40)}…" with ""`],
    [{ kind: 'exact' }, `a${' '.repeat(999)}b`, 'a', 'compared "a …" with "a"'],
  ])('%j says what was compared: %j with %j', (spec, answer, target, note) => {
    expect(grade(spec, answer, target).note).toBe(note);
  });

  it('contains finds the target, but never an empty one', () => {
    expect(grade({ kind: 'contains' }, 'The answer is NO, because', 'no').passed).toBe(true);
    expect(grade({ kind: 'contains' }, 'anything', ' ')).toEqual({
      value: 0,
      passed: false,
      note: 'the target is empty',
    });
  });

  it('regex searches, and quotes the target', () => {
    const spec = { kind: 'regex', pattern: '^answer: {target}$', flags: 'im' } as const;
    expect(grade(spec, 'thinking\nAnswer: a.b', 'a.b').passed).toBe(true);
    expect(grade(spec, 'thinking\nAnswer: axb', 'a.b').passed).toBe(false);
    expect(grade({ kind: 'regex', pattern: '\\d', flags: 'g' }, '5', '').passed).toBe(true);
  });

  it('regex gives the same verdict twice under g and y', () => {
    const search = compiled({ kind: 'regex', pattern: 'a', flags: 'gy' });
    expect([search('a', ''), search('a', '')].map((score) => score.passed)).toEqual([true, true]);
  });

  it('any target, quoted, matches itself under every flag', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'i', 'u', 'v', 's'), (target, flags) => {
        expect(grade({ kind: 'regex', pattern: '^{target}$', flags }, target.trim(), target).passed).toBe(true);
      }),
    );
  });

  it('says what is wrong with a pattern', () => {
    expect(refusal({ kind: 'regex', pattern: '(', flags: '' })).toMatch(/pattern cannot be used.*Unterminated group/);
    expect(refusal({ kind: 'regex', pattern: 'a', flags: 'q' })).toMatch(/flags/);
  });
});

describe('what is compared', () => {
  const [composed, combining] = ['Caf\u00e9', 'Cafe\u0301'];

  it.each<GraderSpec>([
    { kind: 'exact' },
    { kind: 'exact-ci' },
    { kind: 'contains' },
    { kind: 'regex', pattern: '^{target}$', flags: '' },
    { kind: 'labels', labels: [composed, 'Rome'] },
    { kind: 'similarity', threshold: 1 },
  ])('%j takes an accent for the same however it is written', (spec) => {
    expect(grade(spec, combining, composed).passed).toBe(true);
    expect(grade(spec, composed, combining).passed).toBe(true);
  });

  it('labels and number set thoughts and markdown aside, and say so', () => {
    const labels: GraderSpec = { kind: 'labels', labels: ['Yes', 'No'] };
    expect(grade(labels, '`Yes`', 'Yes')).toEqual({ value: 1, passed: true, note: 'Yes for Yes; markdown set aside' });
    expect(grade(labels, '<think>Or No?</think> No', 'Yes').note).toBe('No for Yes; thoughts set aside');
    expect(grade({ ...labels, aside: [] }, '`Yes`', 'Yes').passed).toBe(false);
    const number: GraderSpec = { kind: 'number', tolerance: 0, relative: false };
    expect(grade(number, '<think>2?</think>', '2').note).toBe('no number in the answer; thoughts set aside');
  });

  it('other graders compare thoughts unless they are to be set aside, and say so', () => {
    const answer = '<think>Rome?</think>Paris';
    expect(grade({ kind: 'exact' }, answer, 'Paris').note).toMatch(
      /; the thoughts before the answer were compared too$/,
    );
    const score = grade({ kind: 'exact', aside: ['thoughts'] }, answer, 'Paris');
    expect(score).toEqual({ value: 1, passed: true, note: 'compared "Paris" with "Paris"; thoughts set aside' });
  });

  it.each([
    [undefined, 'exact', true, 'thoughts set aside'],
    [['thoughts'], 'exact', true, 'thoughts set aside'],
    [[], 'exact', false, 'the thoughts before the answer were compared too'],
    [['markdown'], 'contains', true, 'the thoughts before the answer were compared too'],
  ] as const)('thoughts kept beside the answer are set aside unless %j leaves them in', (aside, kind, passed, note) => {
    const made = compileGrader({ kind, ...(aside === undefined ? {} : { aside }) });
    if (!made.ok || made.value.by !== 'rules') throw new Error('It grades by rules.');
    expect(made.value.grade('Paris', 'Paris', {}, 'Rome?')).toMatchObject({
      passed,
      note: expect.stringMatching(`; ${note}$`),
    });
    expect(made.value.grade('Paris', 'Paris', {}).note).not.toContain('thoughts');
  });
});

describe('bounds of the settings', () => {
  it('refuses a tolerance or threshold out of range', () => {
    expect(refusal({ kind: 'number', tolerance: -1, relative: false })).toMatch(/tolerance/);
    expect(refusal({ kind: 'number', tolerance: Number.NaN, relative: false })).toMatch(/tolerance/);
    expect(refusal({ kind: 'similarity', threshold: 1.1 })).toMatch(/threshold/);
    expect(refusal({ kind: 'labels', labels: [' '] })).toMatch(/empty/);
  });
});

describe('modelsGradingThemselves', () => {
  it('finds the measured models that are judges too, by provider and name', () => {
    const [one, other] = [
      { providerId: 'p', model: 'm' },
      { providerId: 'q', model: 'm' },
    ];
    const judge: GraderSpec = { kind: 'judge', ...one, rubric: '' };
    expect(modelsGradingThemselves([one, other], [{ kind: 'exact' }, judge])).toEqual([one]);
    expect(modelsGradingThemselves([one], [{ kind: 'exact' }])).toEqual([]);
  });
});

describe('nameGrader', () => {
  it('names each with its settings', () => {
    expect(nameGrader({ kind: 'number', tolerance: 5, relative: true })).toBe('number within 5%');
    expect(nameGrader({ kind: 'judge', providerId: 'p', model: 'm', rubric: '' })).toBe('judged by m');
  });
});

describe('every grader', () => {
  it('gives a value from 0 to 1 and passes an answer that is the target', () => {
    const specs: readonly GraderSpec[] = [
      { kind: 'exact' },
      { kind: 'exact-ci' },
      { kind: 'similarity', threshold: 1 },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...specs), fc.string(), fc.string(), (spec, answer, target) => {
        const { value } = grade(spec, answer, target);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(grade(spec, target, target).passed).toBe(true);
      }),
    );
  });
});

const context: FlagContext = {
  items: [{ target: ' no' }, { target: 'yes' }, { target: 'no' }],
  providerId: 'openai',
  rubric: 'Which is kinder?',
  readText: (path) => {
    if (path === 'schema.json') return '{"type":"object"}';
    if (path === 'python.json') return "{\n  'type': 'object'}";
    if (path === 'cut.json') return '{"type":';
    throw new Error('no such file');
  },
};

function flagged(typed: string): GraderSpec | string {
  const reading = readGraderFlag(typed, context);
  return reading.ok ? reading.spec : reading.why;
}

/** A flag of every kind, and what it reads as. */
const FLAGS: readonly (readonly [typed: string, spec: GraderSpec])[] = [
  ['exact', { kind: 'exact' }],
  ['exact-ci', { kind: 'exact-ci' }],
  ['contains', { kind: 'contains' }],
  ['regex:a:b', { kind: 'regex', pattern: 'a:b', flags: '' }],
  ['json', { kind: 'json' }],
  ['json-schema:schema.json', { kind: 'json-schema', schema: { type: 'object' } }],
  ['number:5%', { kind: 'number', tolerance: 5, relative: true }],
  ['number:first', { kind: 'number', tolerance: 0, relative: false, take: 'first' }],
  ['number:2:first', { kind: 'number', tolerance: 2, relative: false, take: 'first' }],
  ['labels', { kind: 'labels', labels: ['no', 'yes'] }],
  ['similarity', { kind: 'similarity', threshold: 0.5 }],
  ['similarity:mean', { kind: 'similarity', threshold: null }],
  ['slots', { kind: 'slots' }],
  ['slots:race, job', { kind: 'slots', slots: ['race', 'job'] }],
  ['tool-call', { kind: 'tool-call' }],
  ['judge:big', { kind: 'judge', providerId: 'openai', model: 'big', rubric: 'Which is kinder?' }],
];

describe('the table of graders', () => {
  it.each(FLAGS)('%s is read from the command line, stored, and comes back from the form', (typed, spec) => {
    expect(flagged(typed)).toEqual(spec);
    expect(graderSchemas.filter((schema) => schema.safeParse(spec).success)).toHaveLength(1);
    expect(readGraderDraft(draftFromGrader(spec))).toEqual({ ok: true, spec });
  });

  it('keeps what is set aside from the command line and through the form', () => {
    const reading = readGraderFlag('labels:a,b', { ...context, aside: ['thoughts'] });
    const spec: GraderSpec = { kind: 'labels', labels: ['a', 'b'], aside: ['thoughts'] };
    expect(reading).toEqual({ ok: true, spec });
    expect(readGraderDraft(draftFromGrader(spec))).toEqual({ ok: true, spec });
    expect(graderFields('labels').map(([name]) => name)).toEqual(['labels', 'thoughts', 'markdown']);
  });

  it.each(GRADER_CHOICES.map(({ value }) => value))('offers to set thoughts and markdown aside for %s', (kind) => {
    const fields = new Map(graderFields(kind));
    const usual = kind === 'labels' || kind === 'number';
    expect([fields.get('thoughts')?.initial, fields.get('markdown')?.initial]).toEqual([usual, usual]);
  });

  it('sets aside in the form what a grader usually compares', () => {
    const spec: GraderSpec = { kind: 'exact', aside: ['markdown'] };
    expect(readGraderDraft({ kind: 'exact', markdown: true })).toEqual({ ok: true, spec });
    expect(readGraderDraft(draftFromGrader(spec))).toEqual({ ok: true, spec });
    const fenced: GraderSpec = { kind: 'json-schema', schema: { type: 'object' }, aside: ['markdown'] };
    expect(grade(fenced, '```json\n{}\n```', '')).toMatchObject({
      passed: true,
      note: 'read "{}"; markdown set aside',
    });
  });

  it('has a flag in the test above for every kind', () => {
    const kinds = [...new Set(FLAGS.map(([, { kind }]) => kind))];
    expect(GRADER_CHOICES.map(({ value }) => value).toSorted()).toEqual(kinds.toSorted());
  });

  it('says what a flag lacks', () => {
    expect(flagged('regex')).toBe('write the grader as regex:PATTERN');
    expect(flagged('judge:')).toBe('write the grader as judge:MODEL');
    expect(flagged('number:few')).toBe('few is no number of 0 or more');
    expect(flagged('similarity:-1')).toBe('-1 is no number of 0 or more');
    expect(flagged('json-schema:x')).toBe('no JSON schema could be read from x: no such file');
    expect(flagged('json-schema:python.json')).toBe(
      'python.json is not JSON, line 2, column 3: single quotes. Write double quotes; Python’s json.dumps does, str() does not.',
    );
    expect(flagged('json-schema:cut.json')).toBe(
      'cut.json is not JSON, line 1, column 9: it ends too early. Write the whole object, down to its last bracket.',
    );
    expect(readGraderDraft({ kind: 'json-schema', schema: '{"type": object}' })).toEqual({
      ok: false,
      field: 'schema',
      why: 'this is not JSON, line 1, column 10. Write JSON: keys and text in double quotes, no trailing commas.',
    });
    expect(flagged('constructor')).toBe(`there is no grader constructor; there are ${GRADER_HELP}`);
  });

  it('names every kind in the help and in the form, each in its order', () => {
    expect(GRADER_HELP).toBe(
      'exact, exact-ci, contains, regex:PATTERN, json, json-schema:FILE, number[:TOLERANCE[%]][:first], labels[:A,B,…], ' +
        'similarity[:THRESHOLD|:mean], slots[:A,B,…], tool-call, judge:MODEL; the first decides right or wrong; what fits the targets when absent',
    );
    expect(GRADER_CHOICES.map(({ label }) => label)).toEqual([
      'equal, case aside',
      'equal',
      'contains the target',
      'label of a set',
      'number',
      'pattern',
      'equal as JSON',
      'JSON of a schema',
      'similar text',
      'names every slot',
      'judged by a model',
      'tool call',
    ]);
  });

  it('takes the initial value where a draft has none, or one of another kind of input', () => {
    const spec = { kind: 'similarity', threshold: 0.8 };
    expect(readGraderDraft({ kind: 'similarity' })).toEqual({ ok: true, spec });
    expect(readGraderDraft({ kind: 'similarity', threshold: '0.2' })).toEqual({ ok: true, spec });
  });
});
