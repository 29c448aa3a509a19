import { beforeEach, describe, expect, it } from 'vitest';
import type { JobStore, TranscriptStore } from '../../../src/app/runtime/ports.ts';
import type { ChatTurn } from '../../../src/domain/chat/types.ts';
import type { Checkpoint, JobEvent, JobRecord, StepMetrics } from '../../../src/domain/training/types.ts';
import { createDatabase, type Database } from '../../../src/services/store/database.ts';
import { createJobs } from '../../../src/services/store/jobs.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { createTranscripts } from '../../../src/services/store/transcripts.ts';
import { temporaryHome } from './sample.ts';

let database: Database;
let jobs: JobStore;
let transcripts: TranscriptStore;

beforeEach((context) => {
  database = createDatabase({ home: temporaryHome() });
  context.onTestFinished(() => database.close());
  jobs = createJobs(database);
  transcripts = createTranscripts(database);
});

const METRICS: StepMetrics = {
  step: 1,
  totalSteps: 10,
  trainLoss: 0.5,
  trainTokenAccuracy: null,
  validLoss: null,
  validTokenAccuracy: null,
  fullValidLoss: null,
  fullValidTokenAccuracy: null,
};

const record = (id: string, createdAt: number, projectId = 'p'): JobRecord => ({
  projectId,
  providerId: 'embedded',
  job: {
    id,
    model: 'practice-small',
    status: 'running',
    fineTunedModel: null,
    trainingFile: 'file-1',
    validationFile: null,
    resultFiles: [],
    hyperparameters: { nEpochs: 'auto', batchSize: 4, learningRateMultiplier: 'auto' },
    trainedTokens: null,
    suffix: null,
    seed: 7,
    error: null,
    createdAt,
    finishedAt: null,
    estimatedFinish: null,
  },
  trainRows: 14,
  validationRows: 2,
  quoteUsd: null,
});

const event = (id: string, createdAt: number): JobEvent => ({
  id,
  createdAt,
  level: 'info',
  type: 'metrics',
  message: id,
  metrics: METRICS,
});

const checkpoint = (id: string, step: number): Checkpoint => ({
  id,
  jobId: 'j',
  model: `ft:m:${id}`,
  step,
  createdAt: step,
  metrics: METRICS,
});

const turn = (id: string, text = ''): ChatTurn => ({
  id,
  system: 's',
  user: id,
  replies: [
    { model: 'm', text, status: 'done', costUsd: null, error: null, answer: null },
    {
      model: 'n',
      text,
      status: 'failed',
      costUsd: 0.1,
      error: 'no',
      answer: {
        text,
        refusal: null,
        finishReason: 'stop',
        usage: { promptTokens: 1, completionTokens: 2, cachedTokens: 0 },
        model: 'n',
        limits: null,
        firstTokenMs: 1,
        totalMs: 2,
      },
    },
  ],
});

describe('jobs', () => {
  it('keeps the last word of each job, newest job first', () => {
    const failed = {
      ...record('old', 1).job,
      status: 'failed',
      error: { code: 'c', message: 'm', param: null },
    } as const;
    jobs.save(record('old', 1));
    jobs.save(record('new', 2));
    jobs.save(record('elsewhere', 3, 'q'));
    jobs.save({ ...record('old', 1), job: failed });
    expect(jobs.list('p')).toEqual([record('new', 2), { ...record('old', 1), job: failed }]);
  });

  it('keeps what a run was made of, and reads records of before that was kept', () => {
    const asked = { nEpochs: 'auto', batchSize: 4, learningRateMultiplier: 2 } as const;
    const whole = { ...record('new', 2), data: { training: 'a1b2c3d4', validation: null }, asked };
    jobs.save(whole);
    jobs.save(record('old', 1));
    expect(jobs.list('p')).toEqual([whole, record('old', 1)]);
  });

  it('stores an event once, and tells them oldest first', () => {
    jobs.addEvents('j', [event('a', 1), event('b', 2), event('c', 2)]);
    jobs.addEvents('j', [event('b', 2), event('c', 2), event('d', 2), event('late', 1)]);
    jobs.addEvents('other', [event('a', 1)]);
    jobs.addEvents('j', []);
    expect(jobs.events('j').map((told) => told.id)).toEqual(['a', 'late', 'b', 'c', 'd']);
    expect(jobs.events('j')[0]).toEqual(event('a', 1));
  });

  it('keeps the checkpoints the provider still has', () => {
    jobs.saveCheckpoints('j', [checkpoint('one', 1), checkpoint('two', 2)]);
    jobs.saveCheckpoints('j', [checkpoint('two', 2), checkpoint('three', 3)]);
    expect(jobs.checkpoints('j')).toEqual([checkpoint('two', 2), checkpoint('three', 3)]);
  });
});

describe('transcripts', () => {
  it('keeps turns in order, a turn saved again in its place', () => {
    for (const id of ['a', 'b', 'c']) transcripts.save('p', turn(id));
    transcripts.save('p', turn('b', 'longer'));
    transcripts.save('q', turn('a'));
    expect(transcripts.turns('p')).toEqual([turn('a'), turn('b', 'longer'), turn('c')]);
  });

  it('keeps what a model thought beside its answer, and what it was asked without', () => {
    const { replies, ...rest } = turn('a');
    const [, reply] = replies;
    if (!reply?.answer) throw new Error('There is an answer.');
    const thinking = {
      ...rest,
      replies: [{ ...reply, thoughts: 'Hm.', answer: { ...reply.answer, without: ['seed'] } }],
    };
    transcripts.save('p', thinking);
    expect(transcripts.turns('p')).toEqual([thinking]);
  });

  it('removes a turn and all after it, and nothing for a turn that is not there', () => {
    for (const id of ['a', 'b', 'c']) transcripts.save('p', turn(id));
    transcripts.save('q', turn('b'));
    transcripts.removeFrom('p', 'gone');
    expect(transcripts.turns('p')).toHaveLength(3);
    transcripts.removeFrom('p', 'b');
    transcripts.save('p', turn('d'));
    expect(transcripts.turns('p').map((kept) => kept.id)).toEqual(['a', 'd']);
    expect(transcripts.turns('q')).toHaveLength(1);
  });
});

it('a deleted project leaves no job, event, checkpoint or turn', () => {
  jobs.save(record('j', 1));
  jobs.save(record('k', 1, 'q'));
  jobs.addEvents('j', [event('a', 1)]);
  jobs.addEvents('k', [event('a', 1)]);
  jobs.saveCheckpoints('j', [checkpoint('one', 1)]);
  transcripts.save('p', turn('a'));
  createProjectData(database).clear('p');
  expect([jobs.list('p'), jobs.events('j'), jobs.checkpoints('j'), transcripts.turns('p')]).toEqual([[], [], [], []]);
  expect(jobs.events('k')).toHaveLength(1);
});
