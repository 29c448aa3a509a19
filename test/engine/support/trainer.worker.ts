import { runTrainerThread } from '../../../src/engine/training/trainer.ts';
import { testRunner, watchedRunner } from './runner.ts';

await runTrainerThread([testRunner, watchedRunner]);
