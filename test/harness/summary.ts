import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line that any CI can read: how many passed, failed and were skipped; before it, what passed only when tried again. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenFiles = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    const failures = count('failed') + brokenFiles + unhandledErrors.length;
    const flaky = tests.filter((test) => test.diagnostic()?.flaky === true);
    for (const test of flaky)
      process.stdout.write(`\nPassed at its second try: ${test.module.moduleId} > ${test.fullName}`);
    process.stdout.write(`\n${count('passed')} passed, ${failures} failed, ${count('skipped')} skipped\n`);
  }
}
