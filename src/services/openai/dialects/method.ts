import type { JobCreateParams } from 'openai/resources/fine-tuning/jobs';
import type { Hyperparameters, JobChoices, JobRequest } from '../../../domain/training/types.ts';
import { weightSettingsOnWire } from '../../../domain/training/weight-settings.ts';
import { estimateAtEngine } from '../engine-estimate.ts';
import { OPENAI_ANSWERS } from '../job-parse.ts';
import { chosenHyperparameters, type JobForm } from '../jobs.ts';
import { type Dialect, openAIShaped } from './dialect.ts';

/** `method`, with the hyperparameters inside: OpenAI and the embedded engine. */
export const methodForm: JobForm = {
  settings: (request) => ({ method: methodOf(request) }),
  answers: OPENAI_ANSWERS,
  newestFirst: true,
};

const shaped = openAIShaped(methodForm);

export const methodDialect: Dialect = {
  ...shaped,
  jobs: (session, profile) => ({
    ...shaped.jobs(session, profile),
    estimate: (request, options) => estimateAtEngine(session, profile, methodForm, request, options),
  }),
};

function methodOf({ method, beta, hyperparameters, choices }: JobRequest): JobCreateParams.Method {
  const common = { ...chosenHyperparameters(hyperparameters), ...ofWeights(hyperparameters, choices) };
  if (method !== 'dpo') {
    return { type: 'supervised', ...(isEmpty(common) ? {} : { supervised: { hyperparameters: common } }) };
  }
  const all = { ...(beta === undefined || beta === 'auto' ? {} : { beta }), ...common };
  return { type: 'dpo', ...(isEmpty(all) ? {} : { dpo: { hyperparameters: all } }) };
}

/** What jobs of real weights take besides, in the same place; whose base is none of them is asked for nothing of it. */
const ofWeights = ({ learningRate = 'auto', loraRank = 'auto' }: Hyperparameters, choices: JobChoices = {}) => ({
  ...(learningRate === 'auto' ? {} : { learning_rate: learningRate }),
  ...(loraRank === 'auto' ? {} : { lora_r: loraRank }),
  ...(choices.weights === undefined ? {} : { full: choices.weights === 'full' }),
  ...weightSettingsOnWire(choices.settings ?? {}),
});

const isEmpty = (fields: object): boolean => Object.keys(fields).length === 0;
