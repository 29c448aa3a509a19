import type { LanguageModel, Runner } from '../types.ts';
import { generate } from './generate.ts';
import { deserialise } from './serialise.ts';
import { train } from './train.ts';

/** The practice runner: a statistical model of language, trained in seconds on one core. */
export const tiny: Runner = {
  name: 'tiny',
  baseModels: ['practice-small'],
  train,
  load: (bytes): LanguageModel => {
    const { model } = deserialise(bytes);
    return { generate: (messages, options) => generate(model, messages, options) };
  },
};
