import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fileOf, splitLines, trainingFiles } from '../../../src/app/dataset/training-files.ts';
import type { FileService, JobService } from '../../../src/app/runtime/ports.ts';
import { quoteOfReport } from '../../../src/app/training/quote.ts';
import { jobSettingsOf, startTraining, trainingProblem } from '../../../src/app/training/start.ts';
import { type ReusedFile, reusedText } from '../../../src/app/training/uploads.ts';
import { sumSpending } from '../../../src/domain/pricing/spending.ts';
import { type FileStanding, ProviderError } from '../../../src/domain/provider/provider.ts';
import type { JobEstimate } from '../../../src/domain/training/estimate.ts';
import type { JobRequest, TuningJob } from '../../../src/domain/training/types.ts';
import { fakeDeps } from '../fakes/fake-deps.ts';
import { JobServer, jobOf } from '../fakes/jobs.ts';
import { fakeProvider, PRICES, providersOf, remoteFile, templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `{"line":${index},"text":"ä"}\n`);
const job = { model: 'free', suffix: 'dnd', seed: 1 };
const request = {
  projectId: 'p',
  providerId: 'embedded',
  dialect: { kind: 'embedded', jobDialect: 'method' } as const,
  quoteUsd: 0.5,
  another: { how: 'Say so.', agreed: async () => false },
  job: { ...job, hyperparameters: jobOf().hyperparameters },
};

function world(parts: { readonly files?: Partial<FileService>; readonly jobs?: Partial<JobService> }) {
  const uploads = new Map<string, string>();
  const created: JobRequest[] = [];
  const server = new JobServer([
    { events: 2, status: 'running' },
    { events: 1, status: 'succeeded' },
  ]);
  const upload: FileService['upload'] = async (file, options) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.body()) {
      chunks.push(chunk);
      options.onSent?.(Buffer.concat(chunks).length);
    }
    const bytes = Buffer.concat(chunks);
    expect(bytes.length).toBe(file.bytes);
    uploads.set(file.filename, bytes.toString());
    return remoteFile(`file-${uploads.size}`, file.filename, file.bytes);
  };
  const create: JobService['create'] = async (asked) => {
    created.push(asked);
    return jobOf({ trainingFile: asked.trainingFile, validationFile: asked.validationFile });
  };
  const provider = fakeProvider({
    files: { upload, ...parts.files },
    jobs: { ...server.service(), create, ...parts.jobs },
  });
  return { uploads, created, deps: fakeDeps({ providers: providersOf(provider) }) };
}

describe('a file that the provider still works on', () => {
  const notReady = (message: string) => new ProviderError('invalid-request', message, { status: 400 });

  test('is waited for, and uploaded once', async () => {
    let tries = 0;
    const create: JobService['create'] = async () => {
      tries += 1;
      if (tries < 4) throw notReady('File file-1 is not ready yet; try again when it is processed.');
      return jobOf();
    };
    const { uploads, deps } = world({ jobs: { create } });
    const handle = startTraining(deps, {
      ...request,
      files: () => trainingFiles({ training: lines(12), validation: [] }, 'p'),
    });
    expect((await deps.clock.run(handle.finished)).status).toBe('succeeded');
    expect([tries, uploads.size]).toEqual([4, 1]);
  });

  test('ends the start when it is refused for good', async () => {
    let tries = 0;
    const create: JobService['create'] = async () => {
      tries += 1;
      throw notReady('No such model.');
    };
    const { deps } = world({ jobs: { create } });
    const handle = startTraining(deps, {
      ...request,
      files: () => trainingFiles({ training: lines(12), validation: [] }, 'p'),
    });
    expect((await deps.clock.run(handle.finished)).status).toBe('failed');
    expect(tries).toBe(1);
  });
});

