import type { JobCreateParams } from 'openai/resources/fine-tuning/jobs';
import type { JobRequest } from '../../../domain/training/types.ts';
import { OPENAI_ANSWERS } from '../job-parse.ts';
import { chosenHyperparameters, type JobForm } from '../jobs.ts';
import { openAIShaped } from './dialect.ts';

/** `method`, with the hyperparameters inside: OpenAI and the embedded engine. */
export const methodForm: JobForm = {
  settings: (request) => ({ method: methodOf(request) }),
  answers: OPENAI_ANSWERS,
  newestFirst: true,
};

export const methodDialect = openAIShaped(methodForm);

function methodOf({ method, beta, hyperparameters }: JobRequest): JobCreateParams.Method {
  const common = chosenHyperparameters(hyperparameters);
  if (method !== 'dpo') {
    return { type: 'supervised', ...(isEmpty(common) ? {} : { supervised: { hyperparameters: common } }) };
  }
  const all = { ...(beta === undefined || beta === 'auto' ? {} : { beta }), ...common };
  return { type: 'dpo', ...(isEmpty(all) ? {} : { dpo: { hyperparameters: all } }) };
}

const isEmpty = (fields: object): boolean => Object.keys(fields).length === 0;
