import { appendFileSync } from 'node:fs';

/** The thread that counts, which notes its start first. */
appendFileSync(process.env.LUTHIER_TEST_STARTS ?? '', 'started\n');
await import('../../../src/services/tokens/tokenizer.worker.ts');
