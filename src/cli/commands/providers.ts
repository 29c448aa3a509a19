import { mendedBaseUrl } from '../../domain/provider/base-url.ts';
import {
  hostOf,
  isReadableOnTheWay,
  NO_KEY,
  needsNoKey,
  originOf,
  variableOf,
  writtenUrlOf,
} from '../../domain/provider/keys.ts';
import { hasField, kindFacts } from '../../domain/provider/kinds.ts';
import { PRESET_NAMES, type PresetId, presetFacts, profileOfPreset } from '../../domain/provider/presets.ts';
import { findProfileProblems, isBuiltIn, profileId } from '../../domain/provider/profiles.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import { plural } from '../../domain/text/format.ts';
import { resolveConnection } from '../connect.ts';
import { type CommandContext, EXIT, type ExitCode, type ProvidersOptions, UsageError } from '../context.ts';
import { columns } from '../output/text-layout.ts';
import { keyFromVariable, openSaved, profileNamed, type SavedProviders } from '../place.ts';

/** `providers [list|add NAME|test NAME|remove NAME]`. */
export async function providers(
  context: CommandContext,
  action: string,
  name: string | undefined,
  options: ProvidersOptions,
): Promise<ExitCode> {
  if (action !== 'list' && name === undefined) throw new UsageError(`providers ${action} needs the name of a provider`);
  if (action === 'list' && name !== undefined)
    throw new UsageError('providers list takes no name; providers test does');
  if (action !== 'add') refuseUnused(action, options);
  const kept = openSaved(context);
  if (name === undefined) return list(context, kept);
  if (action === 'add') return add(context, kept, name, options);
  const profile = profileNamed(kept.settings.profiles(), name);
  return action === 'test' ? test(context, kept, profile, options) : remove(context, kept, profile);
}

/** Options that would change nothing. */
function refuseUnused(action: string, options: ProvidersOptions): void {
  const { preset, baseUrl, keyStdin, keyEnv, allowHttp } = options;
  const ofFields = FLAGS.map(([field, flag]) => [flag, options[field]]);
  const ofAdd = { '--preset': preset, '--base-url': baseUrl, '--key-stdin': keyStdin };
  const ofCalls = { '--key-env': keyEnv, '--allow-http': allowHttp };
  const unused = { ...ofAdd, ...Object.fromEntries(ofFields), ...(action === 'test' ? {} : ofCalls) };
  const given = Object.entries(unused).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageError(`providers ${action} takes no ${given[0]}`);
}

/** A provider as a record has it; never its key. */
function facts({ env }: CommandContext, { secrets }: SavedProviders, profile: ProviderProfile) {
  const { id, name, kind, jobDialect } = profile;
  const engine = kindFacts(kind).address.from === 'engine';
  const address = engine ? null : writtenUrlOf(profile, env);
  const source = secrets.source(id);
  const variable = secrets.variable(id);
  return { id, name, kind, address, dialect: jobDialect, key: source, variable, needsKey: !needsNoKey(profile, env) };
}

type Facts = ReturnType<typeof facts>;

const KEY_WORDS: Readonly<Record<Exclude<KeySource, 'environment' | 'none'>, string>> = {
  file: 'kept',
  generated: 'its own',
  elsewhere: 'kept for another host',
};

function keyWords({ key, variable, needsKey }: Facts): string {
  if (key === 'environment') return `in ${variable}`;
  if (key !== 'none') return KEY_WORDS[key];
  if (!needsKey) return 'none needed';
  return variable === null ? 'none' : `none (${variable} is not set)`;
}

function list(context: CommandContext, kept: SavedProviders): ExitCode {
  const { output } = context;
  const all = kept.settings.profiles().map((profile) => facts(context, kept, profile));
  for (const provider of all) output.record('provider', { provider });
  const rows = all.map((one) => [one.id, one.name, one.address ?? 'on this machine', one.dialect, keyWords(one)]);
  for (const line of columns([['provider', 'name', 'address', 'dialect', 'key'], ...rows])) output.line(line);
  return EXIT.done;
}

async function add(
  context: CommandContext,
  kept: SavedProviders,
  name: string,
  options: ProvidersOptions,
): Promise<ExitCode> {
  const { settings, secrets } = kept;
  const { output, env } = context;
  const profiles = settings.profiles();
  const id = profileId(name, []);
  if (profiles.some((one) => one.id === id || one.name === name))
    throw new UsageError(`there is a provider ${name}; providers remove takes it away`);
  const { profile, mended } = newProfile(name, id, options);
  const key = await keyFor(context, profile, options);
  const origin = originOf(profile, env);
  if (key !== null && key !== NO_KEY && origin !== null && isReadableOnTheWay(origin) && options.allowHttp !== true)
    throw new UsageError(
      `the key would go to ${hostOf(origin)} over plain http, where others can read it: give an https address, or --allow-http`,
    );
  settings.saveProfiles([...profiles, profile]);
  if (key !== null) secrets.set(id, key);
  const saved = facts(context, kept, profile);
  output.record('provider-added', { provider: saved, mended });
  if (mended !== null) output.note(`! The base URL is taken as ${mended}.`);
  output.line(`${name} is saved: ${saved.address}, key ${keyWords(saved)}. \`luthier providers test ${id}\` asks it.`);
  if (saved.key === 'none' && saved.needsKey) output.note(`! It has no key yet. ${keyAdvice(options, saved)}`);
  return EXIT.done;
}

