import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SplitPlan } from '../domain/importing/types.ts';
import type { ImportOptions, SplitOptions } from './context.ts';
import { seed } from './numbers.ts';
import type { Perform } from './program.ts';

/** The commands that make training files of data that is there. They need no provider. */
export function addDataCommands(program: Command, perform: Perform): void {
  addImport(program, perform);
  addSplit(program, perform);
}

const JSON_HELP = 'one JSON record a line on stdout';

function addImport(program: Command, perform: Perform): void {
  program
    .command('import')
    .description('make a training file of JSONL, CSV, TSV, Parquet or a dataset of the Hugging Face Hub')
    .argument('<source>', 'a file, hf:owner/name (HF_TOKEN for gated ones), or wandb:entity/project/name:alias')
    .requiredOption('--out <file>', 'the training file to write, chat JSONL')
    .addOption(new Option('--format <f>', 'told by the file when absent').choices(['jsonl', 'csv', 'tsv', 'parquet']))
    .option('--system <s>', 'the system message; {column} stands for a cell')
    .option('--user <t>', 'the question, such as {text}; guessed by the columns’ names when absent')
    .option('--assistant <t>', 'the answer, such as {answer}')
    .option('--config <c>', 'which config of an hf: dataset')
    .option('--split <s>', 'which split of an hf: dataset; all when absent')
    .option('--label <column>', 'written beside each example, for split --by label')
    .option('--group <column>', 'written beside each example, for split --by group')
    .option('--json', JSON_HELP)
    .action((source: string, options: ImportOptions) =>
      perform(options, async (context) => (await import('./commands/import.ts')).importData(context, source, options)),
    );
}

function addSplit(program: Command, perform: Perform): void {
  program
    .command('split')
    .description('put the lines of a training file on two sides; those of a split before stay where they are')
    .argument('<file>', 'chat JSONL')
    .requiredOption('--train <n>', 'lines to train on: a count, or a share between 0 and 1', trainSize)
    .requiredOption('--out-train <file>', 'where the lines to train on go')
    .requiredOption('--out-validation <file>', 'where the others go')
    .option('--seed <n>', 'the same seed splits the same', seed)
    .addOption(
      new Option('--by <what>', 'every label divided alike, or no group apart').choices(['random', 'label', 'group']),
    )
    .option('--json', JSON_HELP)
    .action((file: string, options: SplitOptions) =>
      perform(options, async (context) => (await import('./commands/split.ts')).split(context, file, options)),
    );
}

function trainSize(text: string): SplitPlan['train'] {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return { kind: 'count', count: value };
  if (text.trim() !== '' && value > 0 && value < 1) return { kind: 'share', share: value };
  throw new InvalidArgumentError('It must be a count such as 30, or a share such as 0.8.');
}
