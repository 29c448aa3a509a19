import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const nursery = new URL('../../src/services/nursery.ts', import.meta.url).href;

/** The most MiB that V8 gave the nursery of a program that holds a page of objects while it makes the next. */
function mostMebibytes(before: string): number {
  const program = `
    import { setImmediate as turn } from 'node:timers/promises';
    import { getHeapSpaceStatistics } from 'node:v8';
    ${before}
    const size = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    let most = 0;
    let page = [];
    for (let round = 0; round < 60; round += 1) {
      const next = [];
      for (let at = 0; at < 40_000; at += 1) next.push({ round, at, text: round + ' of ' + at });
      page = next;
      most = Math.max(most, size());
      await turn();
    }
    console.log(most / 2 ** 20);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}

it('stays as it is where it is held', () => {
  const held = mostMebibytes(`const { holdNursery } = await import('${nursery}'); holdNursery();`);
  expect(held).toBeLessThan(0.25 * mostMebibytes(''));
}, 60_000);

it('is let grow, and not as far as V8 would', () => {
  const held = mostMebibytes(`const { growNursery } = await import('${nursery}'); growNursery();`);
  expect(held).toBeGreaterThan(8);
  expect(held).toBeLessThan(0.75 * mostMebibytes(''));
}, 60_000);