describe('what a provider says of a job before there is one', () => {
  const dialect = { kind: 'together', jobDialect: 'together' } as const;
  const estimate = { costUsd: 4, tokens: 900, notes: [], doubts: [], refusal: null };
  const started = (said: JobEstimate, onEstimate?: () => boolean) => {
    const { deps, created, uploads } = world({ jobs: { estimate: async () => said } });
    const files = () => trainingFiles({ training: lines(12), validation: [] }, 'p');
    const handle = startTraining(deps, {
      ...request,
      dialect,
      files,
      ...(onEstimate === undefined ? {} : { onEstimate }),
    });
    return { deps, created, uploads, handle };
  };

  test('is asked when the files are there, and is what the job is quoted at', async () => {
    let uploaded = 0;
    const { deps, created, uploads, handle } = started(estimate, () => {
      uploaded = uploads.size;
      return true;
    });
    await deps.clock.run(handle.finished);
    expect([uploaded, created.length, handle.record()?.quoteUsd]).toEqual([1, 1, 4]);
  });

  test('leaves the quote as it was where it names no price', async () => {
    const { deps, handle } = started({ ...estimate, costUsd: null });
    await deps.clock.run(handle.finished);
    expect(handle.record()?.quoteUsd).toBe(0.5);
  });

  test.each([
    ['the provider would refuse it', { ...estimate, refusal: 'Too many epochs.' }, true, 'Too many epochs.'],
    ['nobody agrees to it', estimate, false, 'nobody agreed'],
  ])('keeps it from being created where %s', async (_, said, agreed, words) => {
    const { deps, created, handle } = started(said, () => agreed);
    const end = await deps.clock.run(handle.finished);
    expect([end.status, created]).toEqual(['failed', []]);
    expect(end.problem?.what).toContain(words);
    expect(deps.askedJobs.list({})).toEqual([]);
  });
});

describe('a job whose creation failed', () => {
  test.each([
    ['may be billed when its answer was lost', new ProviderError('timeout', 'late'), { unsure: 1, unsureUsd: 0.5 }],
    [
      'is not billed when it was refused',
      new ProviderError('invalid-request', 'no', { status: 400 }),
      { unsure: 0, usd: 0 },
    ],
  ])('%s', async (_, fault, sum) => {
    const create: JobService['create'] = async () => {
      throw fault;
    };
    const { deps } = world({ jobs: { create } });
    const files = () => trainingFiles({ training: lines(12), validation: [] }, 'p');
    await deps.clock.run(startTraining(deps, { ...request, files }).finished);
    expect(sumSpending(deps.ledger.totals('p'))).toMatchObject({ ...sum, underWay: 0 });
  });
});

describe('a second start', () => {
  const files = () => trainingFiles({ training: lines(12), validation: lines(3) }, 'p');

  async function secondStart(standing: FileStanding, refusals: readonly (ProviderError | null)[] = []) {
    const creates: JobRequest[] = [];
    const create: JobService['create'] = async (asked) => {
      const refusal = refusals[creates.length] ?? null;
      creates.push(asked);
      if (refusal !== null) throw refusal;
      return jobOf();
    };
    const sent: string[] = [];
    const upload: FileService['upload'] = async ({ filename, bytes }) => {
      sent.push(filename);
      return remoteFile(`file-${sent.length}`, filename, bytes);
    };
    const { deps } = world({ jobs: { create }, files: { upload, standing: async () => standing } });
    await deps.clock.run(startTraining(deps, { ...request, files }).finished);
    const reused: string[] = [];
    const second = { ...request, files, onReuse: (file: ReusedFile) => reused.push(reusedText(file)) };
    const end = await deps.clock.run(startTraining(deps, second).finished);
    return { sent: sent.length, creates, reused, end };
  }

  test('takes the files that are already there, and says so', async () => {
    const failed = new ProviderError('rate-limit', 'Overloaded', { status: 429 });
    const { sent, creates, reused, end } = await secondStart('there', [failed]);
    expect([sent, end.status]).toEqual([2, 'succeeded']);
    expect(creates.at(-1)).toMatchObject({ trainingFile: 'file-1', validationFile: 'file-2' });
    expect(reused).toEqual([
      'p-train.jsonl is already at embedded as file-1, so it is not sent again.',
      'p-validation.jsonl is already at embedded as file-2, so it is not sent again.',
    ]);
  });

  test('sends them again where they are gone', async () => {
    const { sent, creates, reused } = await secondStart('gone');
    expect([sent, reused]).toEqual([4, []]);
    expect(creates.at(-1)).toMatchObject({ trainingFile: 'file-3', validationFile: 'file-4' });
  });

  test('tries those of which the server says nothing, and sends them again when the job is refused for them', async () => {
    const refused = new ProviderError('invalid-request', 'file-1 does not exist', { status: 400 });
    const { sent, creates, end } = await secondStart('unknown', [null, refused]);
    expect([sent, end.status]).toEqual([4, 'succeeded']);
    expect(creates.map(({ trainingFile }) => trainingFile)).toEqual(['file-1', 'file-1', 'file-3']);
    const other = new ProviderError('invalid-request', 'No such model', { status: 400 });
    expect(await secondStart('unknown', [null, other])).toMatchObject({ sent: 2, end: { status: 'failed' } });
  });
});

