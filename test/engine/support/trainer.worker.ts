import { runTrainerThread } from '../../../src/engine/training/trainer.ts';
import { testRunner } from './runner.ts';

await runTrainerThread([testRunner]);
