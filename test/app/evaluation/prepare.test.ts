import { describe, expect, it } from 'vitest';
import { fileProjectId, planProblem, prepareEvaluation } from '../../../src/app/evaluation/prepare.ts';
import type { EvaluationItem, EvaluationPlan } from '../../../src/domain/evaluation/types.ts';

const model = (name: string) => ({ providerId: 'embedded', model: name });
const planOf = (change: Partial<EvaluationPlan> = {}): EvaluationPlan => ({
  source: { kind: 'file', path: '/data/held.jsonl' },
  models: [model('base'), model('tuned')],
  graders: [{ kind: 'exact' }],
  sampling: { temperature: 0, maxTokens: 512 },
  concurrency: 'auto',
  capUsd: null,
  ...change,
});
const itemOf = (id: string): EvaluationItem => ({ id, rowId: null, line: 1, prompt: [], target: '', slices: {} });
const ITEMS = [itemOf('a'), itemOf('b')];
const prepared = (plan: EvaluationPlan, change: Partial<Parameters<typeof prepareEvaluation>[1]> = {}) =>
  prepareEvaluation(plan, { projectId: 'cli', createdAt: 1, items: ITEMS, ...change });

describe('a plan of an evaluation', () => {
  it('has a problem without models, with one twice, without graders, and with one that cannot be made', () => {
    expect(planProblem(planOf(), ITEMS)).toBeNull();
    expect(planProblem(planOf({ models: [] }), ITEMS)).toMatchObject({
      what: 'No model is chosen.',
      saved: 'Nothing was sent.',
    });
    expect(planProblem(planOf({ models: [model('base'), model('base')] }), ITEMS)?.what).toBe(
      'A model is chosen twice.',
    );
    expect(planProblem(planOf({ graders: [] }), ITEMS)?.what).toBe('No grader is chosen.');
    expect(planProblem(planOf({ graders: [{ kind: 'regex', pattern: '(', flags: '' }] }), ITEMS)).not.toBeNull();
    const slots = planOf({ graders: [{ kind: 'slots' }] });
    expect(planProblem(slots, ITEMS)?.what).toContain('has no slot to look for');
    expect(planProblem(slots, [{ ...itemOf('a'), slots: { race: 'elf' } }])).toBeNull();
  });
});

describe('an evaluation that is begun', () => {
  it('is called by its source and its models, or by a given name', () => {
    expect(prepared(planOf()).name).toBe('held.jsonl · 2 models');
    expect(prepared(planOf({ source: { kind: 'rows', side: 'train' }, models: [model('base')] })).name).toBe(
      'train rows · base',
    );
    expect(prepared(planOf(), { name: 'mine', id: 'x' })).toMatchObject({ name: 'mine', id: 'x', items: 2 });
  });

  it('without an id of its own has one of what is sent, whatever it may cost and wherever the file lies', () => {
    const { id } = prepared(planOf());
    expect(id).toBe('eval-bc863896e102');
    expect(prepared(planOf({ capUsd: 1, concurrency: 3, source: { kind: 'file', path: 'x' } })).id).toBe(id);
    const others = [
      prepared(planOf({ models: [model('base')] })),
      prepared(planOf({ graders: [{ kind: 'contains' }] })),
      prepared(planOf({ sampling: { temperature: 1, maxTokens: 512 } })),
      prepared(planOf(), { items: [itemOf('a')] }),
      prepared(planOf(), { projectId: fileProjectId('http://127.0.0.1:1/v1') }),
    ].map((other) => other.id);
    expect(new Set([id, ...others]).size).toBe(6);
  });

  it('of a file shares its answers with other files, and not with another server', () => {
    expect(fileProjectId(undefined)).toBe('cli');
    expect(fileProjectId('http://127.0.0.1:1/v1')).toBe('cli:http://127.0.0.1:1/v1');
  });
});
