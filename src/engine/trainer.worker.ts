import { practiceTrainer } from './runners/practice/trainer.ts';
import { runTrainerThread } from './training/trainer.ts';

await runTrainerThread([practiceTrainer]);
