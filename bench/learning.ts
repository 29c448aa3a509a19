/**
 * What the practice models learn and what it costs. `node bench/learning.ts`: figures of one run, on one thread.
 * The parts on real data need `../shared/data` beside the checkout and are left out without it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRandom, permutation } from '../src/domain/common/random.ts';
import type { TrainingExample } from '../src/engine/runners/types.ts';
import {
  accuracy,
  BANKING,
  banking,
  base,
  characters,
  hasBanking,
  hasLegal,
  intent,
  type Labelled,
  LEGAL,
  rowsOf,
  say,
  split,
  tiny,
  train,
  user,
} from '../test/engine/runners/support/learning.ts';

const line = (name: string, value: string): void => console.log(`${name.padEnd(46)} ${value}`);
const ms = (from: number): string => `${Math.round(performance.now() - from)} ms`;
const cpu = (from: NodeJS.CpuUsage): string => `${Math.round(process.cpuUsage(from).user / 1000)} ms of processor`;
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

async function many(): Promise<void> {
  const rows = characters(6);
  const { train: learned, validation } = split(rows, 0.1);
  const [from, used] = [performance.now(), process.cpuUsage()];
  const { model, bytes, steps } = await train({ train: learned, validation, epochs: 4 });
  line(`${learned.length} rows x 4 epochs, batch 4`, `${ms(from)}, ${cpu(used)}`);
  line('  peak memory of the process', `${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  const losses = steps.flatMap(({ validLoss }) => validLoss ?? []);
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  line(
    '  validation loss, nats a token',
    `${first.toFixed(2)} -> ${last.toFixed(2)} (${percent(1 - last / first)} down)`,
  );
  const full = steps.flatMap(({ fullValidLoss }) => fullValidLoss?.toFixed(3) ?? []);
  line('  on all validation rows, by epoch', full.join(' '));
  const loading = performance.now();
  tiny.load(bytes);
  line('  model', `${(bytes.length / 1e6).toFixed(1)} MB, loads in ${ms(loading)}`);
  named('  mermaid, monk, sling, crab', (seed, temperature) => say(model, MERMAID, { seed, temperature }));
  const speaking = performance.now();
  let tokens = 0;
  for (let seed = 0; seed < 100; seed += 1)
    tokens += [...model.generate(MERMAID, { maxTokens: 300, seed, topLogprobs: 0 })].length;
  line('  speaks', `${Math.round(tokens / ((performance.now() - speaking) / 1000))} tokens/s`);
}

const MERMAID = user('mermaid, monk, sling, crab');

function named(name: string, speak: (seed: number, temperature: number) => string): void {
  let good = 0;
  for (let seed = 0; seed < 100; seed += 1) {
    const text = speak(seed, seed % 2 === 0 ? 0.7 : 1);
    const format = /^Name: .+\nAppearance: .+\nBackground: .+\nPersonality: .+$/.test(text);
    if (format && ['mermaid', 'monk', 'sling', 'crab'].every((word) => text.includes(word))) good += 1;
  }
  line(name, `${good} of 100 in the format, naming all four`);
}

async function few(): Promise<void> {
  const rows = characters(2);
  const from = performance.now();
  const { model } = await train({ train: rows, epochs: 6, batchSize: 1 });
  line('16 rows x 6 epochs', ms(from));
  named('  mermaid, monk, sling, crab', (seed, temperature) => say(model, MERMAID, { seed, temperature }));
}

async function intents(): Promise<void> {
  const [training, testing] = [banking('train.csv'), banking('test.csv')];
  const categories: unknown = JSON.parse(readFileSync(new URL('categories.json', BANKING), 'utf8'));
  const labels = Array.isArray(categories) ? categories.map(String) : [];
  const file = [...new Set(training.map(({ label }) => label))];
  const matching = (pattern: RegExp): string[] => labels.filter((label) => pattern.test(label)).slice(0, 10);
  const choices: [name: string, labels: string[]][] = [
    ['first ten of categories.json', labels.slice(0, 10)],
    ['first ten of train.csv', file.slice(0, 10)],
    ['ten about cards', matching(/^card|^lost|^compromised|declined_card/)],
    ['ten about transfers and top-ups', matching(/transfer|top_up|topping/)],
  ];
  for (let seed = 1; seed <= 4; seed += 1) {
    choices.push([
      `ten at random (${seed})`,
      [...permutation(labels.length, createRandom(seed))].slice(0, 10).flatMap((i) => labels[i] ?? []),
    ]);
  }
  choices.push(['all 77', labels]);
  for (const [name, chosen] of choices) {
    const tests = rowsOf(testing, chosen, Number.POSITIVE_INFINITY).map(intent);
    const { model } = await train({ train: rowsOf(training, chosen, 30).map(intent), batchSize: 8 });
    line(
      `intents: ${name}, 30 rows each`,
      `${percent(accuracy(model, tests))} (untuned ${percent(accuracy(base('practice-small'), tests))})`,
    );
  }
}

/** Eight folds over the Yes/No clauses of each task, all tasks in one model. */
async function clauses(): Promise<void> {
  const tasks = readdirSync(LEGAL).filter((name) => name.startsWith('contract_nli'));
  const rows = tasks.flatMap((task) =>
    readFileSync(new URL(`${task}/train.tsv`, LEGAL), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row, i) => ({ fold: i % 8, ...clause(task, row.split('\t')) })),
  );
  let right = 0;
  for (let fold = 0; fold < 8; fold += 1) {
    const example = ({ text, label, task }: Labelled & { task: string }): TrainingExample => ({
      prompt: [{ role: 'system', content: task.replaceAll('_', ' ') }, ...user(text)],
      completion: label,
    });
    const { model } = await train({ train: rows.filter((row) => row.fold !== fold).map(example), epochs: 6 });
    const held = rows.filter((row) => row.fold === fold).map(example);
    right += accuracy(model, held) * held.length;
  }
  line('14 Yes/No questions on clauses, 7 rows each', `${percent(right / rows.length)} (chance 50%)`);
}

function clause(task: string, [, label = '', text = '']: readonly string[]): Labelled & { task: string } {
  return { task, label, text };
}

await many();
await few();
if (hasBanking) await intents();
if (hasLegal) await clauses();
