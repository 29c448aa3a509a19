// `npm run bench` measures everything; `npm run bench -- generation rows` only those. Exit 1 when a limit is not met.
import { cpus, totalmem } from 'node:os';
import { check } from './check.ts';
import { evaluation } from './evaluation.ts';
import { firstFrame } from './first-frame.ts';
import { generation } from './generation.ts';
import { idle } from './idle.ts';
import { importing } from './importing.ts';
import type { Result } from './measure.ts';
import { million } from './million.ts';
import { pacing } from './pacing.ts';
import { rows } from './rows.ts';
import { searching } from './searching.ts';
import { tokens } from './tokens.ts';
import { tracking } from './tracking.ts';
import { training } from './training.ts';
import { watching } from './watching.ts';
import { weights } from './weights.ts';

const suites: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  'first-frame': firstFrame,
  check,
  import: importing,
  million,
  idle,
  generation,
  evaluation,
  pacing,
  training,
  tracking,
  rows,
  search: searching,
  tokens,
  watching,
  weights,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}, ${machine}\n`);
console.log('| bench | what | result | limit | |\n|---|---|---|---|---|');

let missed = 0;
for (const [name, suite] of Object.entries(suites)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  for (const result of await suite()) {
    if (result.met === false) missed += 1;
    const verdict = result.met === null ? '' : result.met ? 'met' : 'MISSED';
    console.log(`| ${name} | ${result.what} | ${result.figure} | ${result.limit} | ${verdict} |`);
  }
}
process.exitCode = missed === 0 ? 0 : 1;
