import { runTrainerThread } from '../../../src/engine/training/trainer.ts';
import { testTrainer, watchedTrainer } from './runner.ts';

await runTrainerThread([testTrainer, watchedTrainer]);
