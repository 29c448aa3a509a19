import { fault, type Served } from './wandb-operations.ts';
import { streamSchema } from './wandb-shapes.ts';
import { runKey, type ServedRun } from './wandb-state.ts';

const LARGEST_REQUEST = 10 * 2 ** 20;
const LONGEST_LINE = LARGEST_REQUEST - 100 * 2 ** 10;

/** A request of the stream. Rows follow those that are there, or are the same again. */
export function takeStream(
  server: Served & { readonly rewrites: boolean },
  path: readonly string[],
  body: string,
): unknown {
  const [entity = '', project = '', id = ''] = path;
  const run = server.state.runs.get(runKey(entity, project, id));
  if (run === undefined) throw fault(404, `run ${id} not found`);
  const { files = {}, uploaded = [], complete, exitcode } = streamSchema.parse(JSON.parse(body));
  if ((complete === undefined) !== (exitcode === undefined)) throw fault(400, 'complete and exitcode go together');
  const contents = Object.values(files).flatMap(({ content }) => content);
  if (contents.some((line) => Buffer.byteLength(line) > LONGEST_LINE)) throw fault(400, 'a line is too long');
  const size = contents.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  if (contents.length > 1 && size > LARGEST_REQUEST) throw fault(413, 'too large');
  for (const [name, { offset, content }] of Object.entries(files))
    takeLines(run, name, offset, content, server.rewrites);
  for (const file of uploaded) {
    if (!run.files.has(file)) throw fault(400, `${file} was told to be uploaded and is not there`);
    run.uploaded.add(file);
  }
  if (Object.keys(files).length === 0 && uploaded.length === 0 && complete === undefined) run.heartbeats += 1;
  run.exitCode = exitcode ?? null;
  return { stopped: false };
}

function takeLines(run: ServedRun, name: string, offset: number, content: readonly string[], rewrites: boolean): void {
  if (name === 'wandb-summary.json') {
    if (offset !== 0 || content.length !== 1) throw fault(400, 'a summary is one line at 0');
    run.summary = JSON.stringify(JSON.parse(content[0] ?? ''));
    return;
  }
  if (name !== 'wandb-history.jsonl' && name !== 'wandb-events.jsonl' && name !== 'output.log') {
    throw fault(400, `a stream of ${name}`);
  }
  const lines = run.lines[name];
  if (offset > lines.length) throw fault(400, `${name} has ${lines.length} lines and gets one at ${offset}`);
  for (const [place, line] of content.entries()) {
    const held = lines[offset + place];
    if (held !== undefined && held !== line && !rewrites)
      throw fault(400, `${name}: another line at ${offset + place}`);
    if (name === 'wandb-history.jsonl') checkRow(line);
    lines[offset + place] = line;
  }
}

function checkRow(line: string): void {
  const row: unknown = JSON.parse(line);
  if (typeof row !== 'object' || row === null) throw fault(400, 'a row of history that is no object');
  for (const key of ['_step', '_timestamp', '_runtime']) {
    if (!(key in row)) throw fault(400, `a row of history without ${key}`);
  }
}
