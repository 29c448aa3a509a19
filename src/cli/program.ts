import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import manifest from '../../package.json' with { type: 'json' };
import { onUnexpected } from '../app/runtime/errors.ts';
import { OutputError } from '../domain/common/outputs.ts';
import { isUnexpected, unexpectedText } from '../domain/common/unexpected.ts';
import { luthierHome } from '../domain/project/settings.ts';
import { keysIn } from '../domain/provider/keys.ts';
import { NO_SUCH_ROUTE, PLAIN_HTTP, ProviderError, type ProviderErrorKind } from '../domain/provider/provider.ts';
import { FileError } from '../domain/text/file-faults.ts';
import { redactKeys } from '../domain/text/sanitize.ts';
import { namedDamage } from '../domain/text/store-damage.ts';
import { trackerKeysOf } from '../domain/tracking/trackers.ts';
import { TrackingError } from '../domain/tracking/types.ts';
import { clearStaleDrafts } from '../services/filesystem/drafts.ts';
import { createLog } from '../services/filesystem/log.ts';
import { createWaits } from '../services/http/waits.ts';
import { askHiddenOn, askOn, firstLineOf } from './ask.ts';
import { ALONE, addCommands } from './command-line.ts';
import { type CommandContext, CommandFailure, EXIT, type ExitCode, type Perform, UsageError } from './context.ts';
import { EXAMPLES, examplesText } from './examples.ts';
import { COLOUR_WISHES, type ColourWish, colourWish, hasColour, painted } from './output/colour.ts';
import { createOutput, type Output, type Sink } from './output/output.ts';
import { connectionOf, waitTeller } from './patience.ts';

/** What Ctrl-C and a polite kill do: the first asks the command to stop and keep what is done, the second ends it. */
interface Interruption {
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, as shells expect; null while nothing interrupted. */
  readonly exitCode: number | null;
}

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export function interruption(target: NodeJS.Process): Interruption {
  const controller = new AbortController();
  let exitCode: number | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    target.on(name, () => {
      if (exitCode !== null) target.exit(SIGNAL_EXIT_CODES[name]);
      exitCode = SIGNAL_EXIT_CODES[name];
      target.stderr.write('\nStopping; what is done is kept. Once more ends it at once.\n');
      controller.abort(new Error(`stopped by ${name}`));
    });
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}

/** What to type next, by what the provider answered. */
const ADVICE: Readonly<Record<ProviderErrorKind, string>> = {
  'rate-limit': 'Try again in a minute, or with a lower --concurrency.',
  auth: '`luthier providers test` says where a key comes from; --key-env VAR sends the one of another variable.',
  forbidden: 'Ask for access at the provider, or name another --provider or --model.',
  'training-not-available':
    'This organisation may no longer train there. The file stays good: train it with another --provider or --base-url, or with the embedded engine by naming neither.',
  'not-found': 'Name another: `luthier jobs` and `luthier files` list those that are there, the provider its models.',
  'invalid-request': 'Change what the message names and try again.',
  'invalid-training-file': 'Run `luthier check` on the file and fix the lines it names.',
  moderation: 'Remove or reword the rows the provider’s policy refuses, then train again.',
  quota: 'Raise the limit or add credit on the provider’s billing page.',
  network: 'Check the address and that something listens there.',
  timeout:
    'The call may be billed. Give it more time with the option that is named, or ask for less with a lower --max-tokens.',
  server: 'The fault is at the provider; try again in a while.',
  cancelled: '',
};

const ADVICE_OF_ROUTE =
  'Give the address that calls start from, as https://host/v1. Where `luthier chat` works with it, the server has no such call.';

const ADVICE_OF_PLAIN_HTTP = 'Give an https address, or --allow-http where the network is your own.';

function adviceOf({ kind, detail }: ProviderError): string {
  if (detail.code === PLAIN_HTTP) return ADVICE_OF_PLAIN_HTTP;
  return detail.code === NO_SUCH_ROUTE ? ADVICE_OF_ROUTE : ADVICE[kind];
}

/** Says what was thrown, without a key in it, and gives the exit code that fits. */
function reportFailure(error: unknown, output: Output, env: NodeJS.ProcessEnv): ExitCode {
  const { code, what, saved, next: advice } = explain(error);
  const next = isUnexpected(error) ? `Its details are in ${writeDown(error, env)}.` : advice;
  const secrets = secretsIn(env);
  const clean = (text: string): string => redactKeys(text, secrets);
  output.progress(null);
  output.record('error', {
    what: clean(what),
    ...(saved && { saved: clean(saved) }),
    ...(next && { next: clean(next) }),
  });
  output.note(clean(`✗ ${what}`));
  for (const line of [saved, next]) if (line !== '') output.note(clean(`  ${line}`));
  return code;
}

/** Puts what a person cannot use into the log, and says where that is. */
export function writeDown(error: Error, env: NodeJS.ProcessEnv): string {
  const path = join(luthierHome(env, homedir()), 'log', 'luthier.log');
  createLog(path, { secrets: () => secretsIn(env) }).error('Unexpected error', { error });
  return path;
}

const secretsIn = (env: NodeJS.ProcessEnv): readonly string[] => [...keysIn(env), ...trackerKeysOf(env)];

interface Explained {
  readonly code: ExitCode;
  readonly what: string;
  readonly saved: string;
  readonly next: string;
}

