import { expect, it } from 'vitest';
import { parseTarget } from '../../../src/domain/bakeoff/target.ts';
import { openFakeWorkbench } from '../fakes/fake-workbench.ts';

const base = (id: string, practice: boolean) => ({
  id,
  ownedBy: 'luthier',
  shutdownDate: null,
  tuned: false,
  engine: { practice, state: 'ready' as const, bytes: 1, methods: ['supervised' as const] },
});

it('a target of real weights may say what jobs of them take; one of a practice model beside them may not', () => {
  const desk = openFakeWorkbench();
  desk.store.setState({
    models: { status: 'ready', models: [base('org/tiny', false), base('practice-small', true)] },
  });
  const problemOf = (typed: string): string | null => {
    const read = parseTarget(typed);
    if (!read.ok) return expect.unreachable(read.what);
    return desk.workbench.bakeoff.problem({ targets: [read.value] })?.what ?? null;
  };
  expect(problemOf('embedded:org/tiny,rank=8')).toBeNull();
  expect(problemOf('embedded:org/tiny,method=dpo')).toBeNull();
  expect(problemOf('embedded:practice-small,rank=8')).toContain('no LoRA rank');
  expect(problemOf('embedded:practice-small,method=dpo')).toContain('practice engine');
});
