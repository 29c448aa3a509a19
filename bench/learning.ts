/**
 * What the practice models learn and what it costs. `node bench/learning.ts`: figures of one run, on one thread.
 * The parts on real data need `../shared/data` beside the checkout and are left out without it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { createRandom, permutation } from '../src/domain/common/random.ts';
import { bootstrapMean, wilson } from '../src/domain/evaluation/statistics/intervals.ts';
import type { PracticeTask } from '../src/engine/runners/practice/types.ts';
import { load } from '../src/engine/runners/tiny/runner.ts';
import type { TrainingExample } from '../src/engine/runners/types.ts';
import {
  accuracy,
  BANKING,
  banking,
  characters,
  hasBanking,
  hasLegal,
  intent,
  type Labelled,
  LEGAL,
  rowsOf,
  say,
  split,
  train,
  user,
} from '../test/engine/runners/support/learning.ts';
import { plainAccuracy } from './plain-classifier.ts';

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
  load(bytes);
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
  const own = rows.map(({ completion }) => runsOf(completion));
  for (const temperature of [0.2, 0.7, 1, 1.3]) {
    const texts = Array.from({ length: 40 }, (_, seed) => runsOf(say(model, MERMAID, { seed, temperature })));
    const pairs = texts.flatMap((a, i) => texts.slice(0, i).map((b) => common(a, b)));
    const nearest = texts.map((text) => Math.max(...own.map((row) => common(text, row))));
    line(
      `  runs of 8 words at temperature ${temperature}`,
      `${percent(mean(pairs))} shared by two seeds, ${percent(mean(nearest))} from the nearest row`,
    );
  }
}

/** Runs of eight words, the values of the slots aside. */
function runsOf(text: string): Set<string> {
  const slots = /mermaid|monk|sling|crab|elf|dwarf|wizard|fighter|crossbow|war hammer|owl|cat/g;
  const words = text.replace(slots, 'X').split(/\s+/);
  return new Set(words.slice(7).map((_, i) => words.slice(i, i + 8).join(' ')));
}

const common = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  [...a].filter((run) => b.has(run)).length / a.size;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Beside {
  readonly ours: number;
  readonly plain: number;
}

async function besidePlain(
  learned: readonly Labelled[],
  tests: readonly Labelled[],
  example: (row: Labelled) => TrainingExample,
  options: Partial<PracticeTask> = {},
): Promise<Beside> {
  const { model } = await train({ train: learned.map(example), ...options });
  return { ours: accuracy(model, tests.map(example)), plain: plainAccuracy(learned, tests) };
}

/** Both accuracies and their difference draw by draw, with its 95% interval. */
function lineBeside(name: string, draws: readonly Beside[]): void {
  line(name, spread(draws.map(({ ours }) => ours)));
  line('  the plain classifier on the same draws', spread(draws.map(({ plain }) => plain)));
  const gains = draws.map(({ ours, plain }) => 100 * (ours - plain));
  const interval = bootstrapMean(gains, 1);
  const range = interval === null ? '' : `, 95% ${signed(interval.low)} to ${signed(interval.high)}`;
  line('  ours less plain, points', `${signed(mean(gains))}${range}`);
}

const signed = new Intl.NumberFormat('en', {
  signDisplay: 'exceptZero',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
}).format;

