import { describe, expect, it } from 'vitest';
import {
  type GraderDraft,
  type GraderSpec,
  readGraderDraft,
} from '../../../../src/domain/evaluation/graders/graders.ts';
import { modelRefName, searchCandidates, toggleRef } from '../../../../src/screens/evaluate/model-refs.ts';
import { draftFromEvaluation, newDraft, readPlan, shownDraft } from '../../../../src/screens/evaluate/plan/draft.ts';
import { planFields } from '../../../../src/screens/evaluate/plan/fields.ts';
import { jobOf, recordOf } from '../../../app/fakes/jobs.ts';
import { BASE, TUNED } from '../render-evaluate.tsx';

const EXACT = { kind: 'exact-ci' } as const;
const draft = { ...shownDraft({ ...newDraft([]), graders: [EXACT] }, null), models: [BASE, TUNED] };

const GRADERS: readonly GraderSpec[] = [
  { kind: 'exact' },
  { kind: 'exact-ci' },
  { kind: 'contains' },
  { kind: 'regex', pattern: '^{target}$', flags: 'i' },
  { kind: 'json-schema', schema: { type: 'object' } },
  { kind: 'number', tolerance: 5, relative: true },
  { kind: 'labels', labels: ['Yes', 'No'] },
  { kind: 'similarity', threshold: 0.7 },
  { kind: 'slots', slots: ['race'] },
  { kind: 'judge', ...TUNED, rubric: 'kind' },
];

describe('a plan', () => {
  it('begins with the newest tuned model after its base, repeatable and by what fits the targets', () => {
    const job = jobOf({ model: 'small', status: 'succeeded', fineTunedModel: 'ft:small' });
    expect(newDraft([recordOf(job)])).toMatchObject({
      source: 'validation',
      models: [{ model: 'small' }, { model: 'ft:small' }],
      graders: null,
      temperature: 0,
    });
  });

  it('comes back whole from an evaluation, every grader of it', () => {
    const reading = readPlan(draft);
    if (!reading.ok) throw new Error(reading.why);
    const plan = { ...reading.plan, graders: GRADERS, source: { kind: 'file', path: '/x.jsonl' } as const };
    const evaluation = { id: 'e', projectId: 'p', name: 'n', createdAt: 0, items: 1, plan };
    expect(readPlan(shownDraft(draftFromEvaluation(evaluation), null))).toEqual({ ok: true, plan });
  });

  it('shows what fits until a person chooses', () => {
    const proposal = { graders: [{ kind: 'similarity', threshold: null }], why: 'they are prose' } as const;
    expect(shownDraft(newDraft([]), proposal)).toMatchObject({
      graders: [{ kind: 'similarity', marked: false }],
      why: 'they are prose',
    });
    expect(shownDraft({ ...newDraft([]), graders: [EXACT] }, proposal)).toMatchObject({ graders: [EXACT], why: null });
    expect(shownDraft(newDraft([]), null)).toMatchObject({ graders: [], why: null });
  });

  it('says the first thing that is missing', () => {
    const why = (change: Partial<Parameters<typeof readPlan>[0]>) => {
      const reading = readPlan({ ...draft, ...change });
      return reading.ok ? null : reading.why;
    };
    expect(why({})).toBeNull();
    expect(why({ models: [] })).toContain('choose a model');
    expect(why({ graders: [] })).toContain('let the targets be read');
    expect(why({ source: 'file' })).toContain('name the file');
    expect(why({ graders: [{ kind: 'labels', labels: 'Yes,' }] })).toContain('two labels');
  });

  it('names the parameter that is wrong', () => {
    expect(readGraderDraft({ kind: 'regex', pattern: '(' })).toMatchObject({
      ok: false,
      field: 'pattern',
    });
    expect(readGraderDraft({ kind: 'json-schema', schema: '{' })).toMatchObject({ field: 'schema' });
    expect(readGraderDraft({ kind: 'judge' })).toMatchObject({ field: 'judge' });
  });

  it('asks only for the parameters of its graders, and lets all but the last one go', () => {
    const fields = (graders: readonly GraderDraft[]) =>
      planFields({
        hasBatches: false,
        draft: { ...draft, graders },
        models: [],
        change: () => {},
        complete: async (path) => ({ path, entries: [] }),
        onModels: () => {},
        onAddGrader: () => {},
      });
    const number = { kind: 'number' } as const;
    expect(fields([EXACT]).map(({ id }) => id)).not.toContain('tolerance-0');
    expect(fields([EXACT, number]).map(({ id }) => id)).toContain('tolerance-1');
    const judges = (judge?: typeof BASE) => {
      const field = planFields({
        hasBatches: false,
        draft: { ...draft, models: [BASE], graders: [{ kind: 'judge', judge }] },
        models: [BASE, TUNED].map((ref) => ({ ref, note: '' })),
        change: () => {},
        complete: async (path) => ({ path, entries: [] }),
        onModels: () => {},
        onAddGrader: () => {},
      }).find(({ id }) => id === 'judge-0');
      return field?.kind === 'select' ? field.options.map(({ label, note }) => `${label} ${note}`.trim()) : [];
    };
    expect(judges()).toEqual([TUNED.model]);
    expect(judges(BASE)).toEqual([`${BASE.model} judges its own answers`, TUNED.model]);
    const removable = (graders: readonly GraderDraft[]) =>
      fields(graders).some((field) => field.kind === 'select' && field.options.some(({ value }) => value === 'remove'));
    expect(removable([EXACT])).toBe(false);
    expect(removable([EXACT, number])).toBe(true);
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
