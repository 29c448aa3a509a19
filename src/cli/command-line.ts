import { Argument, type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type HeldPair, parsePair } from '../domain/dataset/hold-out.ts';
import { GRADER_HELP } from '../domain/evaluation/graders/graders.ts';
import { ASIDES, type Aside, readAsides } from '../domain/evaluation/graders/set-aside.ts';
import type { SplitPlan } from '../domain/importing/records.ts';
import { PRESET_NAMES } from '../domain/provider/presets.ts';
import { BOUNDS } from '../domain/training/job-settings.ts';
import { EITHER_VALIDATION_LOSS } from '../domain/training/loss-names.ts';
import { addBatches } from './batch-commands.ts';
import { EXIT, type Perform } from './context.ts';
import { addDeployments } from './deployment-commands.ts';
import { addModels } from './model-commands.ts';
import {
  baseUrl,
  batching,
  cells,
  connection,
  decimal,
  FORCE_HELP,
  hyperparameters,
  input,
  integer,
  JSON_HELP,
  patience,
  SHELLS,
  seed,
  several,
  share,
  spending,
} from './options.ts';
import { addProjects } from './project-commands.ts';
import { addRunner } from './runner-commands.ts';
import { addTracking } from './tracking-commands.ts';

/** The commands that make training files of data that is there. They need no provider. */
function addDataCommands(program: Command, perform: Perform): void {
  addImport(program, perform);
  addSplit(program, perform);
  addExport(program, perform);
}

function addImport(program: Command, perform: Perform): void {
  patience(program.command('import'))
    .description('make a training file of JSONL, CSV, TSV, Parquet or a dataset of the Hugging Face Hub')
    .argument(
      '<source>',
      'a file or - for a pipe, hf:owner/name (HF_TOKEN for gated ones), or wandb:entity/project/name:alias',
      input,
    )
    .requiredOption('--out <file>', 'the training file to write, chat JSONL')
    .option('--force', FORCE_HELP)
    .addOption(
      new Option('--format <f>', 'taken from the file when absent').choices(['jsonl', 'csv', 'tsv', 'parquet']),
    )
    .option('--encoding <e>', 'of a file that is not UTF-8: latin1, windows-1252, utf-16le, shift_jis, …')
    .option('--delimiter <d>', 'between the cells of a table: , ; | or tab; found out when absent')
    .option('--system <s>', 'the system message, or @FILE; {column} stands for a cell')
    .option('--user <t>', 'the question, such as {text}; guessed by the columns’ names when absent')
    .option('--assistant <t>', 'the answer, such as {answer}')
    .option('--rejected <t>', 'the answer that was turned down, such as {worse}; with --preference')
    .option('--config <c>', 'which config of an hf: dataset')
    .option('--split <s>', 'which split of an hf: dataset; all when absent')
    .option('--label <column>', 'written beside each example, for split --by label')
    .option('--group <column>', 'written beside each example, for split --by group')
    .option('--preference', 'of preference pairs: preference JSONL for DPO, both answers kept')
    .option('--json', JSON_HELP)
    .action((source, options) =>
      perform(options, async (context) => (await import('./commands/import.ts')).importData(context, source, options)),
    );
}

function addExport(program: Command, perform: Perform): void {
  program
    .command('export')
    .description(
      'a training file as a dataset folder of the Hugging Face Hub (card, Parquet, splits), with what TRL, Axolotl, LLaMA-Factory and Unsloth are told of it',
    )
    .argument('<file>', 'chat JSONL')
    .requiredOption('--out <dir>', 'the folder')
    .option('--validation <file>', 'chat JSONL of the held-out side')
    .option('--name <n>', 'of the dataset; that of the file when absent')
    .option('--license <id>', 'for the card, as the Hub writes it: cc-by-4.0')
    .option('--force', FORCE_HELP)
    .option('--json', JSON_HELP)
    .action((file, options) =>
      perform(options, async (context) => (await import('./commands/export.ts')).exportDataset(context, file, options)),
    );
}

function addSplit(program: Command, perform: Perform): void {
  program
    .command('split')
    .description('put the lines of a training file on two sides; those of a split before stay where they are')
    .argument('<file>', 'chat JSONL; - for a pipe', input)
    .requiredOption('--train <n>', 'lines to train on: a count, or a share between 0 and 1', trainSize)
    .requiredOption('--out-train <file>', 'where the lines to train on go')
    .requiredOption('--out-validation <file>', 'where the others go')
    .option('--force', FORCE_HELP)
    .option('--seed <n>', 'the same seed splits the same', seed)
    .addOption(
      new Option('--by <what>', 'every label divided alike, or no group apart').choices(['random', 'label', 'group']),
    )
    .option(
      '--hold-out <pair>',
      'values that only validation gets together, such as race=elf,class=wizard; once for each pair',
      heldPairs,
    )
    .option('--hold-out-pairs <n>', 'so many pairs drawn by the seed; needs --template', integer({ min: 1, max: 100 }))
    .option('--template <file>', 'whose student prompt the lines are of: pairs are of its slots')
    .option('--json', JSON_HELP)
    .action((file, options) =>
      perform(options, async (context) => (await import('./commands/split.ts')).split(context, file, options)),
    );
}