function spread(shares: readonly number[]): string {
  return `mean ${percent(mean(shares))}, ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
}

/** Draws 101 to 120 of clauses and 11 to 16 of intents were used to choose features, and are not among these. */
const drawNumbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** 15 Yes and 15 No to train. */
async function clausesOfTutorial(): Promise<void> {
  const table: string[][] = parse(readFileSync(new URL('../examples/nda.csv', import.meta.url), 'utf8'), {
    from_line: 2,
  });
  const rows = table.map(([, label = '', text = '']): Labelled => ({ text, label }));
  const example = ({ text, label }: Labelled): TrainingExample => ({ prompt: user(text), completion: label });
  const test = (seed: number): Promise<Beside> => {
    const order = [...permutation(rows.length, createRandom(seed))].flatMap((row) => rows[row] ?? []);
    const chosen = rowsOf(order, ['Yes', 'No'], 15);
    const rest = order.filter((row) => !chosen.includes(row));
    return besidePlain(chosen, rest, example);
  };
  for (const [first, count] of [
    [1, 20],
    [1001, 20],
  ] as const) {
    const found: Beside[] = [];
    for (const seed of drawNumbers(first, count)) found.push(await test(seed));
    lineBeside(`nda.csv, 30 rows, ${count} draws from ${first} (chance 50%)`, found);
  }
}

async function intents(): Promise<void> {
  const [training, testing] = [banking('train.csv'), banking('test.csv')];
  const categories: unknown = JSON.parse(readFileSync(new URL('categories.json', BANKING), 'utf8'));
  const labels = Array.isArray(categories) ? categories.map(String) : [];
  const test = (chosen: readonly string[]): Promise<Beside> =>
    besidePlain(rowsOf(training, chosen, 30), rowsOf(testing, chosen, Number.POSITIVE_INFINITY), intent, {
      batchSize: 8,
    });
  for (const [first, count] of [
    [1, 7],
    [1001, 20],
  ] as const) {
    const found: Beside[] = [];
    for (const seed of drawNumbers(first, count)) {
      const ten = [...permutation(labels.length, createRandom(seed))].slice(0, 10).flatMap((i) => labels[i] ?? []);
      found.push(await test(ten));
    }
    lineBeside(`ten intents x 30, ${count} draws from ${first} (chance 10%)`, found);
  }
  const alike: readonly [string, RegExp][] = [
    ['ten intents about cards', /^card|^lost|^compromised|declined_card/],
    ['ten intents about transfers and top-ups', /transfer|top_up|topping/],
  ];
  for (const [name, pattern] of alike) {
    const ten = labels.filter((label) => pattern.test(label)).slice(0, 10);
    const { ours, plain } = await test(ten);
    line(`${name}, 30 rows each`, `${percent(ours)}; plain ${percent(plain)} (chance 10%)`);
  }
  const all = async (epochs: number): Promise<number> => {
    const learned = rowsOf(training, labels, Number.POSITIVE_INFINITY).map(intent);
    const { model } = await train({ train: learned, batchSize: 20, epochs });
    return accuracy(model, rowsOf(testing, labels, Number.POSITIVE_INFINITY).map(intent));
  };
  const [from, used] = [performance.now(), process.cpuUsage()];
  const once = await all(1);
  line('intents: all 77, 10,003 rows, 1 epoch', `${percent(once)}, ${ms(from)}, ${cpu(used)}`);
  const twice = await all(2);
  line('intents: all 77, 10,003 rows, 2 epochs', `${percent(twice)} (chance 1.3%)`);
}

/** Each of the 112 rows in turn left out, all fourteen questions in one model. */
async function clauses(): Promise<void> {
  const tasks = readdirSync(LEGAL).filter((name) => name.startsWith('contract_nli'));
  const rows = tasks.flatMap((task) =>
    readFileSync(new URL(`${task}/train.tsv`, LEGAL), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row): TrainingExample => {
        const [, completion = '', text = ''] = row.split('\t');
        return { prompt: [{ role: 'system', content: task.replaceAll('_', ' ') }, ...user(text)], completion };
      }),
  );
  let right = 0;
  for (const row of rows) {
    const { model } = await train({ train: rows.filter((other) => other !== row) });
    right += accuracy(model, [row]);
  }
  const { low, high } = wilson(right, rows.length);
  line(
    '14 Yes/No questions on clauses, 8 rows each',
    `${percent(right / rows.length)}, 95% ${percent(low)} to ${percent(high)} (chance 50%): too few to say more`,
  );
}

await many();
await few();
await clausesOfTutorial();
if (hasBanking) await intents();
if (hasLegal) await clauses();
