import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameProject, mergeProject } from '../../../src/domain/project/merge.ts';
import { newProject } from '../../../src/domain/project/project.ts';
import type { Project } from '../../../src/domain/project/types.ts';
import { DND } from '../../../src/domain/template/examples.ts';

const before = newProject({ id: 'p', now: 1, name: 'P', template: DND });

const changes = fc.record({
  name: fc.constantFrom('P', 'Q', 'R'),
  system: fc.constantFrom(DND.system, 'one', 'two'),
  model: fc.constantFrom(before.plan.model, 'm', 'n'),
  maxTokens: fc.constantFrom(before.plan.maxTokens, 1, 2),
  screen: fc.constantFrom('home' as const, 'chat' as const),
});
const withChanges = ({
  name,
  system,
  model,
  maxTokens,
  screen,
}: typeof changes extends fc.Arbitrary<infer T> ? T : never): Project => ({
  ...before,
  name,
  screen,
  template: { ...before.template, system },
  plan: { ...before.plan, model, maxTokens },
});
const FACES = [
  (project: Project) => project.name,
  (project: Project) => project.template.system,
  (project: Project) => project.plan.model,
  (project: Project) => project.plan.maxTokens,
];

describe('a project that two windows changed', () => {
  it('has of each field the one that was changed, and ours where both were', () => {
    fc.assert(
      fc.property(changes, changes, (a, b) => {
        const [mine, theirs] = [withChanges(a), withChanges(b)];
        const { project, conflict } = mergeProject(before, mine, theirs);
        for (const face of FACES) {
          const wanted = face(mine) === face(before) ? face(theirs) : face(mine);
          expect(face(project)).toBe(wanted);
        }
        expect(project.screen).toBe(mine.screen);
        const [was, ours, other] = [DND.system, a.system, b.system];
        expect(conflict).toBe(ours !== was && other !== was && ours !== other);
      }),
    );
  });

  it('is the same for both but for screen and time', () => {
    expect(isSameProject(before, { ...before, screen: 'chat', updatedAt: 9 })).toBe(true);
    expect(isSameProject(before, { ...before, name: 'Q' })).toBe(false);
  });
});
