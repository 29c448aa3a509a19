import { runTrainerThread } from '../../../src/engine/training/host.ts';
import { testRunner } from './runner.ts';

await runTrainerThread([testRunner]);
