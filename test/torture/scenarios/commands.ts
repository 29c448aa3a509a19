import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngineLauncher } from '../../../src/services/engine/launcher.ts';
import { luthier } from '../../cli/support/cli.ts';
import { filesHolding, writeTemplate } from '../../cli/support/folder.ts';
import { countingServer } from '../../cli/support/server.ts';
import { startWandb, KEY as WANDB_SHAPE } from '../../services/wandb/support/wandb-server.ts';
import { MODEL } from '../support/books.ts';
import { inPlace, type Place, writeLines } from '../support/work.ts';
import { type Promises, promises, type Scenario } from '../verdict.ts';

/** Keys that are nobody's and are known again wherever they come to be. */
const KEYS = {
  OPENAI_API_KEY: 'sk-proj-MARKED0key0of0the0torture0MARKED',
  HF_TOKEN: 'hf_MARKEDtokenOfTheTortureMARKED',
  WANDB_API_KEY: WANDB_SHAPE.replaceAll('0', 'c').slice(0, 40),
} as const;

/** What a model says to take the terminal over; the last is what no terminal shows. */
const HOSTILE = [
  'CSI \x1b[2J\x1b[31mred\x1b[?1049l',
  'OSC \x1b]0;STOLEN\x07 \x1b]52;c;U1RPTEVO\x07',
  'DCS \x1bP1;STOLEN\x1b\\ C1 \u009b2J \u009d0;STOLEN\u009c',
  '=cmd|calc!A1 <script>alert(1)</script> [x](javascript:alert(1))',
] as const;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

/** Every command, in an order in which each has what it needs, with a file a person reads where it writes one. */
function commandsOf(place: Place, url: string): readonly (readonly string[])[] {
  const { folder } = place;
  const path = (name: string): string => join(folder, 'out', name);
  const lines = writeLines(folder, 'lines.jsonl', 12);
  const template = writeTemplate(folder, 2);
  const at = ['--base-url', url, '--key-env', 'OPENAI_API_KEY', '--model', MODEL];
  const refused = ['--base-url', url.replace(/\/v1$/, '/refused/v1'), '--key-env', 'OPENAI_API_KEY'];
  const evaluation = ['eval', lines, ...at, '--grader', 'exact', '--grader', `judge:${MODEL}`];
  return [
    ['generate', '--template', template, '--out', path('rows.jsonl'), ...at],
    ['generate', '--template', template, '--out', path('rows.json.jsonl'), ...at, '--seed', '2', '--json'],
    ['check', path('rows.jsonl')],
    ['check', path('rows.jsonl'), '--json'],
    ['check', path('rows.jsonl'), '--fix', path('fixed.jsonl')],
    ['import', path('rows.jsonl'), '--out', path('imported.jsonl')],
    ['import', 'hf:nobody/nothing', '--out', path('hub.jsonl')],
    ['split', lines, '--train', '8', '--out-train', path('train.jsonl'), '--out-validation', path('held.jsonl')],
    [...evaluation, '--out', path('answers.csv'), '--report', path('report.md')],
    [...evaluation, '--out', path('answers.jsonl'), '--report', path('report.html'), '--json'],
    ['chat', ...at, 'Hello'],
    ['chat', ...at, 'Hello', '--json'],
    ['chat', ...refused, '--model', MODEL, 'Hello'],
    ['generate', '--template', template, '--out', path('none.jsonl'), ...refused, '--model', 'other'],
    ['eval', lines, ...refused, '--model', 'other', '--grader', 'exact'],
    ['train', lines, '--model', 'practice-small', '--epochs', '1', '--watch'],
    ['train', lines, ...refused, '--model', 'other'],
    ['jobs'],
    ['jobs', 'list', '--json'],
    ['jobs', ...refused],
    ['files'],
    ['files', ...refused],
    ['run', template, '--demo', '--combinations', '4', '--epochs', '1'],
    ['wandb', 'list'],
    ['wandb', 'test'],
    ['wandb', 'sync'],
    ['spending'],
    ['spending', '--json'],
    ['doctor'],
    ['doctor', '--recover'],
  ];
}

/** A chat server that says what is hostile, and refuses some calls with the key that it was sent. */
const hostileServer = () =>
  countingServer((user, nth, authorization) => {
    if (user === 'Hello' && nth % 3 === 0)
      return { status: 401, text: `Incorrect API key provided: ${authorization.replace('Bearer ', '')} \x1b[31m` };
    return { text: `${HOSTILE[nth % HOSTILE.length]} [[C]]` };
  });

function lookAt(name: string, output: string, { hold }: Promises): void {
  const control = CONTROLS.exec(output.replaceAll('\r', ''));
  const at = control === null ? '' : JSON.stringify(output.slice(Math.max(0, control.index - 20), control.index + 20));
  hold(control === null, `${name} says a control character: ${at}`);
  for (const [key, value] of Object.entries(KEYS)) hold(!output.includes(value), `${name} says ${key}`);
}

/** What people read or open with other programs: no control character, no script, no formula. JSON Lines hold what came, as data. */
function lookAtFiles(folder: string, { hold }: Promises): void {
  for (const name of readdirSync(folder).filter((one) => !one.endsWith('.jsonl'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    hold(!CONTROLS.test(text.replaceAll('\r', '')), `${name} holds a control character`);
    if (name.endsWith('.html')) hold(!text.includes('<script>alert'), `${name} holds a script of a model`);
    if (name.endsWith('.csv')) hold(!/(?:^|,)"?=cmd/m.test(text), `${name} holds a formula of a model`);
    if (name.endsWith('.md')) hold(!/(?<!\\)\]\(javascript:/.test(text), `${name} holds a link of a model`);
  }
}

/** Every command with marked keys before models that are hostile: no key in any file or word, nothing that steers a terminal. */
export const commandsClean: Scenario = ({ times }) =>
  inPlace(async (place) => {
    const found = promises();
    const out = join(place.folder, 'out');
    const scratch = join(place.folder, 'scratch');
    for (const folder of [out, scratch]) mkdirSync(folder);
    const [server, wandb] = [await hostileServer(), await startWandb({ permissive: true })];
    wandb.key = KEYS.WANDB_API_KEY;
    const env = { ...KEYS, WANDB_BASE_URL: wandb.url, TMPDIR: scratch, HF_ENDPOINT: server.url };
    const commands = commandsOf(place, server.url).slice(0, times);
    try {
      for (const command of commands) {
        const { stdout, stderr } = await luthier(command, { home: place.home, cwd: place.folder, env });
        lookAt(`luthier ${command.slice(0, 2).join(' ')}`, stdout + stderr, found);
      }
      lookAtFiles(out, found);
      for (const [key, value] of Object.entries(KEYS)) {
        const holding = filesHolding(place.folder, value).map((path) => path.slice(place.folder.length));
        found.hold(holding.length === 0, `${key} is in ${holding.join(', ')}`);
      }
    } finally {
      await createEngineLauncher({ home: place.home }).stop();
      await server.close();
      wandb.close();
    }
    const what = 'keys and hostile answers, every file and word';
    return { what, done: `${commands.length} commands`, calls: null, lost: 0, paidTwice: 0, broken: found.broken };
  });
