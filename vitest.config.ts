import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Every process and thread that the tests start compiles what the one before it has compiled: a sixth of what engines and threads take.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url));

const OUTSIDE = ['test/cli', 'test/e2e', 'test/torture'].map((folder) => `${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default', './test/harness/summary.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // A busy machine is told from a fault by a second try; the summary names what needed one.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        // Modules are read once for all files: four times as fast for plain code. So no module of the tests may count on being
        // read anew for each file (a hook at its top level is one that only the first file has).
        test: { name: 'inside', include: ['test/**/*.test.{ts,tsx}'], exclude: OUTSIDE, isolate: false },
      },
      { extends: true, test: { name: 'outside', include: OUTSIDE } },
    ],
  },
});
