import { peakBytes } from '../../../../bench/peak-memory.js';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { artifactOf, optionsFor, RUN } from './sample.ts';

/** Writes an artifact of 200,000 rows, 200 MB, and tells the most memory it took, in megabytes. */
const [root = ''] = process.argv.slice(2);
const text = 'x'.repeat(1000);

function* lines(): Generator<string, void, undefined> {
  for (let row = 0; row < 200_000; row++) yield `{"row":${row},"text":"${text}"}\n`;
}

const artifacts = [artifactOf({ files: [{ path: 'data.jsonl', chunks: lines }] })];
await writeRun({ ...RUN, artifacts }, optionsFor(root));
process.stdout.write(String(Math.round(peakBytes() / 1e6)));