describe('training', () => {
  test('uploads both sides, creates the job, keeps its record and follows it to its end', async () => {
    const { uploads, created, deps } = world({});
    const files = () => trainingFiles({ training: lines(12), validation: lines(3) }, 'D&D characters');
    const handle = startTraining(deps, { ...request, files });
    const end = await deps.clock.run(handle.finished);
    expect(end).toMatchObject({ status: 'succeeded', detail: { kind: 'watch', jobStatus: 'succeeded' } });
    expect([...uploads.keys()]).toEqual(['d-d-characters-train.jsonl', 'd-d-characters-validation.jsonl']);
    expect(uploads.get('d-d-characters-train.jsonl')).toBe(lines(12).join(''));
    expect(created).toMatchObject([{ ...job, trainingFile: 'file-1', validationFile: 'file-2' }]);
    const digest = (count: number) => createHash('sha256').update(lines(count).join('')).digest('hex').slice(0, 8);
    expect(deps.jobs.list('p')).toMatchObject([
      {
        trainRows: 12,
        validationRows: 3,
        quoteUsd: 0.5,
        data: { training: digest(12), validation: digest(3) },
        asked: request.job.hyperparameters,
      },
    ]);
    expect(deps.jobs.events('ftjob-1').length).toBe(4);
  });

  test('its record is on disk as soon as the job exists', async () => {
    const { deps } = world({ jobs: { retrieve: () => new Promise(() => {}) } });
    startTraining(deps, { ...request, files: () => trainingFiles({ training: lines(10), validation: [] }, 'x') });
    await deps.clock.advance(10);
    expect(deps.jobs.list('p').map((record) => record.job.id)).toEqual(['ftjob-1']);
  });

  test('a job that was made while its making was cancelled is kept all the same', async () => {
    const made = Promise.withResolvers<TuningJob>();
    const signals: (AbortSignal | undefined)[] = [];
    const create: JobService['create'] = (_, options) => {
      signals.push(options?.signal);
      return made.promise;
    };
    const { deps } = world({ jobs: { create } });
    const files = () => trainingFiles({ training: lines(10), validation: [] }, 'x');
    const handle = startTraining(deps, { ...request, files });
    await deps.clock.advance(10);
    handle.cancel();
    made.resolve(jobOf());
    expect((await deps.clock.run(handle.finished)).status).toBe('cancelled');
    expect(signals).toEqual([undefined]);
    expect(deps.jobs.list('p').map((record) => record.job.id)).toEqual(['ftjob-1']);
  });

  test('too few rows upload nothing; a refusal to train says what was saved and what to do', async () => {
    const few = world({});
    const files = () => trainingFiles({ training: lines(9), validation: [] }, 'x');
    const first = await few.deps.clock.run(startTraining(few.deps, { ...request, files }).finished);
    expect(first.problem?.what).toMatch(/9 rows/);
    expect(few.uploads.size).toBe(0);

    const create = async () => {
      throw new ProviderError('training-not-available', 'closed', { status: 403, code: 'training_not_available' });
    };
    const closed = world({ jobs: { create } });
    const many = () => trainingFiles({ training: lines(10), validation: [] }, 'x');
    const second = await closed.deps.clock.run(startTraining(closed.deps, { ...request, files: many }).finished);
    expect(second.problem?.saved).toMatch(/files at the provider/);
    expect(second.problem?.next).toMatch(/another provider/);
    expect(closed.deps.jobs.list('p')).toEqual([]);
  });
});

describe('a job that its provider would refuse', () => {
  test('is refused before its files are made, whichever face starts it', async () => {
    const { uploads, created, deps } = world({});
    const files = () => {
      throw new Error('Nobody needs the files.');
    };
    const handle = startTraining(deps, { ...request, job: { ...request.job, suffix: 'a b' }, files });
    const { status, problem } = await deps.clock.run(handle.finished);
    expect([status, problem?.next]).toEqual(['failed', 'Try a-b.']);
    expect(problem?.what).toContain('only letters, digits');
    expect([uploads.size, created.length]).toEqual([0, 0]);
  });
});

