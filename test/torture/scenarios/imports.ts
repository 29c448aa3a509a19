import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { luthier, startLuthier } from '../../cli/support/cli.ts';
import { between, randomOf } from '../support/random.ts';
import { inPlace, writeLines } from '../support/work.ts';
import { promises, type Scenario } from '../verdict.ts';

const LINES = 20_000;

const linesOf = (path: string): number => readFileSync(path, 'utf8').split('\n').length - 1;

/** `import`, killed: its output is whole or not there, its input as it was, and no draft stays. */
export const importKilled: Scenario = ({ times, seed }) =>
  inPlace(async (place) => {
    const [found, random] = [promises(), randomOf(seed)];
    const source = writeLines(place.folder, 'source.jsonl', LINES);
    const before = readFileSync(source, 'utf8');
    const out = join(place.folder, 'out.jsonl');
    const args = ['import', source, '--out', out, '--force'];
    let lost = 0;
    for (let kill = 0; kill < times; kill += 1) {
      const { child, finished } = startLuthier(args, place);
      await pause(between(random, 50, 900));
      child.kill('SIGKILL');
      await finished;
      if (existsSync(out) && linesOf(out) !== LINES) lost += 1;
    }
    found.hold(lost === 0, `${lost} outputs were neither whole nor absent`);
    const { code, stderr } = await luthier(args, place);
    found.hold(code === 0, `the last run ended with ${code}: ${stderr.slice(-300)}`);
    found.hold(existsSync(out) && linesOf(out) === LINES, 'the last run did not write every line');
    found.hold(readFileSync(source, 'utf8') === before, 'the input is another than before');
    const left = readdirSync(place.folder).filter((name) => name.endsWith('.tmp'));
    found.hold(left.length === 0, `drafts of killed runs are left: ${left.join(', ')}`);
    return {
      what: `import of ${LINES.toLocaleString('en-US')} lines`,
      done: `${times} kills`,
      calls: null,
      lost,
      paidTwice: 0,
      broken: found.broken,
    };
  });