function heldPairs(text: string, before: readonly HeldPair[] = []): readonly HeldPair[] {
  const pair = parsePair(text);
  if (pair === null)
    throw new InvalidArgumentError('It must be two slots or more with a value each, such as race=elf,class=wizard.');
  return [...before, pair];
}

function trainSize(text: string): SplitPlan['train'] {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return { kind: 'count', count: value };
  if (text.trim() !== '' && value > 0 && value < 1) return { kind: 'share', share: value };
  throw new InvalidArgumentError('It must be a count such as 30, or a share such as 0.8.');
}

/** Commands whose start is waited for (bin/luthier.js): the twenty others are not described for one of them. */
export const ALONE = new Map(Object.entries({ check: addCheck, eval: addEval, generate: addGenerate }));

/** The command line, word for word. Each command's code is loaded only when it is the one. */
export function addCommands(program: Command, perform: Perform): void {
  addRun(program, perform);
  addGenerate(program, perform);
  addDataCommands(program, perform);
  addCheck(program, perform);
  addTrain(program, perform);
  addJobs(program, perform);
  addDeployments(program, perform);
  addBatches(program, perform);
  addFiles(program, perform);
  addModels(program, perform);
  addProjects(program, perform);
  addProviders(program, perform);
  addChat(program, perform);
  addEval(program, perform);
  addBakeoff(program, perform);
  addTracking(program, perform);
  addSpending(program, perform);
  addRunner(program, perform);
  addDoctor(program, perform);
  program
    .command('completion')
    .description('a script that completes commands and options: eval "$(luthier completion bash)" in ~/.bashrc')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell) =>
      perform({}, async ({ output }) => {
        const { completionScript } = await import('./commands/completion.ts');
        output.stream(completionScript(program, shell));
        return EXIT.done;
      }),
    );
  program
    .command('engine')
    .description('serve the embedded engine on loopback until Ctrl-C (luthier engine --help has its options)')
    .action((_, command: Command) => command.help());
}

function addRun(program: Command, perform: Perform): void {
  const command = program
    .command('run')
    .description('the whole loop: generate, check, train, then ask the base and the tuned model the same')
    .argument('<template>', 'a template, YAML or JSON')
    .option('--out <file>', 'where the dataset goes; TEMPLATE.jsonl when absent')
    .option('--force', FORCE_HELP)
    .option('--teacher <model>', 'the model that writes the examples')
    .option('--model <model>', 'the model that is tuned')
    .option('--prompt <text>', 'a prompt to send at the end as well, such as a combination no row has')
    .option('--demo', 'on the embedded engine, in a folder of its own that is gone afterwards');
  hyperparameters(spending(cells(connection(command)))).action((template, options) =>
    perform(options, async (context) => (await import('./commands/run.ts')).run(context, template, options)),
  );
}

function addGenerate(program: Command, perform: Perform): void {
  const command = program
    .command('generate')
    .description(
      'generate rows: a teacher model’s answer for each combination of a template; run it again to go on where it stopped',
    )
    .requiredOption('--template <file>', 'a template, YAML or JSON')
    .requiredOption('--out <file>', 'the training file to write, chat JSONL')
    .option('--force', FORCE_HELP)
    .option('--model <model>', 'the teacher; the template’s or the provider’s own when absent')
    .option(
      '--seed <n>',
      'which combinations --combinations or --cover chooses; sent with each call too, so rows of another seed are other rows',
      seed,
    )
    .option('--temperature <t>', '0 to 2', decimal({ min: 0, max: 2 }))
    .option('--max-tokens <n>', 'upper bound on an answer', integer({ min: 1 }))
    .option('--keep-thoughts', 'what a model thinks before it answers is part of its row, in <think>')
    .option('--dry-run', 'say what would be asked and what it may cost, and ask nothing');
  batching(spending(cells(connection(command)))).action((options) =>
    perform(options, async (context) => (await import('./commands/generate.ts')).generate(context, options)),
  );
}

