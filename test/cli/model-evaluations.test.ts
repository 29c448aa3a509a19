import { expect, onTestFinished, test } from 'vitest';
import { Questions } from '../../src/app/evaluation/questions.ts';
import { evaluationSections } from '../../src/cli/model-evaluations.ts';
import { SHIPPED_PRICES } from '../../src/domain/pricing/prices.ts';
import { createDatabase } from '../../src/services/store/database.ts';
import { createEvaluations } from '../../src/services/store/evaluations.ts';
import { createRows } from '../../src/services/store/rows/rows.ts';
import { sampleRow, temporaryHome } from '../services/store/sample.ts';

const BASE = { providerId: 'embedded', model: 'tiny' };
const TUNED = { providerId: 'embedded', model: 'ft:tiny:luthier::abc' };

test('a card has what evaluations found of its model, beside the others they measured', () => {
  const home = temporaryHome();
  expect(evaluationSections(home, TUNED.model)).toBe('');
  const database = createDatabase({ home });
  onTestFinished(() => database.close());
  const plan = {
    source: { kind: 'rows', side: 'validation' },
    models: [BASE, TUNED],
    graders: [{ kind: 'exact' }],
    sampling: {},
    concurrency: 'auto',
    capUsd: null,
  } as const;
  const items = [1, 2].map((line) => ({
    ...{ id: `i${line}`, rowId: null, line, target: 'Yes', slices: {} },
    prompt: [{ role: 'user' as const, content: `Question ${line}` }],
  }));
  const evaluation = { id: 'e', projectId: 'p', name: 'Held | out', createdAt: Date.UTC(2026, 0, 2), plan, items: 2 };
  createEvaluations(database).save(evaluation, items);
  // Begun and not answered, it says nothing of the model.
  expect(evaluationSections(home, TUNED.model)).toBe('');
  const questions = new Questions(evaluation, items, () => SHIPPED_PRICES);
  const answers = ['No', 'Yes', 'Yes', 'Yes'];
  const rows = [...questions.all()].map(({ question }, place) =>
    sampleRow(questions.namespace, question.id, { completion: answers[place] ?? '', cell: {} }),
  );
  createRows(database).put(rows);
  const section = evaluationSections(home, TUNED.model);
  expect(section).toContain('Held \\| out, 2026-01-02: 2 items, graded by exact');
  expect(section).toMatch(
    /\| tiny \| 1 \/ 2 \| 50\.0% \| [\d.]+–[\d.]+% \|\n\| ft:tiny:luthier::abc \| 2 \/ 2 \| 100\.0% \|/,
  );
});
