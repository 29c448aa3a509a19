import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRows } from '../../../src/domain/dataset/split.ts';
import { duplicateProject, newProject, pickProject } from '../../../src/domain/project/project.ts';
import { DND } from '../../../src/domain/template/examples.ts';
import { findBoundsProblems } from '../../../src/domain/training/job-settings.ts';

const fresh = newProject({ id: 'p1', now: 5, name: 'Mine', template: DND });

describe('newProject', () => {
  it('is ready to run on the embedded engine', () => {
    expect(fresh).toMatchObject({ providerId: 'embedded', screen: 'home', createdAt: 5, updatedAt: 5 });
    expect(fresh.plan).toMatchObject({
      model: 'practice-writer',
      temperature: 1,
      maxTokens: 300,
      cells: { kind: 'all' },
    });
    expect(fresh.training).toMatchObject({ model: 'practice-small', suffix: 'd-d-characters' });
    expect(findBoundsProblems(fresh.training, { kind: 'azure', jobDialect: 'method' })).toEqual([]);
  });

  it('leaves at least 10 of 16 rows to train on and holds one out, whatever their ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 16, maxLength: 16 }), (ids) => {
        const rows = ids.map((id) => ({ id }));
        const { train, validation } = splitRows(rows, fresh.training.validationShare, fresh.training.splitSeed);
        expect(train.length).toBeGreaterThanOrEqual(10);
        expect(validation.length).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('pickProject', () => {
  it('takes a project of before there was a method for a supervised one', () => {
    const { method: _method, beta: _beta, ...training } = fresh.training;
    expect(pickProject(JSON.parse(JSON.stringify({ ...fresh, training })))).toEqual(fresh);
    const dpo = { ...fresh, training: { ...fresh.training, method: 'dpo' as const, beta: 0.3 } };
    expect(pickProject(JSON.parse(JSON.stringify(dpo)))).toEqual(dpo);
  });

  it('gives back what was kept', () => {
    expect(pickProject(JSON.parse(JSON.stringify(fresh)))).toEqual(fresh);
    const changed = {
      ...fresh,
      plan: { ...fresh.plan, cells: { kind: 'random' as const, count: 3, seed: 9 }, capUsd: 2, concurrency: 8 },
      chat: { ...fresh.chat, sampling: { topP: 0.5, stop: ['x'], seed: 1 } },
    };
    expect(pickProject(JSON.parse(JSON.stringify(changed)))).toEqual(changed);
  });

  it('fills in what is missing or makes no sense', () => {
    const { name, system, ...prompts } = DND;
    const old = {
      id: 'p',
      template: prompts,
      plan: { model: 'gpt-4o', temperature: 'hot' },
      screen: 'gone',
      chat: null,
    };
    expect(pickProject(old)).toEqual({
      ...newProject({ id: 'p', now: 0, name: 'Untitled', template: { ...DND, name: 'Untitled', system: '' } }),
      plan: { ...fresh.plan, model: 'gpt-4o' },
      training: { ...fresh.training, suffix: 'untitled' },
    });
    expect([name, system]).toEqual([DND.name, DND.system]);
  });

  it('takes nothing else for a project', () => {
    for (const value of [null, 5, 'x', [], {}, { id: 'p' }, { id: '', template: DND }])
      expect(pickProject(value)).toBeNull();
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (plan, training) => {
        expect(pickProject({ id: 'p', template: DND, plan, training })?.template).toEqual(DND);
      }),
    );
  });

  it('is copied under another id', () => {
    expect(duplicateProject(fresh, { id: 'p2', now: 9, name: 'Copy' })).toEqual({
      ...fresh,
      id: 'p2',
      name: 'Copy',
      createdAt: 9,
      updatedAt: 9,
    });
  });
});
