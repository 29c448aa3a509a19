/**
 * What the practice models learn and what it costs. `node bench/learning.ts`: figures of one run, on one thread.
 * The parts on real data need `../shared/data` beside the checkout and are left out without it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { createRandom, permutation } from '../src/domain/common/random.ts';
import { wilson } from '../src/domain/evaluation/statistics/intervals.ts';
import type { TrainingExample } from '../src/engine/runners/types.ts';
import {
  accuracy,
  BANKING,
  banking,
  characters,
  hasBanking,
  hasLegal,
  intent,
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

/** Draws 1 to 20 of 15 Yes and 15 No; draws from 101 on were used to choose features. */
async function clausesOfTutorial(): Promise<void> {
  const table: string[][] = parse(readFileSync(new URL('../examples/nda.csv', import.meta.url), 'utf8'), {
    from_line: 2,
  });
  const rows = table.map(([, completion = '', text = '']) => ({ prompt: user(text), completion }));
  const shares: number[] = [];
  for (let seed = 1; seed <= 20; seed += 1) {
    const order = [...permutation(rows.length, createRandom(seed))].flatMap((row) => rows[row] ?? []);
    const chosen = ['Yes', 'No'].flatMap((label) =>
      order.filter(({ completion }) => completion === label).slice(0, 15),
    );
    const { model } = await train({ train: chosen });
    shares.push(
      accuracy(
        model,
        order.filter((row) => !chosen.includes(row)),
      ),
    );
  }
  line('nda.csv, 30 rows to train, 90 to test, 20 draws', `${spread(shares)} (chance 50%)`);
}

function spread(shares: readonly number[]): string {
  return `mean ${percent(mean(shares))}, ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
}

/** Draws 1 to 7 of ten intents are the final set; draws from 11 on were used to choose features. */
async function intents(): Promise<void> {
  const [training, testing] = [banking('train.csv'), banking('test.csv')];
  const categories: unknown = JSON.parse(readFileSync(new URL('categories.json', BANKING), 'utf8'));
  const labels = Array.isArray(categories) ? categories.map(String) : [];
  const test = async (chosen: readonly string[], each: number, options: object): Promise<number> => {
    const tests = rowsOf(testing, chosen, Number.POSITIVE_INFINITY).map(intent);
    const { model } = await train({ train: rowsOf(training, chosen, each).map(intent), batchSize: 8, ...options });
    return accuracy(model, tests);
  };
  const shares: number[] = [];
  for (let seed = 1; seed <= 7; seed += 1) {
    const ten = [...permutation(labels.length, createRandom(seed))].slice(0, 10).flatMap((i) => labels[i] ?? []);
    shares.push(await test(ten, 30, {}));
  }
  line('intents: ten at random, 30 rows each, 7 draws', `${spread(shares)} (chance 10%)`);
  const alike: readonly [string, RegExp][] = [
    ['ten about cards', /^card|^lost|^compromised|declined_card/],
    ['ten about transfers and top-ups', /transfer|top_up|topping/],
  ];
  for (const [name, pattern] of alike) {
    const ten = labels.filter((label) => pattern.test(label)).slice(0, 10);
    line(`intents: ${name}, 30 rows each`, `${percent(await test(ten, 30, {}))} (chance 10%)`);
  }
  const [from, used] = [performance.now(), process.cpuUsage()];
  const once = await test(labels, Number.POSITIVE_INFINITY, { epochs: 1, batchSize: 20 });
  line('intents: all 77, 10,003 rows, 1 epoch', `${percent(once)}, ${ms(from)}, ${cpu(used)}`);
  const twice = await test(labels, Number.POSITIVE_INFINITY, { epochs: 2, batchSize: 20 });
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
