import { runners } from './runners/registry.ts';
import { runTrainerThread } from './training/trainer.ts';

await runTrainerThread(runners);
