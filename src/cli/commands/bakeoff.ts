import { realpath } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { BAKEOFF_CHOICES, BAKEOFF_FORMATS, type BakeoffFormat } from '../../app/bakeoff/exports.ts';
import { reportTask } from '../../app/bakeoff/measure.ts';
import { type BakeoffQuote, bakeoffProblem, quoteBakeoff } from '../../app/bakeoff/quote.ts';
import { readTargets, type TermsOf } from '../../app/bakeoff/states.ts';
import type { SplitLines } from '../../app/dataset/training-files.ts';
import type { BakeoffReport } from '../../domain/bakeoff/report.ts';
import { targetId, targetName } from '../../domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import { runToEnd } from '../../domain/common/cooperative.ts';
import type { Problem } from '../../domain/common/outcome.ts';
import type { ProviderTerms } from '../../domain/provider/provider.ts';
import { formatUsd, plural } from '../../domain/text/format.ts';
import { createKeyRedaction } from '../../domain/text/key-mask.ts';
import { asCommandFailure, type BakeoffRows, bakeoffIdOf, planBakeoff, readRows, readWish } from '../bakeoff-plan.ts';
import { type Measured, measure, watch } from '../bakeoff-run.ts';
import { baseTerms } from '../base-terms.ts';
import { type CommandServices, openCommandServices, projectIdOf } from '../command-services.ts';
import { type Connection, resolveConnection } from '../connect.ts';
import {
  type BakeoffOptions,
  type CommandContext,
  CommandFailure,
  EXIT,
  type ExitCode,
  UsageError,
} from '../context.ts';
import { openFileSystem } from '../named-files.ts';
import { quoteLines, reportLines } from '../output/bakeoff-tables.ts';
import { settleOutputs } from '../outputs.ts';

const WORK = 'bakeoff';

/** `bakeoff FILE --target A --target B --validation F`, and `bakeoff resume [ID]`; 1 when a target failed. */
export async function bakeoff(
  context: CommandContext,
  typed: string,
  id: string | undefined,
  options: BakeoffOptions,
): Promise<ExitCode> {
  const writings = (options.out ?? []).map(writingOf);
  const begun = typed === 'resume' ? await resumed(context, id, options) : await planned(context, typed, id, options);
  const { plan, rows, connection } = begun;
  await using services = openCommandServices(connection);
  const outputs = writings.map(({ path }) => path);
  const inputs = [plan.path, plan.validationPath].filter((path) => path !== null);
  const replace = await settleOutputs(context, services.documents, { work: WORK, inputs, outputs }, options.force);
  const { deps, bakeoffs } = services;
  const termsOf = begun.termsOf;
  const kept = bakeoffs.get(plan.id);
  const going = withDeployed(kept ?? plan, options);
  const linesOf = (): SplitLines => linesFor(going, rows);
  if (plan.path !== null) deps.ledger.name(plan.projectId, plan.path);
  const toCreate = readTargets(deps, going).filter(({ record }) => record === null);
  let quote: BakeoffQuote | null = null;
  if (toCreate.length > 0) {
    refuseUnfit(bakeoffProblem(going.targets, termsOf));
    quote = await quoteBakeoff(
      deps,
      { bakeoff: going, linesOf, heldOut: rows.validation, items: rows.items, termsOf },
      { signal: context.signal },
    ).catch(asCommandFailure);
    showQuote(context, going, quote);
    if (kept === null) await agree(context, quote, going, options);
  }
  bakeoffs.save(going);
  context.output.record('bakeoff', {
    id: going.id,
    targets: going.targets.map((target) => ({ id: targetId(target), name: targetName(target), ...target })),
    resumed: kept !== null,
  });
  context.output.line(kept === null ? `Bake-off ${going.id}` : `Bake-off ${going.id} goes on.`);
  const watched = await watch(context, services, {
    going,
    rows,
    linesOf,
    termsOf,
    quote,
    again: options.again === true,
  });
  if (context.signal.aborted) {
    context.output.note(
      `No longer watched; jobs that are there run on. Go on with: luthier bakeoff resume ${going.id}`,
    );
    return EXIT.failure;
  }
  const latest = bakeoffs.get(going.id) ?? going;
  const problems = await measure(context, services, { going: latest, rows, termsOf });
  const problemOf = (target: string): Problem | null => watched.problem(target) ?? problems.get(target) ?? null;
  const report = await reported(services, { going: latest, rows, termsOf, problemOf, mask: (text) => text });
  say(context, report);
  for (const { path, format } of writings) {
    const { mask, told } = createKeyRedaction(connection.keysInUse());
    const text = BAKEOFF_FORMATS[format].text({ ...report, mask });
    context.output.line(`Written to ${await services.documents.writeText(path, text, { work: WORK, replace })}`);
    if (told() !== '') context.output.note(`! ${path}:${told()}`);
  }
  const failed = report.targets.some(({ status }) => status !== 'succeeded') || problems.size > 0;
  return failed ? EXIT.failure : EXIT.done;
}

