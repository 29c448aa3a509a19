import { randomBytes } from 'node:crypto';
import { existsSync, fstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { luthierHome } from '../domain/project/settings.ts';
import { redactKeys, sanitizeLine } from '../domain/text/sanitize.ts';
import { hubCache } from '../domain/weights/model-places.ts';
import { banner, type CliOptions, exposureWarning, parseArguments } from './command-line.ts';
import { offline } from './offline/offline.ts';
import { createCatalog } from './runners/catalog.ts';
import { practiceRunner } from './runners/practice/runner.ts';
import type { BaseModel } from './runners/types.ts';
import { namedBases, notWhole } from './runners/weights/bases.ts';
import { chosenServer } from './runners/weights/chosen-server.ts';
import { findPython } from './runners/weights/python.ts';
import { createWeightsRunner, type WeightsSetup } from './runners/weights/runner.ts';
import { type EngineServer, startServer } from './server.ts';

/** Composition of the engine: real models, real home, real process. `luthier engine` comes here. */
async function main(): Promise<void> {
  if (process.argv[3] === 'offline') {
    process.exitCode = await offlineHere();
    return;
  }
  const parsed = parseArguments(process.argv.slice(3), process.env, homedir());
  if ('exit' in parsed) {
    process.exitCode = parsed.exit;
    return;
  }
  const options = parsed.run;
  const apiKey = options.apiKey ?? `sk-luthier-${randomBytes(24).toString('base64url')}`;
  const warning = exposureWarning(options.host);
  if (warning) process.stderr.write(warning);
  if (options.existingHome && !existsSync(options.home)) throw new Error(`its home ${options.home} was removed`);
  const runners = [practiceRunner, createWeightsRunner(weightsSetup(options))];
  const server = await startServer({
    ...options,
    apiKey,
    runners,
    trainer: trainerUrl(import.meta.url),
    onFault: (error) => process.stderr.write(`${faultText(error, fstatSync(process.stderr.fd).isFile())}\n`),
  });
  announce(options, server, await createCatalog(runners).list());
  await untilStopped(server, options.idleExitMs);
  await server.close();
}

/** What a command asks of the home, on stdin; it ends with the command. */
async function offlineHere(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopping.abort(new Error('It was stopped.')));
  const asked = await text(process.stdin);
  const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  return offline(asked, packagesHere(), process.env, say, stopping.signal);
}

/** A sentence for a person who reads along; where it goes to a log file, with where in the program it was. */
function faultText(error: unknown, inLog: boolean): string {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const sentence = `The engine failed at a request: ${sanitizeLine(redactKeys(message))}`;
  return inLog ? `${sentence}\n${redactKeys(stack)}` : sentence;
}

/** The trainer lies beside this file, in the bundle and in the source. */
function trainerUrl(self: string): URL {
  return new URL(self.endsWith('.ts') ? './trainer.worker.ts' : './trainer.js', self);
}

/** Real weights: what was named, what lies in the cache of Hugging Face, and a Python with the runner's packages. */
function weightsSetup({ bases, processes, home, serve }: CliOptions): WeightsSetup {
  const packages = packagesHere();
  const luthier = luthierHome(process.env, homedir());
  return {
    python: () => findPython(process.env, luthier, packages),
    named: namedBases(bases),
    home: luthier,
    cache: hubCache(process.env, homedir()),
    processes,
    logs: join(home, 'logs'),
    serve: () => serve ?? chosenServer(luthier),
    tell: (words) => void process.stderr.write(`! ${sanitizeLine(redactKeys(words))}\n`),
  };
}

/** The runner's own package lies beside the program. */
const packagesHere = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../runner' : '../runner', import.meta.url));

function announce(options: CliOptions, { url, apiKey }: EngineServer, models: readonly BaseModel[]): void {
  const generatedKey = options.apiKey === null ? apiKey : null;
  const told = options.json
    ? `${JSON.stringify({ url, apiKey })}\n`
    : banner({ url, generatedKey, home: options.home, models });
  process.stdout.write(told);
  for (const { id, state } of models) if (state !== 'ready') process.stderr.write(`! ${notWhole(id)}\n`);
}

/** Resolves when the process gets a signal to end, or when nobody has needed the engine for long enough. */
function untilStopped(server: EngineServer, idleExitMs: number | null): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (idleExitMs === null) return;
    const watch = setInterval(() => {
      if (server.idleMs() >= idleExitMs) resolve();
    }, 500);
    watch.unref();
  });
}

// An engine is asked over HTTP, and goes on when nobody reads what it prints.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

main().then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const reason = error instanceof Error ? error.message : String(error);
    const advice = taken ? ' Another program has that port: give another with --port, or --port 0 for any.' : '';
    process.stderr.write(`The engine could not start: ${reason}.${advice}\n`);
    process.exit(1);
  },
);
