import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import type { StepMetrics } from '../../../src/domain/training/types.ts';
import type { EngineModels, GeneratedToken, LanguageModel, Runner } from '../../../src/engine/runners/types.ts';

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

const state = z.object({ answer: z.string(), epochs: z.number() });

const words = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

/** Says the same words over and over, each a token, until it has said them once or reached its limit. */
export function parrot(text: string): LanguageModel {
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
const endless: LanguageModel = {
  *generate(_messages, options) {
    for (let i = 0; i < options.maxTokens; i += 1) yield { text: ' on', logprob: -1, top: [] };
  },
};

/** Says its seed, and is the surer of it the nearer to 7 that is. */
const lucky: LanguageModel = {
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

/** A runner that learns the last completion by heart, with the signals of a real one. */
export const testRunner: Runner = {
  name: 'test',
  silenceMs: 60_000,
  baseModels: [QUICK, HELD, BROKEN],
  async train(task, emit, signal) {
    if (task.baseModel === BROKEN) throw new Error('The practice weights fell apart.');
    const done = task.resumeFrom ? state.parse(JSON.parse(new TextDecoder().decode(task.resumeFrom))).epochs : 0;
    const answer = task.train.at(-1)?.completion ?? '';
    const snapshot = (epochs: number): Uint8Array => new TextEncoder().encode(JSON.stringify({ answer, epochs }));
    const perEpoch = Math.ceil(task.train.length / task.batchSize);
    const total = perEpoch * task.epochs;
    for (let epoch = done + 1; epoch <= task.epochs; epoch += 1) {
      for (let i = 1; i <= perEpoch; i += 1) {
        const step = (epoch - 1) * perEpoch + i;
        emit({ kind: 'step', metrics: stepMetrics(step, total, false, task.validation.length > 0) });
        await setImmediate();
        signal.throwIfAborted();
      }
      const step = epoch * perEpoch;
      const metrics = stepMetrics(step, total, true, task.validation.length > 0);
      emit({ kind: 'epoch', epoch, step, metrics, model: snapshot(epoch) });
      if (task.baseModel === HELD && epoch === 2 && done === 0) await untilAborted(signal);
    }
    return { model: snapshot(task.epochs), trainedTokens: task.train.length * task.epochs };
  },
  load: (model) => parrot(state.parse(JSON.parse(new TextDecoder().decode(model))).answer),
};

const SILENCE_MS = 1_500;

/** Runners that are watched: one that stops, and one that says only that it works. */
export const watchedRunner: Runner = {
  ...testRunner,
  name: 'watched',
  baseModels: [STUCK, SLOW],
  silenceMs: SILENCE_MS,
  async train(task, emit, signal) {
    if (task.baseModel === STUCK) {
      emit({ kind: 'step', metrics: stepMetrics(1, 9, false, false) });
      emit({ kind: 'step', metrics: stepMetrics(2, 9, false, false) });
      for (;;);
    }
    for (const until = Date.now() + 2 * SILENCE_MS; Date.now() < until; ) emit({ kind: 'alive' });
    return testRunner.train({ ...task, baseModel: QUICK }, emit, signal);
  },
};

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

export const testModels: EngineModels = {
  runners: [testRunner, watchedRunner],
  baseModels: [
    { id: 'test-writer', createdAt: 1, tunable: false, load: () => parrot('You said: {prompt} END of it') },
    { id: 'test-seeded', createdAt: 2, tunable: false, load: () => parrot('seed {seed}') },
    { id: 'test-endless', createdAt: 3, tunable: false, load: () => endless },
    { id: 'test-lucky', createdAt: 3, tunable: false, load: () => lucky },
    ...[QUICK, HELD, BROKEN, STUCK, SLOW].map((id) => ({
      id,
      createdAt: 4,
      tunable: true,
      load: () => parrot('untuned'),
    })),
  ],
  countTokens: (text) => words(text).length,
};
