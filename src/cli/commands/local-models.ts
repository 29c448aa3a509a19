import { byteSize, plural } from '../../domain/text/format.ts';
import { createPace, paceText } from '../../domain/weights/pace.ts';
import { type CommandContext, EXIT, type ExitCode, type ModelsOptions, UsageError } from '../context.ts';
import { hubName, type LocalModels, localModels, type PreparedPull } from '../local-models.ts';
import { columns } from '../output/text-layout.ts';

/** A model as a command shows it. */
type Local = ReturnType<LocalModels['list']>[number];

const PLACES: Readonly<Record<Local['place'], string>> = {
  pulled: 'pulled',
  huggingface: 'Hugging Face cache',
  folder: 'folder',
};

/** Shows the models on this machine, as records and as a table; gives how many there are. */
export function showLocal(
  context: CommandContext,
  { filter, folders }: { filter: string; folders: readonly string[] },
): number {
  const { output } = context;
  const words = filter.toLowerCase().split(/\s+/);
  const fits = (model: Local): boolean => {
    const text = [model.id, PLACES[model.place], stateText(model), model.license ?? ''].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const shown = localModels(context).list(folders).filter(fits);
  for (const model of shown) output.record('local-model', { model });
  if (shown.length === 0) return 0;
  output.heading('On this machine');
  const rows = shown.map((model) => [
    model.id,
    stateText(model),
    byteSize(model.bytes),
    PLACES[model.place],
    model.license ?? '',
  ]);
  for (const line of columns([['base model', 'state', 'size', 'where', 'licence'], ...rows])) output.line(line);
  return shown.length;
}

function stateText({ state, missing, bytes, wanted }: Local): string {
  if (state === 'half') {
    const share = wanted === null || wanted === 0 ? '' : `, ${Math.floor(Math.min(1, bytes / wanted) * 100)}%`;
    return `half pulled${share}`;
  }
  return state === 'whole' ? 'whole' : `no ${missing.join(', no ')}`;
}

/** `models pull`: a model of the Hub into Luthier's home. */
export async function pullModel(context: CommandContext, name: string, { yes }: ModelsOptions): Promise<ExitCode> {
  const { output, ask } = context;
  const plan = await localModels(context).prepare(hubName(name));
  const { listing, choice, folder, bytes, have, done, replaces } = plan;
  const { id, commit, license, gated } = listing;
  const left = Math.max(0, bytes - have);
  output.record('plan', {
    ...{ model: id, revision: commit, license, gated, folder, bytes, left, replaces, done },
    files: choice.files.map(({ path, size }) => ({ path, size })),
    skipped: choice.skipped.length,
  });
  if (done) {
    output.line(`Nothing to do: ${id} is here at commit ${commit.slice(0, 12)}, whole, in ${folder}.`);
    return EXIT.done;
  }
  tell(context, plan, left);
  if (yes !== true) {
    if (ask === null) throw new UsageError(`models pull downloads ${byteSize(left)}: --yes agrees to it`);
    if (!(await ask('Pull it?'))) {
      output.note('Nothing was pulled.');
      return EXIT.failure;
    }
  }
  return await fetchIt(context, plan);
}

function tell(
  { output }: CommandContext,
  { listing, choice, folder, bytes, replaces }: PreparedPull,
  left: number,
): void {
  const { id, commit, license, gated } = listing;
  const rest = left < bytes ? `, ${byteSize(left)} of it still to come` : '';
  output.note(
    `${id} at commit ${commit.slice(0, 12)}: ${plural(choice.files.length, 'file')}, ${byteSize(bytes)}${rest}.`,
  );
  const terms = gated ? ' Its terms must have been accepted on its page.' : '';
  output.note(`Licence: ${license ?? 'the Hub names none; see its page'}.${terms}`);
  if (choice.skipped.length > 0)
    output.note(`${plural(choice.skipped.length, 'file')} of the repository are of no use here and stay there.`);
  if (choice.weights === 'bin') output.note('Its weights are in PyTorch’s own format; there is none in safetensors.');
  output.note(`Into ${folder}.`);
  if (replaces !== null)
    output.note(`! It takes the place of commit ${replaces.slice(0, 12)}; models tuned on that expect that one.`);
}

/** How often the bar is drawn. */
const DRAW_MS = 250;

async function fetchIt(context: CommandContext, plan: PreparedPull): Promise<ExitCode> {
  const { output, signal } = context;
  const { id } = plan.listing;
  const pace = createPace();
  let drawnAt = 0;
  try {
    const model = await plan.pull(({ file, have, bytes }) => {
      const now = Date.now();
      if (now - drawnAt < DRAW_MS) return;
      drawnAt = now;
      const measured = pace.at(now, have, bytes);
      const { perSecond: rate, leftMs: left } = measured;
      output.progress({
        label: 'pull',
        fraction: bytes === 0 ? 1 : have / bytes,
        text: `${paceText(have, bytes, measured)}  ${file}`,
        fields: { file, have, bytes, bytes_per_second: rate, seconds_left: left === null ? null : left / 1000 },
      });
    });
    output.progress(null);
    output.record('pulled', { model });
    output.line(`✓ ${id} is here: ${model.path}`);
    if (model.missing.length > 0) {
      output.note(`! Its repository has no ${model.missing.join(' and no ')}: it cannot be tuned or asked as it is.`);
      return EXIT.failure;
    }
    return EXIT.done;
  } catch (error) {
    output.progress(null);
    if (!signal.aborted) throw error;
    output.note('Stopped. What came is kept, and the same command goes on from there.');
    return EXIT.interrupted;
  }
}

/** `models remove`: of what was pulled alone; the cache of Hugging Face is other programs' as well. */
export async function removeModel(context: CommandContext, name: string, { yes }: ModelsOptions): Promise<ExitCode> {
  const { output, ask } = context;
  const { id } = hubName(name);
  const models = localModels(context);
  const here = models.list().filter((model) => model.id === id);
  const pulled = here.filter(({ place }) => place === 'pulled');
  if (pulled.length === 0) {
    const cached = here.find(({ place }) => place === 'huggingface');
    output.record('removed', { model: id, removed: false });
    output.line(`${id} was not pulled by Luthier.`);
    if (cached !== undefined)
      output.note(`It lies in the cache of Hugging Face, which other programs use: ${cached.path}`);
    return EXIT.failure;
  }
  const size = byteSize(pulled.reduce((sum, { bytes }) => sum + bytes, 0));
  if (yes !== true) {
    if (ask === null) throw new UsageError(`models remove deletes ${id} (${size}): --yes agrees to it`);
    if (!(await ask(`Delete ${id} (${size})? Models tuned on it stay, and answer once it is pulled again.`))) {
      output.note('Nothing was removed.');
      return EXIT.failure;
    }
  }
  models.remove(id);
  output.record('removed', { model: id, removed: true });
  output.line(`Removed ${id}, ${size}.`);
  return EXIT.done;
}