interface Begun {
  readonly plan: Bakeoff;
  readonly rows: BakeoffRows;
  readonly connection: Connection;
  readonly termsOf: TermsOf;
}

async function planned(
  context: CommandContext,
  typed: string,
  id: string | undefined,
  options: BakeoffOptions,
): Promise<Begun> {
  if (id !== undefined) throw new UsageError(`bakeoff takes one file; ${id} is one too many`);
  const files = openFileSystem(context);
  const wish = await readWish(files, typed, options);
  const at = await connectAll(context, wish.targets, options);
  const rows = await readRows(files, wish);
  const project = {
    id: projectIdOf(await realpath(wish.path)),
    name: basename(wish.path, extname(wish.path)),
    now: Date.now(),
  };
  for (const text of rows.notes) context.output.note(text);
  return { plan: planBakeoff(wish, rows, options, project), rows, ...at };
}

async function resumed(context: CommandContext, id: string | undefined, options: BakeoffOptions): Promise<Begun> {
  const first = resolveConnection(context, options);
  const plan = await keptPlan(first, id);
  if (plan.path === null || plan.validationPath === null) {
    throw new CommandFailure(
      `${plan.id} is of a project of the app.`,
      'Nothing was sent.',
      'Go on with it there: 5 (Train), then b.',
    );
  }
  const rows = await readRows(openFileSystem(context), { path: plan.path, validationPath: plan.validationPath });
  if (bakeoffIdOf(plan, rows) !== plan.id) {
    throw new CommandFailure(
      `${plan.path} or ${plan.validationPath} is no longer what ${plan.id} was begun on.`,
      'Nothing was sent.',
      'Put the files back as they were, or begin another bake-off on them.',
    );
  }
  return { plan, rows, ...(await connectAll(context, plan.targets, options)) };
}

async function keptPlan(connection: Connection, id: string | undefined): Promise<Bakeoff> {
  await using services = openCommandServices(connection);
  const all = services.bakeoffs.list(null);
  const found = id === undefined ? all[0] : all.find((one) => one.id === id);
  if (found !== undefined) return found;
  const there = all.length === 0 ? 'there is none' : `there are ${all.map((one) => one.id).join(', ')}`;
  throw new UsageError(
    id === undefined ? 'there is no bake-off to go on with' : `there is no bake-off ${id}; ${there}`,
  );
}

/** Every provider that is named, as one connection: each is called with its own key alone, and asked what its bases are. */
async function connectAll(
  context: CommandContext,
  targets: readonly BakeoffTarget[],
  options: BakeoffOptions,
): Promise<Pick<Begun, 'connection' | 'termsOf'>> {
  const all = new Map<string, Connection>();
  for (const { providerId: id } of targets) {
    if (!all.has(id)) all.set(id, resolveConnection(context, { ...options, provider: id }));
  }
  const [first] = all.values();
  if (first === undefined) throw new UsageError('no target is named: add --target provider:model');
  const of = (id: string): Connection => all.get(id) ?? first;
  const terms = new Map<string, ProviderTerms>();
  for (const { providerId: id, model } of targets) {
    const key = baseKey(id, model);
    if (!terms.has(key)) terms.set(key, await baseTerms(context, of(id), model));
  }
  return {
    termsOf: (id, base) => (base === undefined ? undefined : terms.get(baseKey(id, base))) ?? of(id).profile,
    connection: {
      ...first,
      providers: { connect: (id, call) => of(id).providers.connect(id, call) },
      prices: (id) => (id === undefined ? first : of(id)).prices(),
      keysInUse: () => [...new Set([...all.values()].flatMap((one) => one.keysInUse()))],
    },
  };
}

const baseKey = (providerId: string, base: string): string => `${providerId}:${base}`;

/** DPO learns from pairs, which are no chats to hold out at the provider; the held-out rows are measured here. */
const linesFor = ({ targets }: Bakeoff, { training, validation }: BakeoffRows): SplitLines => ({
  training,
  validation: targets.some(({ method }) => method === 'dpo') ? [] : validation,
});

function withDeployed(plan: Bakeoff, { deployed = [] }: BakeoffOptions): Bakeoff {
  const named = deployed.map((typed) => {
    const [place = '', ...name] = typed.split('=');
    const target = plan.targets[Number(place) - 1];
    if (target === undefined || name.join('=').trim() === '') {
      throw new UsageError(
        `--deployed is NUMBER=NAME, with a number from 1 to ${plan.targets.length}; ${typed} is not`,
      );
    }
    return [targetId(target), name.join('=').trim()] as const;
  });
  return { ...plan, deployed: { ...plan.deployed, ...Object.fromEntries(named) } };
}

