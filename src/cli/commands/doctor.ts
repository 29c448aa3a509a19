import { homedir } from 'node:os';
import { luthierHome } from '../../domain/project/settings.ts';
import { count } from '../../domain/text/format.ts';
import { type CommandContext, type DoctorOptions, EXIT, type ExitCode } from '../context.ts';
import { HEALTH_CHECKS, mendStore } from '../health.ts';
import type { Output } from '../output/output.ts';
import { providerChecks } from '../provider-health.ts';
import { TERMINAL_CHECK } from '../terminal-health.ts';

/** `doctor`: looks through everything Luthier keeps and says what is wrong; `--recover` mends what can be mended first. */
export async function doctor(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const { output, env } = context;
  const home = luthierHome(env, homedir());
  if (options.recover === true) await recover(output, home);
  let wrong = 0;
  for (const { name, look } of [...HEALTH_CHECKS, ...providerChecks(context, home), TERMINAL_CHECK]) {
    try {
      const text = await look(home);
      output.record('check', { name, ok: true, text });
      output.line(`✓ ${name}: ${text}`);
    } catch (error) {
      wrong += 1;
      const text = error instanceof Error ? error.message : String(error);
      const next = hasNext(error) ? error.next : '';
      output.record('check', { name, ok: false, text, next });
      output.line(`✗ ${name}: ${text}`);
      if (next !== '') output.line(`  ${next}`);
    }
  }
  return wrong === 0 ? EXIT.done : EXIT.failure;
}

const hasNext = (error: unknown): error is Error & { readonly next: string } =>
  error instanceof Error && 'next' in error && typeof error.next === 'string';

async function recover(output: Output, home: string): Promise<void> {
  const { setAside, database } = await mendStore(home);
  for (const text of setAside) {
    output.record('set-aside', { text });
    output.line(text);
  }
  if (database === null) return;
  const { kept, tables } = database.recovered;
  output.record('recovered', { damage: database.damage, kept, tables });
  output.line(database.damage);
  for (const { table, saved, lost } of tables) {
    const left = lost === 0 ? '' : `, up to ${count(lost)} lost`;
    if (saved + lost > 0) output.line(`  ${table}: ${count(saved)} saved${left}`);
  }
  const where = kept === null ? '' : ` The damaged one is kept as ${kept}.`;
  output.line(`A new database is in its place.${where}`);
}
