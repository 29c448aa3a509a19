import { NO_FAULTS } from '../../../src/engine/http/faults.ts';
import type { EngineOptions } from '../../../src/engine/server.ts';
import { testRunners } from './runner.ts';

export const KEY = 'sk-test';

export const engineOptions = (home: string): EngineOptions => ({
  home,
  host: '127.0.0.1',
  port: 0,
  apiKey: KEY,
  rpm: null,
  tpm: null,
  latencyMs: 0,
  faults: NO_FAULTS,
  expireBatches: false,
  runners: testRunners,
  trainer: new URL('./trainer.worker.ts', import.meta.url),
  onFault: (error) => {
    throw error;
  },
});
