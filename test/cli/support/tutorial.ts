import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { NDA } from '../../../src/domain/template/examples.ts';
import { createEngineLauncher } from '../../../src/services/engine/launcher.ts';
import { luthier, records, type Seen } from './cli.ts';
import { removeFolder, temporaryFolder } from './folder.ts';

export const CLAUSES = fileURLToPath(new URL('../../../examples/nda.csv', import.meta.url));
/** Public data that may lie beside the checkout. */
export const SHARED = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
export const QUESTION = NDA.system;

const figuresSchema = z.object({
  model: z.string(),
  accuracy: z.number(),
  graded: z.number(),
  answered: z.number(),
  failed: z.number(),
  interval: z.object({ low: z.number(), high: z.number() }),
  classes: z.object({ matrix: z.object({ labels: z.array(z.string()) }) }).nullable(),
});
const pairSchema = z.object({ n: z.number(), onlyFirst: z.number(), onlySecond: z.number(), p: z.number() });
const trainedSchema = z.object({ job: z.object({ fineTunedModel: z.string() }) });

/** The commands of the tutorial one after the other, in a data folder of their own. Each throws unless it ends with 0. */
/** Given to training and to every question, so that the figures are the same in each run. */
export const SEEDED = ['--seed', '7'] as const;

export function openTutorial() {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const path = (name: string): string => join(folder, name);

  async function run(...args: string[]): Promise<Seen[]> {
    const { code, stdout, stderr } = await luthier([...args, '--json'], { home });
    if (code !== 0) throw new Error(`luthier ${args.join(' ')} ended with ${code}:\n${stderr}\n${stdout.slice(-2000)}`);
    return records(stdout);
  }

  return {
    path,
    run,
    /** Lines of a training file that is made of `source`. */
    async bring(source: string, name: string, ...options: string[]): Promise<string> {
      await run('import', source, '--out', path(name), ...options);
      return path(name);
    },
    async split(file: string, train: string, ...options: string[]) {
      const sides = { train: `${file}.train.jsonl`, validation: `${file}.validation.jsonl` };
      const args = ['--train', train, '--out-train', sides.train, '--out-validation', sides.validation];
      await run('split', file, ...args, ...options);
      return sides;
    },
    /** The tuned model's name. */
    async train(file: string, ...options: string[]): Promise<string> {
      const said = await run('train', file, '--model', 'practice-small', '--watch', ...SEEDED, ...options);
      return trainedSchema.parse(said.at(-1)).job.fineTunedModel;
    },
    /** The base model against the tuned one. */
    async measure(file: string, tuned: string, ...options: string[]) {
      const models = ['--model', 'practice-small', '--model', tuned];
      const said = await run('eval', file, ...models, '--grader', 'exact-ci', ...SEEDED, ...options);
      const [base, better] = said.filter(({ event }) => event === 'model').map((seen) => figuresSchema.parse(seen));
      const pair = pairSchema.parse(said.find(({ event }) => event === 'pair'));
      if (base === undefined || better === undefined) throw new Error('two models have figures');
      return { said, base, tuned: better, pair };
    },
    async close(): Promise<void> {
      await createEngineLauncher({ home }).stop();
      removeFolder(folder);
    },
  };
}

export type Tutorial = ReturnType<typeof openTutorial>;

export const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

const exampleSchema = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** The answers of a training file, in its order. */
export const answersOf = (path: string): string[] =>
  linesOf(path).map((line) => exampleSchema.parse(JSON.parse(line)).messages.at(-1)?.content ?? '');