function addCheck(program: Command, perform: Perform): void {
  connection(program.command('check').description('check a training file: findings with line and fix, tokens, cost'))
    .argument('<file>', 'chat JSONL, or preference JSONL for DPO; - for a pipe', input)
    .option('--model <model>', 'the model it is for: its encoding, limit and price')
    .option('--fix <file>', 'write the file again with everything mended that has one certain mend')
    .option('--force', FORCE_HELP)
    .action((file, options) =>
      perform(options, async (context) => (await import('./commands/check.ts')).check(context, file, options)),
    );
}

function addTrain(program: Command, perform: Perform): void {
  const command = program
    .command('train')
    .description('upload a training file and start a job on it')
    .argument('<file>', 'chat JSONL; preference JSONL for DPO; - for a pipe', input)
    .requiredOption('--model <model>', 'the model that is tuned')
    .option('--validation <file>', 'rows that are measured and not learned')
    .addOption(
      new Option('--method <method>', 'dpo learns from preference lines; supervised when absent').choices([
        'supervised',
        'dpo',
      ]),
    )
    .option(
      '--beta <b>',
      `of DPO: above ${BOUNDS.beta.above}, up to ${BOUNDS.beta.max}; higher stays nearer to the model`,
      decimal(BOUNDS.beta),
    )
    .option('--preview', 'show which tokens of the first rows are learned, where the base is of real weights; no job')
    .option('--watch', 'stay until the job ends and print its events; then its run is written for the tracker')
    .option('--wandb', 'let OpenAI report the job to W&B by itself, with the key stored in your account there');
  hyperparameters(connection(command)).action((file, options) =>
    perform(options, async (context) => (await import('./commands/train.ts')).train(context, file, options)),
  );
}

function addJobs(program: Command, perform: Perform): void {
  connection(program.command('jobs').description('fine-tuning jobs at the provider'))
    .addArgument(
      new Argument('[action]')
        .choices(['list', 'show', 'events', 'cancel', 'pause', 'resume', 'delete'])
        .default('list'),
    )
    .argument('[id]', 'the job; all but list need one')
    .action((action, id, options) =>
      perform(options, async (context) => (await import('./commands/jobs.ts')).jobs(context, action, id, options)),
    );
}

function addFiles(program: Command, perform: Perform): void {
  connection(program.command('files').description('files kept at the provider'))
    .addArgument(new Argument('[action]').choices(['list', 'delete']).default('list'))
    .argument('[id]', 'the file to delete')
    .option('--yes', 'delete without asking')
    .action((action, id, options) =>
      perform(options, async (context) => (await import('./commands/files.ts')).files(context, action, id, options)),
    );
}

function addProviders(program: Command, perform: Perform): void {
  patience(program.command('providers'))
    .description('where requests go: what is saved, new ones from a preset, whether one answers')
    .addArgument(new Argument('[action]').choices(['list', 'add', 'test', 'remove']).default('list'))
    .argument('[name]', 'the provider; all but list need one')
    .addOption(new Option('--preset <p>', 'base URL, dialect and the variable of the key').choices(PRESET_NAMES))
    .option('--base-url <url>', 'in the place of the preset’s', baseUrl)
    .option('--key-env <var>', 'keep the key that is in this variable, for this provider')
    .option('--key-stdin', 'keep the first line of stdin as the key')
    .option('--account <id>', 'under which Fireworks has files and jobs; of Azure the resource’s name')
    .option('--subscription <id>', 'where Azure has the resource, to deploy there')
    .option('--resource-group <name>', 'the same')
    .option('--api-version <date>', 'for addresses of Azure without /openai/v1/')
    .option('--allow-http', 'let the key go over plain http to another machine, where it can be read on the way')
    .option('--json', JSON_HELP)
    .action((action, name, options) =>
      perform(options, async (context) =>
        (await import('./commands/providers.ts')).providers(context, action, name, options),
      ),
    );
}

function addChat(program: Command, perform: Perform): void {
  connection(program.command('chat').description('ask a model once; the answer streams to stdout'))
    .requiredOption('--model <model>', 'any model of the provider, tuned ones too')
    .option('--temperature <t>', '0 to 2', decimal({ min: 0, max: 2 }))
    .option('--top-p <p>', 'above 0, up to 1', decimal({ above: 0, max: 1 }))
    .option('--max-tokens <n>', 'upper bound on the answer', integer({ min: 1 }))
    .option('--seed <n>', 'the same seed, the same answer, where the provider can', seed)
    .option('--system <s>', 'a system message, or @FILE')
    .argument('<prompt>', 'what to say; - for what a pipe brings')
    .action((prompt, options) =>
      perform(options, async (context) => (await import('./commands/chat.ts')).chat(context, prompt, options)),
    );
}