/** The preset's own variable is not sent to an address that took the place of the preset's. */
function keyAdvice({ preset = 'other' }: ProvidersOptions, { variable }: Facts): string {
  const usual = presetFacts(preset).variable;
  if (variable !== null) return `Set ${variable}, or add it with --key-env VAR or --key-stdin.`;
  return usual === null
    ? 'Add it with --key-env VAR or --key-stdin.'
    : `${usual} is not sent to this host unless you say so: add it with --key-env ${usual}.`;
}

interface Made {
  readonly profile: ProviderProfile;
  /** The base URL where it is another than was given. */
  readonly mended: string | null;
}

function newProfile(name: string, id: string, options: ProvidersOptions): Made {
  const { preset = presetByAddress(options), baseUrl: given, allowHttp } = options;
  const made = profileOfPreset(preset);
  const mended = given === undefined || made.kind === 'azure' ? null : mendedBaseUrl(given);
  const baseUrl = mended ?? given ?? made.baseUrl;
  if (baseUrl === null)
    throw new UsageError(`--preset ${preset} needs a --base-url, such as ${presetFacts(preset).example}`);
  const profile: ProviderProfile = {
    ...made,
    ...{ id, name, baseUrl, keyVariable: null },
    ...fieldsOf(made, options),
  };
  const [problem] = findProfileProblems(profile);
  if (problem !== undefined) throw new UsageError(`${problem.message} ${problem.fix}`);
  return { profile: allowHttp === true ? { ...profile, plainHttp: originOf(profile, {}) } : profile, mended };
}

/** What profiles of some kinds have besides, by the field of the options. */
const FLAGS = [
  ['account', '--account'],
  ['apiVersion', '--api-version'],
  ['subscription', '--subscription'],
  ['resourceGroup', '--resource-group'],
] as const;

function fieldsOf({ kind }: ProviderProfile, options: ProvidersOptions): Partial<ProviderProfile> {
  const { label } = kindFacts(kind);
  const given = FLAGS.flatMap(([field, flag]) => {
    const value = options[field];
    if (value === undefined) return [];
    if (!hasField(kind, field)) throw new UsageError(`${label} takes no ${flag}`);
    return [[field, value] as const];
  });
  return Object.fromEntries(given);
}

function presetByAddress({ baseUrl }: ProvidersOptions): PresetId {
  if (baseUrl !== undefined) return 'other';
  throw new UsageError(`providers add needs a --preset (${PRESET_NAMES.join(', ')}) or a --base-url`);
}

/** The key to keep; null where the environment has it, or where there is none. */
async function keyFor(
  { env, askHidden, firstLine }: CommandContext,
  profile: ProviderProfile,
  { keyEnv, keyStdin }: ProvidersOptions,
): Promise<string | null> {
  if (keyEnv !== undefined) return keyFromVariable(env, keyEnv);
  if (keyStdin === true) {
    const key = await firstLine();
    if (key === '') throw new UsageError('--key-stdin found no key: its first line is empty');
    return key;
  }
  const variable = variableOf(profile, env);
  const known = variable !== null && (env[variable]?.trim() ?? '') !== '';
  if (known || askHidden === null || needsNoKey(profile, env)) return null;
  return (await askHidden(`Key for ${profile.name} (hidden; nothing for none yet):`)) || null;
}

async function test(
  context: CommandContext,
  kept: SavedProviders,
  profile: ProviderProfile,
  options: ProvidersOptions,
): Promise<ExitCode> {
  const { output, signal } = context;
  const about = facts(context, kept, profile);
  const key = options.keyEnv === undefined ? keyWords(about) : `in ${options.keyEnv}`;
  output.note(`Asking ${profile.name} at ${about.address ?? 'this machine'}; key: ${key}`);
  const connection = resolveConnection(context, { ...options, provider: profile.id });
  const provider = await connection.providers.connect(profile.id, { signal });
  const models = await provider.models.list({ signal });
  output.record('provider-tested', { provider: about, models: models.length });
  output.line(`${profile.name} answers: ${plural(models.length, 'model')}.`);
  return EXIT.done;
}

function remove({ output }: CommandContext, { settings, secrets }: SavedProviders, profile: ProviderProfile): ExitCode {
  if (isBuiltIn(profile.id)) throw new UsageError(`${profile.name} is always there`);
  secrets.set(profile.id, null);
  settings.saveProfiles(settings.profiles().filter(({ id }) => id !== profile.id));
  output.record('provider-removed', { id: profile.id });
  output.line(`${profile.name} is removed, and its key forgotten.`);
  return EXIT.done;
}
