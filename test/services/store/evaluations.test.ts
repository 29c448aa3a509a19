import { beforeEach, describe, expect, it } from 'vitest';
import type { EvaluationStore, VoteStore } from '../../../src/app/runtime/ports.ts';
import { WrittenNumber } from '../../../src/domain/common/json.ts';
import { predictionsProjectId } from '../../../src/domain/evaluation/items.ts';
import type { Evaluation, EvaluationItem, Vote } from '../../../src/domain/evaluation/types.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createEvaluations, createVotes } from '../../../src/services/store/evaluations.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';
import { sampleRow, temporaryHome } from './sample.ts';

let database: Database;
let evaluations: EvaluationStore;
let votes: VoteStore;

beforeEach((context) => {
  database = createDatabase({ home: temporaryHome() });
  context.onTestFinished(() => database.close());
  evaluations = createEvaluations(database);
  votes = createVotes(database);
});

const A = { providerId: 'embedded', model: 'a' };
const B = { providerId: 'openai', model: 'ft:b:org::1' };

const evaluation = (id: string, createdAt: number, projectId = 'p'): Evaluation => ({
  id,
  projectId,
  name: `Evaluation ${id}`,
  createdAt,
  items: 2,
  plan: {
    source: { kind: 'rows', side: 'validation' },
    models: [A, B],
    graders: [
      { kind: 'exact-ci' },
      { kind: 'json-schema', schema: { type: 'object', const: new WrittenNumber('9007199254740993') } },
      { kind: 'labels', labels: ['Yes', 'No'] },
      { kind: 'judge', ...B, rubric: 'Which is kinder?' },
    ],
    sampling: { temperature: 0, maxTokens: 5 },
    concurrency: 'auto',
    capUsd: 1.5,
  },
});

const item = (id: string, line: number): EvaluationItem => ({
  id,
  rowId: line === 1 ? id : null,
  line,
  target: 'Yes',
  slices: { document: '12' },
  ...(line === 1 ? { slots: { race: 'elf' } } : { whole: '{"messages": [], "tools": [1.10]}' }),
  prompt: [{ role: 'user', content: `Question ${id}` }],
});

const vote = (itemId: string, choice: Vote['choice']): Vote => ({ itemId, first: A, second: B, choice, at: 7 });

describe('evaluations', () => {
  it('gives them back as they were, newest first, each project its own', () => {
    evaluations.save(evaluation('e1', 1), [item('x', 1), item('y', 2)]);
    evaluations.save(evaluation('e2', 2), []);
    evaluations.save(evaluation('e3', 3, 'other'), []);
    expect(evaluations.list('p')).toEqual([evaluation('e2', 2), evaluation('e1', 1)]);
    expect(evaluations.get('e1')).toEqual(evaluation('e1', 1));
    expect(evaluations.get('nobody')).toBeNull();
    const ofModel = (model: string, most = 9) =>
      createEvaluations(database)
        .ofModel(model, most)
        .map(({ id }) => id);
    expect([ofModel('ft:b:org::1'), ofModel('a', 1), ofModel('ft:b')]).toEqual([['e3', 'e2', 'e1'], ['e3'], []]);
    expect(evaluations.items('e1')).toEqual([item('x', 1), item('y', 2)]);
  });

  it('puts new items in place of the old when saved again', () => {
    evaluations.save(evaluation('e1', 1), [item('x', 1)]);
    evaluations.save(evaluation('e1', 1), [item('y', 1)]);
    expect(evaluations.items('e1')).toEqual([item('y', 1)]);
    expect(evaluations.list('p')).toHaveLength(1);
  });

  it('takes a removed one with its items and votes, and no other', () => {
    for (const id of ['e1', 'e2']) {
      evaluations.save(evaluation(id, 1), [item('x', 1)]);
      votes.add(id, vote('x', 'first'));
    }
    evaluations.remove('e1');
    expect([evaluations.get('e1'), evaluations.items('e1'), votes.list('e1')]).toEqual([null, [], []]);
    expect([evaluations.items('e2').length, votes.list('e2').length]).toEqual([1, 1]);
  });

  it('go with their project, predictions too; another project keeps its own', () => {
    const rows = createRows(database);
    for (const projectId of ['p', 'other']) {
      evaluations.save(evaluation(`e-${projectId}`, 1, projectId), [item('x', 1)]);
      rows.put([sampleRow(predictionsProjectId(projectId), 'r')]);
    }
    createProjectData(database).clear('p');
    expect([evaluations.get('e-p'), rows.get(predictionsProjectId('p'), 'r')]).toEqual([null, null]);
    expect(rows.counts(predictionsProjectId('p'), {}).total).toBe(0);
    expect(evaluations.items('e-other')).toHaveLength(1);
    expect(rows.get(predictionsProjectId('other'), 'r')).not.toBeNull();
  });
});

describe('votes', () => {
  it('are kept in order, and taken back from the newest on', () => {
    votes.add('e1', vote('x', 'tie'));
    votes.add('e2', vote('z', 'first'));
    votes.add('e1', vote('y', 'second'));
    expect(votes.list('e1')).toEqual([vote('x', 'tie'), vote('y', 'second')]);
    expect(votes.removeNewest('e1')).toBe(true);
    expect(votes.list('e1')).toEqual([vote('x', 'tie')]);
    expect(votes.removeNewest('e1')).toBe(true);
    expect(votes.removeNewest('e1')).toBe(false);
    expect(votes.list('e2')).toHaveLength(1);
  });
});
