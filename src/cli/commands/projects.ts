import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { luthierHome } from '../../domain/project/settings.ts';
import { count, dateAndTime, formatUsd } from '../../domain/text/format.ts';
import { type CommandContext, EXIT, type ExitCode } from '../context.ts';
import { columns } from '../output/text-layout.ts';
import { heldIn } from '../projects.ts';

/** `projects`: those of the app, what each holds and what it cost. Changes nothing, and makes no data folder. */
export async function projects({ output, env }: CommandContext): Promise<ExitCode> {
  const home = luthierHome(env, homedir());
  const listed = existsSync(home) ? heldIn(home) : [];
  for (const project of listed) output.record('project', { ...project });
  if (listed.length === 0) {
    output.line('No projects yet: `luthier` opens the app, which makes the first.');
    return EXIT.done;
  }
  const rows = listed.map(({ name, provider, rows: total, jobs, evaluations, usd, updatedAt, open }) => [
    open ? `${name} (open)` : name,
    provider,
    count(total),
    count(jobs),
    count(evaluations),
    formatUsd(usd),
    dateAndTime(updatedAt / 1000),
  ]);
  const head = ['project', 'provider', 'rows', 'jobs', 'evaluations', 'spent', 'changed'];
  for (const line of columns([head, ...rows], new Set([2, 3, 4, 5]))) output.line(line);
  return EXIT.done;
}
