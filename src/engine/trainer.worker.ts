import { runners } from './runners/index.ts';
import { runTrainerThread } from './training/host.ts';

await runTrainerThread(runners);
