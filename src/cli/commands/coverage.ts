import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { readCoverage } from '../../app/dataset/coverage.ts';
import type { Coverage } from '../../domain/dataset/coverage.ts';
import { luthierHome } from '../../domain/project/settings.ts';
import type { Slot } from '../../domain/template/types.ts';
import { count, plural } from '../../domain/text/format.ts';
import {
  type CommandContext,
  CommandFailure,
  type CoverageOptions,
  EXIT,
  type ExitCode,
  UsageError,
} from '../context.ts';
import { loadTemplate } from '../generation.ts';
import { columns } from '../output/text-layout.ts';
import { openCoverage, projectsIn } from '../projects.ts';

interface Subject {
  readonly projectId: string;
  readonly slots: readonly Slot[];
}

/** `coverage --slots a,b`: how many rows, and how many accepted, each pair of values of two slots has. */
export async function coverage(context: CommandContext, options: CoverageOptions): Promise<ExitCode> {
  const { output, env, signal } = context;
  const home = luthierHome(env, homedir());
  const { projectId, slots } = await subjectOf(context, options, home);
  const [first = '', second = ''] = options.slots;
  const stranger = options.slots.find((name) => slots.every((slot) => slot.name !== name));
  if (slots.length > 0 && stranger !== undefined)
    throw new UsageError(`there is no slot ${stranger}: there are ${slots.map(({ name }) => name).join(', ')}`);
  using store = openCoverage(home);
  const request = { projectId, slots, pair: [first, second] as const };
  const map = await readCoverage(store, request, { signal });
  for (const down of map.down)
    for (const across of map.across)
      output.record('coverage', { values: { [first]: down, [second]: across }, ...map.at(down, across) });
  const { rows, accepted, missing } = map;
  output.record('total', { rows, accepted, missing, pairs: map.down.length * map.across.length });
  for (const line of coverageLines(map)) output.line(line);
  return EXIT.done;
}

/** Rows that commands made of a template, or those of a project of the app: the one named, else the open one. */
async function subjectOf(context: CommandContext, options: CoverageOptions, home: string): Promise<Subject> {
  if (options.template !== undefined) {
    const { projectId, template } = await loadTemplate(options.template, context.output);
    return { projectId, slots: template.slots };
  }
  const { projects, current } = existsSync(home) ? projectsIn(home) : { projects: [], current: null };
  const wanted = options.project?.toLowerCase();
  const found = projects.find(({ id, name }) =>
    wanted === undefined ? id === current : id === options.project || name.toLowerCase().includes(wanted),
  );
  if (found !== undefined) return { projectId: found.id, slots: found.template.slots };
  const names = projects.map(({ name }) => name).join(', ');
  throw new CommandFailure(
    wanted === undefined ? 'No project is open in the app.' : `No project is called ${options.project}.`,
    '',
    names === ''
      ? 'Name a template whose rows were generated: --template FILE.'
      : `There are ${names}; --template FILE takes rows of commands.`,
  );
}

const cellText = ({ rows, accepted }: { readonly rows: number; readonly accepted: number }): string =>
  rows === 0 ? '-' : accepted === 0 ? count(rows) : `${count(rows)} (${count(accepted)})`;

/** The map as text: the values of the first slot down, those of the second across. */
export function coverageLines(map: Coverage): readonly string[] {
  const head = [`${map.first} \\ ${map.second}`, ...map.across];
  const rows = map.down.map((down) => [down, ...map.across.map((across) => cellText(map.at(down, across)))]);
  const numbers = new Set(map.across.map((_, at) => at + 1));
  const pairs = map.down.length * map.across.length;
  return [
    ...columns([head, ...rows], numbers),
    `${plural(map.rows, 'row')} with both, ${count(map.accepted)} accepted (in brackets); ${count(map.missing)} of ${plural(pairs, 'pair')} without a row`,
  ];
}
