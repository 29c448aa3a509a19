import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import type { StepMetrics } from '../../../src/domain/training/types.ts';
import { languageModel } from '../../../src/engine/runners/practice/answers.ts';
import type { PracticeModel } from '../../../src/engine/runners/practice/types.ts';
import type { BaseModel, GeneratedToken, Runner, Trainer } from '../../../src/engine/runners/types.ts';

/** Trains at once. */
export const QUICK = 'test-quick';
/** Trains two epochs and then waits until it is stopped; resumed from a checkpoint, it goes on to the end. */
export const HELD = 'test-held';
/** Brings its thread down. */
export const BROKEN = 'test-broken';
/** Comes to a stop after its second step, deaf to whoever stops it. */
export const STUCK = 'test-stuck';
/** Has nothing to report for twice as long as it may be silent, and works all the while. */
export const SLOW = 'test-slow';

const LEARNED = [QUICK, HELD, BROKEN];
const WATCHED = [STUCK, SLOW];
const TUNABLE = [...LEARNED, ...WATCHED];

const state = z.object({ answer: z.string(), epochs: z.number() });

const words = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

/** Says the same words over and over, each a token, until it has said them once or reached its limit. */
export function parrot(text: string): PracticeModel {
  return {
    *generate(messages, options): Iterable<GeneratedToken> {
      const last = messages.at(-1)?.content ?? '';
      const said = text.replace('{prompt}', last).replace('{seed}', String(options.seed));
      for (const word of words(said).slice(0, options.maxTokens)) {
        const top = [
          { text: word, logprob: -0.25 },
          { text: ' other', logprob: -2 },
        ].slice(0, options.topLogprobs);
        yield { text: word, logprob: -0.25, top };
      }
    },
  };
}

/** Never ends on its own: what it says is only bounded by the limit or by the client going away. */
const endless: PracticeModel = {
  *generate(_messages, options) {
    for (let i = 0; i < options.maxTokens; i += 1) yield { text: ' on', logprob: -1, top: [] };
  },
};

/** Says its seed, and is the surer of it the nearer to 7 that is. */
const lucky: PracticeModel = {
  *generate(_messages, { seed, maxTokens }) {
    for (const text of ['seed', ` ${seed}`].slice(0, maxTokens))
      yield { text, logprob: -0.1 - Math.abs(seed - 7), top: [] };
  },
};

const stepMetrics = (step: number, totalSteps: number, full: boolean, validated: boolean): StepMetrics => ({
  step,
  totalSteps,
  trainLoss: 2 / step,
  trainTokenAccuracy: 1 - 1 / (step + 1),
  validLoss: validated ? 3 / step : null,
  validTokenAccuracy: validated ? 0.5 : null,
  fullValidLoss: full && validated ? 3.5 / step : null,
  fullValidTokenAccuracy: full && validated ? 0.4 : null,
});

const readState = (path: string) => state.parse(JSON.parse(readFileSync(join(path, 'state.json'), 'utf8')));

/** Learns the last completion by heart, with the signals of a real one. */
export const testTrainer: Trainer = {
  place: 'thread',
  settings: [],
  resume: (_folder, [latest = null]) => latest,
  silenceMs: 60_000,
  tunes: (base) => LEARNED.includes(base),
  async train(task, emit, signal) {
    if (task.baseModel === BROKEN) throw new Error('The practice weights fell apart.');
    const { train, validation } = await task.examples();
    const done = task.resumeFrom ? readState(task.resumeFrom.path).epochs : 0;
    const answer = train.at(-1)?.completion ?? '';
    const snapshot = (epochs: number): string => {
      const path = join(task.folder, `snapshot-${epochs}`);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'state.json'), JSON.stringify({ answer, epochs }));
      return path;
    };
    const perEpoch = Math.ceil(train.length / task.batchSize);
    const total = perEpoch * task.epochs;
    for (let epoch = done + 1; epoch <= task.epochs; epoch += 1) {
      for (let i = 1; i <= perEpoch; i += 1) {
        const step = (epoch - 1) * perEpoch + i;
        emit({ kind: 'step', metrics: stepMetrics(step, total, false, validation.length > 0) });
        await setImmediate();
        signal.throwIfAborted();
      }
      const step = epoch * perEpoch;
      const metrics = stepMetrics(step, total, true, validation.length > 0);
      emit({ kind: 'epoch', epoch, step, metrics, path: snapshot(epoch) });
      if (task.baseModel === HELD && epoch === 2 && done === 0) await untilAborted(signal);
    }
    return { path: snapshot(task.epochs), trainedTokens: train.length * task.epochs };
  },
};

const SILENCE_MS = 1_500;

/** Trains what is watched: one base that stops, and one that says only that it works. */
export const watchedTrainer: Trainer = {
  ...testTrainer,
  tunes: (base) => WATCHED.includes(base),
  silenceMs: SILENCE_MS,
  async train(task, emit, signal) {
    if (task.baseModel === STUCK) {
      emit({ kind: 'step', metrics: stepMetrics(1, 9, false, false) });
      emit({ kind: 'step', metrics: stepMetrics(2, 9, false, false) });
      for (;;);
    }
    for (const until = Date.now() + 2 * SILENCE_MS; Date.now() < until; ) emit({ kind: 'alive' });
    return testTrainer.train({ ...task, baseModel: QUICK }, emit, signal);
  },
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

const BASES: Readonly<Record<string, PracticeModel>> = {
  'test-writer': parrot('You said: {prompt} END of it'),
  'test-seeded': parrot('seed {seed}'),
  'test-endless': endless,
  'test-lucky': lucky,
  ...Object.fromEntries(TUNABLE.map((id) => [id, parrot('untuned')])),
};

const MODELS = Object.keys(BASES).map(
  (id, index): BaseModel => ({
    id,
    createdAt: index + 1,
    methods: TUNABLE.includes(id) ? ['supervised'] : [],
    practice: true,
    state: 'ready',
    bytes: null,
  }),
);

const runnerOf = (name: string, trainer: Trainer, bases: readonly BaseModel[]): Runner => ({
  name,
  models: async () => bases,
  async open({ base, path }) {
    const model = path === null ? BASES[base] : parrot(readState(path).answer);
    if (model === undefined) throw new Error(`There is no ${base}.`);
    return languageModel(model, (text) => words(text).length);
  },
  trainer,
  estimate: null,
  async close() {},
});

const isWatched = ({ id }: BaseModel): boolean => WATCHED.includes(id);

export const testRunners: readonly Runner[] = [
  runnerOf(
    'test',
    testTrainer,
    MODELS.filter((model) => !isWatched(model)),
  ),
  runnerOf('watched', watchedTrainer, MODELS.filter(isWatched)),
];
