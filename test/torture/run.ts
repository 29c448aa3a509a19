// `npm run torture` does every harm at its full count; `npm run torture -- generate eval` only those; `--times 5` fewer.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios.ts';
import { TABLE_HEAD, tableRow } from './verdict.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const unknown = positionals.filter((name) => !(name in SCENARIOS));
if (unknown.length > 0) {
  console.error(`No such scenario: ${unknown.join(', ')}. There are ${Object.keys(SCENARIOS).join(', ')}.`);
  process.exit(2);
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, load ${loadavg()[0]?.toFixed(1)}`;
console.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}, ${machine}, seed ${values.seed}\n`);
console.log(TABLE_HEAD);
const started = performance.now();
const broken: string[] = [];
for (const [name, { scenario, times }] of Object.entries(SCENARIOS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const verdict = await scenario({ times: Number(values.times ?? times), seed: Number(values.seed) });
  console.log(tableRow(verdict));
  broken.push(...verdict.broken.map((words) => `${name}: ${words}`));
}
console.log(`\n${Math.round((performance.now() - started) / 1000)} s`);
for (const line of broken) console.error(line);
process.exitCode = broken.length === 0 ? 0 : 1;