function explain(cause: unknown): Explained {
  const error = namedDamage(cause);
  if (error instanceof UsageError) return { code: EXIT.usage, what: error.message, saved: '', next: '' };
  if (error instanceof OutputError) {
    return { code: EXIT.usage, what: error.message, saved: 'Nothing was written.', next: error.next };
  }
  if (error instanceof CommandFailure) {
    return { code: EXIT.failure, what: error.message, saved: error.saved, next: error.next };
  }
  if (error instanceof TrackingError || error instanceof FileError)
    return { code: EXIT.failure, what: error.message, saved: '', next: error.next };
  if (error instanceof ProviderError) {
    return { code: EXIT.failure, what: error.message, saved: '', next: adviceOf(error) };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { code: EXIT.failure, what: isUnexpected(error) ? unexpectedText(error) : what, saved: '', next: '' };
}

/** Every command has its examples below its options, and says what it takes of colour. */
function describeCommands(command: CommandUnknownOpts): void {
  command.addOption(
    new Option('--color <when>', 'on a terminal when auto; NO_COLOR and FORCE_COLOR hold then').choices(COLOUR_WISHES),
  );
  command.addOption(new Option('--no-color', 'the same as --color never'));
  if (EXAMPLES[command.name()] !== undefined && command.parent !== null)
    command.addHelpText('after', () => examplesText(command.name()));
  for (const inner of command.commands) describeCommands(inner);
}

export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink & NodeJS.WritableStream;
  /** Where a person answers, if it is a terminal. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

export interface Program {
  run(args: readonly string[]): Promise<ExitCode>;
}

export function buildProgram(
  surroundings: Surroundings,
  { signal, readerGone }: Pick<CommandContext, 'signal' | 'readerGone'>,
): Program {
  const { stdout, stderr, env } = surroundings;
  let code: ExitCode = EXIT.done;
  let wish: ColourWish = 'auto';
  const inColour = (sink: Sink): boolean => hasColour({ wish, env, isTerminal: sink.isTTY === true });
  const perform: Perform = async (options, work) => {
    const colour = { stdout: inColour(stdout), stderr: inColour(stderr) };
    const output = createOutput({ json: options.json === true, stdout, stderr, colour });
    // stdin last: to ask for the process's own takes 4 ms.
    const answers = options.json !== true && stderr.isTTY === true && surroundings.stdin.isTTY === true;
    const home = luthierHome(env, homedir());
    onUnexpected((error) => void writeDown(error, env));
    const waits = createWaits();
    const unwatch = waits.watch(waitTeller(output));
    try {
      clearStaleDrafts(home);
      const ask = answers ? askOn(surroundings.stdin, stderr, signal) : null;
      const askHidden = answers ? askHiddenOn(surroundings.stdin, stderr, signal) : null;
      const firstLine = () => firstLineOf(surroundings.stdin, signal);
      const connection = connectionOf(options, home, waits);
      code = await work({ output, env, signal, readerGone, ask, askHidden, firstLine, connection });
    } catch (error) {
      code = reportFailure(error, output, env);
    } finally {
      unwatch();
    }
  };
  const program = new Command('luthier')
    .description('Template, dataset, training, chat: the workbench without its screen. Without a command it opens.')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHasColors: () => inColour(stdout),
      getErrHasColors: () => inColour(stderr),
      getOutHelpWidth: () => stdout.columns ?? 100,
    })
    .configureHelp({
      styleTitle: (text) => painted(text, 'strong'),
      styleCommandText: (text) => painted(text, 'accent'),
      styleSubcommandText: (text) => painted(text, 'accent'),
      styleOptionText: (text) => painted(text, 'accent'),
      styleArgumentText: (text) => painted(text, 'accent'),
    })
    .showHelpAfterError('(--help lists the options)')
    .addHelpText(
      'after',
      `\nWithout a command the screens open; \`luthier --mouse\` opens them with the mouse.${examplesText('luthier')}`,
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 findings or failure, 2 usage, 130 stopped by Ctrl-C, 141 nobody reads the output any more.',
    );
  return {
    async run(args) {
      (ALONE.get(args[0] ?? '') ?? addCommands)(program, perform);
      describeCommands(program);
      nameAllFaults(program);
      wish = colourWish(args);
      try {
        await program.parseAsync([...args], { from: 'user' });
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? EXIT.done : EXIT.usage;
      }
      return code;
    },
  };
}

/** What a command line lacks or has too much, each part as commander would name it alone. */
function faultsOf(command: CommandUnknownOpts): readonly string[] {
  const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
  const unknown = command.args.filter((word) => /^-./.test(word));
  const words = command.args.filter((word) => !/^-./.test(word));
  const lacking = command.registeredArguments.slice(words.length).filter((argument) => argument.required);
  const missing = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  return [
    lacking.length > 0 && `missing required arguments: ${quoted(lacking.map((argument) => argument.name()))}`,
    missing.length > 0 && `required options not given: ${quoted(missing.map((option) => option.flags))}`,
    unknown.length > 0 && `unknown options: ${quoted(unknown)}`,
  ].filter((fault) => fault !== false);
}

const countOf = (faults: readonly string[]): number => faults.join(' ').match(/'[^']*'/g)?.length ?? 0;

const NAMED_ONE_BY_ONE = /^error: (unknown option|required option .* not specified|missing required argument)/;

/** commander ends at the first fault it meets; a person who mends that one would meet the next. All are named at once. */
function nameAllFaults(command: CommandUnknownOpts): void {
  command.configureOutput({
    outputError(text, write) {
      const faults = NAMED_ONE_BY_ONE.test(text) ? faultsOf(command) : [];
      write(countOf(faults) > 1 ? `error: ${faults.join('; ')}\n` : text);
    },
  });
  for (const inner of command.commands) nameAllFaults(inner);
}
