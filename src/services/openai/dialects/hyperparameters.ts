import { OPENAI_ANSWERS } from '../job-parse.ts';
import { chosenHyperparameters, type JobForm } from '../jobs.ts';
import { openAIShaped } from './dialect.ts';

/** OpenAI's older form, which names no method: top-level `hyperparameters`. Older servers refuse `method`. */
export const hyperparametersForm: JobForm = {
  settings: (request) => {
    const hyperparameters = chosenHyperparameters(request.hyperparameters);
    return Object.keys(hyperparameters).length === 0 ? {} : { hyperparameters };
  },
  answers: OPENAI_ANSWERS,
  newestFirst: true,
};

export const hyperparametersDialect = openAIShaped(hyperparametersForm);