describe('settings of a job', () => {
  const { hyperparameters } = jobOf();
  const given = { model: 'free', suffix: 'dnd', seed: null, hyperparameters };
  const openai = { kind: 'openai', jobDialect: 'method' } as const;

  test('are sent as they were given, an empty suffix as none', () => {
    expect(jobSettingsOf({ ...given, suffix: '' })).toEqual({ ...given, suffix: null });
    const whole = { ...given, method: 'dpo', beta: 0.1, wandb: { project: 'p', entity: null } } as const;
    expect(jobSettingsOf(whole)).toEqual(whole);
    expect(Object.keys(jobSettingsOf({ ...given, wandb: undefined }))).not.toContain('wandb');
  });

  test('have a problem where the provider lacks the method, or a number is out of its bounds', () => {
    expect(trainingProblem(given, openai)).toBeNull();
    const dpo = { ...given, method: 'dpo' } as const;
    const embedded = { kind: 'embedded', jobDialect: 'method' } as const;
    expect(trainingProblem(dpo, embedded)).toEqual({ what: expect.stringContaining('supervised only'), fix: null });
    expect(trainingProblem({ ...given, suffix: 'a b' }, openai)?.fix).toBe('Try a-b.');
    expect(trainingProblem({ ...given, suffix: 'a.b' }, { ...openai, kind: 'azure' })?.what).toContain('no dots');
  });

  test('are quoted by the check of the whole file, less what is held out of it', () => {
    const report = { examples: 20, billedTokensPerEpoch: 1000 };
    const plan = { model: 'paid', hyperparameters: { ...hyperparameters, nEpochs: 2 } };
    const quote = quoteOfReport({ prices: () => PRICES }, plan, report, { training: 15, validation: 5 }, openai);
    expect(quote).toMatchObject({ trainExamples: 15, validationExamples: 5, tokensPerEpoch: 750, billedTokens: 1500 });
  });
});

describe('training files', () => {
  test('hold every trainable row once, on one side, and never a rejected one', () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      rowOf(`r${index}`, { cell: { a: `a${index}`, b: 'b' }, rating: index % 6 === 0 ? 'rejected' : 'unrated' }),
    );
    const plan = { rows: 'not-rejected', validationShare: 0.2, splitSeed: 1 } as const;
    const { training, validation } = splitLines(rows, templateOf(2), plan);
    expect(training.length + validation.length).toBe(50);
    expect(validation.length).toBeGreaterThan(0);
    expect(new Set([...training, ...validation]).size).toBe(50);
    expect([...training, ...validation].some((line) => line.includes('a0,'))).toBe(false);
    expect(splitLines(rows, templateOf(2), { ...plan, rows: 'accepted' }).training).toEqual([]);
  });

  test('a large file is sent in pieces that add up to its bytes', async () => {
    const file = fileOf('big.jsonl', lines(20_000));
    const sizes: number[] = [];
    for await (const piece of file.body()) sizes.push(piece.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(file.bytes);
  });
});

describe('a key that a model printed', () => {
  const key = 'sk-of-another-0123456789';
  const withKey = lines(12).with(3, `{"line":3,"text":"ä ${key} and ${key}"}\n`);

  test('is masked in what is sent, and said; the hash is that of what is sent', async () => {
    const { uploads, deps } = world({ files: { standing: async () => 'there' } });
    deps.keys.push(key);
    const told: string[] = [];
    const reused: ReusedFile[] = [];
    const start = () =>
      startTraining(deps, {
        ...request,
        files: () => trainingFiles({ training: withKey, validation: lines(2) }, 'p'),
        onMasked: (text) => told.push(text),
        onReuse: (file) => reused.push(file),
      });
    const first = start();
    expect((await deps.clock.run(first.finished)).status).toBe('succeeded');
    const sent = uploads.get('p-train.jsonl') ?? '';
    expect(sent).toBe(withKey.join('').replaceAll(key, '…'));
    expect(uploads.get('p-validation.jsonl')).toBe(lines(2).join(''));
    expect(told).toEqual(['p-train.jsonl: 2 keys in use stood in it and are masked.']);
    const data = createHash('sha256').update(sent).digest('hex').slice(0, 8);
    expect(first.record()?.data?.training).toBe(data);
    await deps.clock.run(start().finished);
    expect(uploads.size).toBe(2);
    expect(reused.map(({ fileId }) => fileId)).toEqual(['file-1', 'file-2']);
  });

  test('is masked where a piece of the file ends in it, and bytes of other lines stay as they are', async () => {
    const { uploads, deps } = world({});
    deps.keys.push(key, 'quoted"key"');
    const odd = Buffer.from([0x7b, 0xff, 0xc3, 0x7d, 0x0a]);
    const whole = Buffer.concat([odd, Buffer.from(`{"a":"${key}"}\r\n{"a":"quoted\\"key\\""}`)]);
    const file = fileOf('p.jsonl', lines(12));
    async function* body() {
      for (const byte of whole) yield Uint8Array.of(byte);
    }
    const handle = startTraining(deps, {
      ...request,
      files: () => ({ training: { ...file, bytes: whole.length, body }, validation: null }),
    });
    await deps.clock.run(handle.finished);
    const sent = Buffer.concat([odd, Buffer.from('{"a":"…"}\r\n{"a":"…"}')]);
    expect(uploads.get('p.jsonl')).toBe(sent.toString());
  });
});
