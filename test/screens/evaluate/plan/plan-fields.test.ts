import { describe, expect, it } from 'vitest';
import { type GraderSpec, readGraderDraft } from '../../../../src/domain/evaluation/graders/graders.ts';
import { modelRefName, searchCandidates, toggleRef } from '../../../../src/screens/evaluate/model-refs.ts';
import { draftFromEvaluation, NEW_GRADER, newDraft, readPlan } from '../../../../src/screens/evaluate/plan/draft.ts';
import { planFields } from '../../../../src/screens/evaluate/plan/fields.ts';
import { jobOf, recordOf } from '../../../app/fakes/jobs.ts';
import { BASE, TUNED } from '../render-evaluate.tsx';

const draft = { ...newDraft([]), models: [BASE, TUNED] };

const GRADERS: readonly GraderSpec[] = [
  { kind: 'exact' },
  { kind: 'exact-ci' },
  { kind: 'contains' },
  { kind: 'regex', pattern: '^{target}$', flags: 'i' },
  { kind: 'json-schema', schema: { type: 'object' } },
  { kind: 'number', tolerance: 5, relative: true },
  { kind: 'labels', labels: ['Yes', 'No'] },
  { kind: 'similarity', threshold: 0.7 },
  { kind: 'judge', ...TUNED, rubric: 'kind' },
];

describe('a plan', () => {
  it('begins with the newest tuned model after its base, repeatable and by the notebook measure', () => {
    const job = jobOf({ model: 'small', status: 'succeeded', fineTunedModel: 'ft:small' });
    expect(newDraft([recordOf(job)])).toMatchObject({
      source: 'validation',
      models: [{ model: 'small' }, { model: 'ft:small' }],
      graders: [{ kind: 'exact-ci' }],
      temperature: 0,
    });
  });

  it('comes back whole from an evaluation, every grader of it', () => {
    const reading = readPlan(draft);
    if (!reading.ok) throw new Error(reading.why);
    const plan = { ...reading.plan, graders: GRADERS, source: { kind: 'file', path: '/x.jsonl' } as const };
    const evaluation = { id: 'e', projectId: 'p', name: 'n', createdAt: 0, items: 1, plan };
    expect(readPlan(draftFromEvaluation(evaluation))).toEqual({ ok: true, plan });
  });

  it('says the first thing that is missing', () => {
    const why = (change: Partial<typeof draft>) => {
      const reading = readPlan({ ...draft, ...change });
      return reading.ok ? null : reading.why;
    };
    expect(why({})).toBeNull();
    expect(why({ models: [] })).toContain('choose a model');
    expect(why({ source: 'file' })).toContain('name the file');
    expect(why({ graders: [{ ...NEW_GRADER, kind: 'labels', labels: 'Yes,' }] })).toContain('two labels');
  });

  it('names the parameter that is wrong', () => {
    expect(readGraderDraft({ ...NEW_GRADER, kind: 'regex', pattern: '(' })).toMatchObject({
      ok: false,
      field: 'pattern',
    });
    expect(readGraderDraft({ ...NEW_GRADER, kind: 'json-schema', schema: '{' })).toMatchObject({ field: 'schema' });
    expect(readGraderDraft({ ...NEW_GRADER, kind: 'judge' })).toMatchObject({ field: 'judge' });
  });

  it('asks only for the parameters of its graders, and lets all but the last one go', () => {
    const fields = (graders: typeof draft.graders) =>
      planFields({
        draft: { ...draft, graders },
        models: [],
        change: () => {},
        onModels: () => {},
        onAddGrader: () => {},
      });
    const number = { ...NEW_GRADER, kind: 'number' } as const;
    expect(fields([NEW_GRADER]).map(({ id }) => id)).not.toContain('tolerance-0');
    expect(fields([NEW_GRADER, number]).map(({ id }) => id)).toContain('tolerance-1');
    const judges = (judge?: typeof BASE) => {
      const field = planFields({
        draft: { ...draft, models: [BASE], graders: [{ kind: 'judge', judge }] },
        models: [BASE, TUNED].map((ref) => ({ ref, note: '' })),
        change: () => {},
        onModels: () => {},
        onAddGrader: () => {},
      }).find(({ id }) => id === 'judge-0');
      return field?.kind === 'select' ? field.options.map(({ label, note }) => `${label} ${note}`.trim()) : [];
    };
    expect(judges()).toEqual([TUNED.model]);
    expect(judges(BASE)).toEqual([`${BASE.model} judges its own answers`, TUNED.model]);
    const removable = (graders: typeof draft.graders) =>
      fields(graders).some((field) => field.kind === 'select' && field.options.some(({ value }) => value === 'remove'));
    expect(removable([NEW_GRADER])).toBe(false);
    expect(removable([NEW_GRADER, number])).toBe(true);
  });
});

describe('models', () => {
  it('are marked in order and named apart where two providers have one name', () => {
    expect(toggleRef(toggleRef([BASE], TUNED), BASE)).toEqual([TUNED]);
    const elsewhere = { ...BASE, providerId: 'openai' };
    expect(modelRefName(BASE, [BASE, elsewhere])).toBe('base at embedded');
    expect(modelRefName(TUNED, [BASE, TUNED])).toBe('tuned');
  });

  it('are found by words, or taken for any provider as typed', () => {
    const profile = { kind: 'openai', baseUrl: null, jobDialect: 'method', apiVersion: null } as const;
    const profiles = [{ ...profile, id: 'openai', name: 'OpenAI' }];
    const all = [{ ref: BASE, note: 'Engine, base of a job here' }];
    expect(searchCandidates(all, 'engine job', profiles)).toEqual(all);
    expect(searchCandidates(all, 'gpt-9', profiles).map(({ ref }) => ref)).toEqual([
      { providerId: 'openai', model: 'gpt-9' },
    ]);
  });
});