function refuseUnfit(problem: Problem | null): void {
  if (problem !== null) throw new UsageError(`${problem.what} ${problem.next}`);
}

function showQuote({ output }: CommandContext, plan: Bakeoff, quote: BakeoffQuote): void {
  for (const { target, costUsd, quote: own, notes, refusal } of quote.targets) {
    output.record('target-quote', { id: targetId(target), name: targetName(target), ...own, costUsd, notes, refusal });
  }
  output.record('quote', {
    knownUsd: quote.knownUsd,
    unknown: quote.unknown,
    measuring: quote.measuring,
    capUsd: plan.capUsd,
  });
  for (const line of quoteLines(quote, output.width)) output.line(line);
  for (const warning of quote.warnings) output.note(`! ${warning}`);
}

/** Asks once for all; what is above the cap, or of unknown price and not agreed to, begins nothing. */
async function agree(
  { ask }: CommandContext,
  quote: BakeoffQuote,
  { capUsd, targets }: Bakeoff,
  { yes, allowUnknown }: BakeoffOptions,
): Promise<void> {
  const nothing = 'No job was created.';
  if (capUsd !== null && quote.knownUsd > capUsd) {
    throw new CommandFailure(
      `The quote of ${formatUsd(quote.knownUsd)} is above the cap of ${formatUsd(capUsd)}.`,
      nothing,
      'Raise --cap, or take a target out.',
    );
  }
  const unknown = quote.unknown === 0 ? '' : ` and ${plural(quote.unknown, 'target')} of unknown price`;
  if (yes === true) {
    if (quote.unknown > 0 && allowUnknown !== true) {
      throw new CommandFailure(
        `The price of ${plural(quote.unknown, 'target')} is unknown.`,
        nothing,
        'Add --allow-unknown to agree to that, or their prices to prices.json in the data folder.',
      );
    }
    return;
  }
  if (ask === null)
    throw new CommandFailure('Nobody can be asked whether to pay this.', nothing, 'Add --yes to agree to the quote.');
  if (!(await ask(`Create ${plural(targets.length, 'job')} for ${formatUsd(quote.knownUsd)}${unknown}?`))) {
    throw new CommandFailure('Nobody agreed to it.', nothing, 'Change the targets, or start again.');
  }
}

async function reported(
  { deps }: CommandServices,
  {
    going,
    rows,
    termsOf,
    problemOf,
    mask,
  }: Measured & { readonly problemOf: (id: string) => Problem | null; readonly mask: (text: string) => string },
): Promise<BakeoffReport> {
  return runToEnd(
    reportTask(deps, {
      bakeoff: going,
      items: rows.items,
      termsOf,
      problemOf,
      trainingRows: rows.training.length,
      now: deps.clock.now(),
      mask,
    }),
  );
}

function say({ output }: CommandContext, report: BakeoffReport): void {
  const { comparison, bakeoff: plan, targets } = report;
  const named = (place: number | null | undefined): string | null =>
    place == null ? null : (comparison?.candidates[place]?.short ?? null);
  for (const { summary, ...figures } of comparison?.candidates ?? []) {
    const { main, failed, answered } = summary;
    output.record('model', {
      ...figures,
      answered,
      failed,
      accuracy: main.accuracy,
      interval: main.interval,
      graded: main.graded,
      passed: main.passed,
      meanScore: main.meanScore,
    });
  }
  for (const { pair, first, second, ...figures } of comparison?.pairs ?? []) {
    output.record('pair', {
      first: named(first),
      second: named(second),
      n: pair.n,
      onlyFirst: pair.onlyFirst,
      onlySecond: pair.onlySecond,
      ...figures,
    });
  }
  output.record('compared', {
    id: plan.id,
    targets,
    best: named(comparison?.best),
    margin: plan.margin,
    notWorse: comparison?.notWorse?.shown.map(named) ?? null,
    cheapest: named(comparison?.notWorse?.cheapest),
  });
  output.line();
  for (const line of reportLines(report, output.width)) output.line(line);
  output.line();
}

interface Writing {
  readonly path: string;
  readonly format: BakeoffFormat;
}

function writingOf(path: string): Writing {
  const found = BAKEOFF_CHOICES.find(({ ending }) => `.${ending}` === extname(path).toLowerCase());
  if (found === undefined)
    throw new UsageError(`${path} must end in ${BAKEOFF_CHOICES.map(({ ending }) => `.${ending}`).join(', ')}`);
  return { path, format: found.value };
}
