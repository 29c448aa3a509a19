import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { luthierHome } from '../domain/project/settings.ts';
import { PRACTICE_LABEL } from '../domain/provider/models.ts';
import { SERVERS, type Server } from '../domain/weights/servers.ts';
import type { Faults } from './http/faults.ts';
import { isLoopback } from './http/guard.ts';
import type { BaseModel } from './runners/types.ts';

/** The port a person finds the engine at who gave none. The app asks for any free one. */
const DEFAULT_PORT = 4117;

export interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly home: string;
  /** Whoever starts the engine has made its home: one that is gone was removed meanwhile, and is not made again. */
  readonly existingHome: boolean;
  /** Null: one is generated. */
  readonly apiKey: string | null;
  readonly rpm: number | null;
  readonly tpm: number | null;
  readonly latencyMs: number;
  /** Null: never. */
  readonly idleExitMs: number | null;
  readonly json: boolean;
  readonly faults: Faults;
  /** Batches expire when half of their requests are answered. */
  readonly expireBatches: boolean;
  /** Folders and names of base models of real weights. */
  readonly bases: readonly string[];
  /** That a job of real weights is shared by, on this machine. */
  readonly processes: number;
  /** What answers for real weights. */
  /** Null: as it was chosen in Settings. */
  readonly serve: Server | null;
}

export type Parsed = { readonly run: CliOptions } | { readonly exit: number };

/** Reads the arguments after `luthier engine`. It has written what is wrong with them, or the help. */
export function parseArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  homedir: string,
): Parsed {
  const command = new Command('luthier engine')
    .description('An OpenAI-compatible server with practice models, on this machine.')
    .option('--port <n>', 'port to listen on; 0 takes any free one', number(0, 65_535), DEFAULT_PORT)
    .option('--host <name>', 'address to listen on', '127.0.0.1')
    .option('--home <dir>', 'where files, jobs and models are kept', join(luthierHome(env, homedir), 'engine'))
    .option('--api-key <key>', 'key that clients must send; else $LUTHIER_ENGINE_KEY, else a new one')
    .option('--rpm <n>', 'requests a minute before 429', number(1, 1e9))
    .option('--tpm <n>', 'tokens a minute before 429', number(1, 1e12))
    .option('--latency <ms>', 'delay every answer of a model', number(0, 600_000), 0)
    .option('--idle-exit <seconds>', 'exit after so long without a request or a running job', number(1, 1e7))
    .option(
      '--base <path-or-id>',
      'a base model of real weights: a folder, or one of the Hub as ORG/NAME; may be given again',
      collect,
      [],
    )
    .option('--processes <n>', 'processes that share a job of real weights', number(1, 64), 1)
    .addOption(
      new Option(
        '--serve <with>',
        'what answers for real weights: vLLM where its Python has it, or one of the two; as chosen in Settings when absent',
      ).choices(SERVERS),
    )
    .option(
      '--fail <share>',
      'for tests of clients: of the calls of a model, so many end with a 500 (0 to 1)',
      share,
      0,
    )
    .option('--stall <share>', 'so many are never answered', share, 0)
    .option('--reset <share>', 'of so many the connection is reset', share, 0)
    .option('--half-stream <share>', 'so many streams are cut', share, 0)
    .option('--expire-batches', 'batches expire when half of their requests are answered', false)
    .option('--json', 'print one line {"url","apiKey"} and nothing else', false)
    .addOption(new Option('--existing-home', 'make no home: end when it is not there').default(false).hideHelp())
    .exitOverride();
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : 2 };
    throw error;
  }
  const given = command.opts();
  const apiKey = (given.apiKey ?? env.LUTHIER_ENGINE_KEY)?.trim() || null;
  if (apiKey !== null && apiKey.length < SHORTEST_PUBLIC_KEY && !isLoopback(given.host))
    return refuseKey(command, given.host);
  return {
    run: {
      port: given.port,
      host: given.host,
      home: given.home,
      existingHome: given.existingHome,
      apiKey,
      rpm: given.rpm ?? null,
      tpm: given.tpm ?? null,
      latencyMs: given.latency,
      idleExitMs: given.idleExit === undefined ? null : given.idleExit * 1000,
      json: given.json,
      faults: { fail: given.fail, stall: given.stall, reset: given.reset, halfStream: given.halfStream },
      expireBatches: given.expireBatches,
      bases: given.base,
      processes: given.processes,
      serve: given.serve ?? null,
    },
  };
}

/** Characters of a key that other machines may try to guess. */
const SHORTEST_PUBLIC_KEY = 16;

function refuseKey(command: Command, host: string): Parsed {
  const fix = 'Leave it out to have one made, or leave --host out to keep the engine to this machine.';
  try {
    return command.error(
      `error: a key for ${host} needs at least ${SHORTEST_PUBLIC_KEY} characters, since other machines can guess it. ${fix}`,
    );
  } catch {
    return { exit: 2 };
  }
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share from 0 to 1, such as 0.05.');
}

export interface BannerFacts {
  readonly url: string;
  /** Null when the person gave the key: it is theirs, and is not written again. */
  readonly generatedKey: string | null;
  readonly home: string;
  readonly models: readonly Pick<BaseModel, 'id' | 'methods' | 'practice'>[];
}

/** What a person reads who starts the engine by hand. */
export function banner({ url, generatedKey, home, models }: BannerFacts): string {
  const names = models.map(({ id, methods }) => `${id}${methods.length > 0 ? ' (can be tuned)' : ''}`).join(', ');
  return [
    `The ${PRACTICE_LABEL} of Luthier: a server on this machine that speaks the OpenAI API.`,
    models.every(({ practice }) => practice)
      ? 'Its models are small and made for practice. They are not OpenAI’s.'
      : 'Its practice models are small; the others are real weights on this machine. None is OpenAI’s.',
    '',
    `  URL      ${url}`,
    `  API key  ${generatedKey ?? 'the one you gave'}`,
    `  Models   ${names}`,
    `  Home     ${home}`,
    '',
    'To point a client at it:',
    `  export OPENAI_BASE_URL=${url}`,
    `  export OPENAI_API_KEY=${generatedKey ?? '<your key>'}`,
    '',
    'Ctrl+C stops it. A training that is running then goes on when an engine starts again.',
    '',
  ].join('\n');
}

/** A plain warning when other machines can reach the engine; null when they cannot. */
export function exposureWarning(host: string): string | null {
  if (isLoopback(host)) return null;
  return (
    `Warning: listening on ${host}, so other machines on your network can reach this engine. The connection is not\n` +
    'encrypted; whoever has the API key can read your files and models. Leave --host out to keep it to this machine.\n'
  );
}