const ASIDE_HELP =
  'of an answer, before it is compared: thoughts, markdown, or both with a comma; usually both for labels and number; or nothing';

function asides(typed: string): readonly Aside[] {
  const read = readAsides(typed);
  if (read === null) throw new InvalidArgumentError(`It is ${ASIDES.join(', ')} or nothing.`);
  return read;
}

function addEval(program: Command, perform: Perform): void {
  const command = program
    .command('eval')
    .description('ask models what a file asks, and grade their answers by its last assistant messages')
    .argument('<file>', 'chat JSONL; - for a pipe', input)
    .requiredOption('--model <model>', 'a model to measure; once for each, the baseline first', several)
    .option('--grader <grader>', GRADER_HELP, several)
    .option('--set-aside <what>', ASIDE_HELP, asides)
    .option('--rubric <text>', 'what a judge goes by')
    .option('--temperature <t>', '0 to 2; 0 when absent', decimal({ min: 0, max: 2 }))
    .option('--max-tokens <n>', 'upper bound on an answer', integer({ min: 1 }))
    .option('--seed <n>', 'the same seed, the same answers, where the provider can', seed)
    .option('--out <file>', 'every answer with its scores: .jsonl or .csv')
    .option('--report <file>', 'the figures with their intervals and charts: .md or .html; .yaml for promptfoo')
    .option('--force', FORCE_HELP);
  batching(spending(connection(command))).action((file, options) =>
    perform(options, async (context) => (await import('./commands/eval.ts')).evaluate(context, file, options)),
  );
}

function addBakeoff(program: Command, perform: Perform): void {
  patience(program.command('bakeoff'))
    .description(
      'train one file at several targets at once, measure all on the same held-out rows, and say which came out best',
    )
    .argument('<file>', 'chat JSONL (preference JSONL for DPO), a YAML file of targets, or `resume`')
    .argument('[id]', 'with resume: which bake-off; the newest when absent')
    .option(
      '--target <t>',
      'provider:model[,epochs=3][,method=dpo][,learning_rate=1e-5][,rank=16][,full][,tier=developerTier]…; of real weights also lora_alpha=32, target_modules=q_proj+v_proj and the others of train; once for each',
      several,
    )
    .option('--grid <g>', 'every target with each of these values, such as epochs=1,3; once for each setting', several)
    .option(
      '--rows <shares>',
      'every target on each share of the rows, such as 25%,50%,75%,100%: would more data help?',
    )
    .option('--validation <file>', 'the held-out rows that all are measured on, chat JSONL')
    .option('--cap <usd>', 'US$ that training and measuring may take together', decimal({ min: 0 }))
    .option('--margin <m>', 'how far below the best still counts as no worse, such as 2%', share)
    .option('--seed <n>', 'the same seed draws the same subsets, and sends it with each question', seed)
    .option('--stop-behind', `cancel targets whose ${EITHER_VALIDATION_LOSS} is clearly behind`)
    .option('--grader <grader>', GRADER_HELP, several)
    .option('--temperature <t>', '0 to 2; 0 when absent', decimal({ min: 0, max: 2 }))
    .option('--max-tokens <n>', 'upper bound on an answer', integer({ min: 1 }))
    .option('--deployed <n=name>', 'the name by which the tuned model of target n answers now; with resume', several)
    .option('--out <file>', 'the comparison: .md, .html or .csv; once for each', several)
    .option('--force', FORCE_HELP)
    .option('--yes', 'agree to the quote beforehand')
    .option('--allow-unknown', 'with --yes: also to targets whose price is unknown')
    .option('--again', 'create a job even where one of the same target was asked for and is not found')
    .option('--json', JSON_HELP)
    .action((file, id, options) =>
      perform(options, async (context) => (await import('./commands/bakeoff.ts')).bakeoff(context, file, id, options)),
    );
}

function addSpending(program: Command, perform: Perform): void {
  program
    .command('spending')
    .description('what every paid call cost, by project, kind, model and provider; removed rows included')
    .option('--project <p>', 'one project, by its name or the path of its file, or a part of either')
    .option('--json', JSON_HELP)
    .action((options) =>
      perform(options, async (context) => (await import('./commands/spending.ts')).spending(context, options)),
    );
}

function addDoctor(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .description(
      'look through data folder, disk, database, settings, keys, prices, engine, providers and terminal, and say what to do; exit 1 when something is wrong',
    )
    .option(
      '--recover',
      'save what can be read of a damaged database or file into a new one; the old one is kept beside it',
    )
    .option('--json', JSON_HELP)
    .action((options) =>
      perform(options, async (context) => (await import('./commands/doctor.ts')).doctor(context, options)),
    );
}
