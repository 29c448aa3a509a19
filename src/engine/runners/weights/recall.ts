import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Checkpoint } from '../types.ts';
import type { LineOf } from './lines.ts';

const figure = z.number().nullish().catch(null);

/** What transformers writes down of a training, with each checkpoint. */
const trainerState = z.object({
  log_history: z.array(
    z.looseObject({
      step: z.number(),
      loss: figure,
      grad_norm: figure,
      learning_rate: figure,
      mean_token_accuracy: figure,
      'rewards/accuracies': figure,
      'rewards/chosen': figure,
      'rewards/rejected': figure,
      'rewards/margins': figure,
    }),
  ),
});

const checkpointFacts = z.object({ step: z.number(), epoch: z.number(), model: z.boolean() });

/**
 * What a runner did up to a checkpoint, as the lines it said of it: nobody heard those of its last steps when the job was
 * paused, or when its engine died. What was heard is known by its step, and is told once.
 */
export function recall({ path }: Checkpoint): readonly (LineOf<'step'> | LineOf<'checkpoint'>)[] {
  const state = join(path, 'trainer_state.json');
  const steps = existsSync(state) ? trainerState.parse(JSON.parse(readFileSync(state, 'utf8'))).log_history : [];
  const facts = join(path, 'checkpoint.json');
  const checkpoint = existsSync(facts) ? checkpointFacts.parse(JSON.parse(readFileSync(facts, 'utf8'))) : null;
  return [
    ...steps.flatMap((each) => (each.loss == null ? [] : [stepLine(each)])),
    ...(checkpoint === null ? [] : [{ kind: 'checkpoint' as const, path, ...checkpoint }]),
  ];
}

function stepLine(log: z.output<typeof trainerState>['log_history'][number]): LineOf<'step'> {
  const pairs = log['rewards/chosen'] != null;
  const rewards = { chosen: log['rewards/chosen'] ?? null, rejected: log['rewards/rejected'] ?? null };
  return {
    kind: 'step',
    step: log.step,
    loss: log.loss ?? null,
    accuracy: log[pairs ? 'rewards/accuracies' : 'mean_token_accuracy'] ?? null,
    learning_rate: log.learning_rate ?? null,
    gradient_norm: log.grad_norm ?? null,
    tokens_per_second: null,
    seconds: null,
    ...(pairs ? { rewards: { ...rewards, margin: log['rewards/margins'] ?? null } } : {}),
  };
}
