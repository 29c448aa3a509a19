import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../filesystem/lines.ts';

/**
 * The person's editor and its arguments: $VISUAL, else $EDITOR, else what the platform has. Words in quotes stay
 * together; no shell runs, so nothing else in the variable is run.
 */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly [string, ...string[]] {
  const [program, ...args] = words(env.VISUAL?.trim() || env.EDITOR?.trim() || '');
  if (program !== undefined) return [program, ...args];
  return [platform === 'win32' ? 'notepad' : 'vi'];
}

function words(text: string): readonly string[] {
  const parts = text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
  return Array.from(parts, ([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

/** How the interface gives the terminal away and takes it back. */
export interface TerminalHooks {
  suspend(): void | Promise<void>;
  resume(): void | Promise<void>;
}

export interface EditorOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: TerminalHooks;
}

/**
 * Opens `text` in the person's editor and gives back what was saved; null when it was left as it was. The end of the
 * last line that editors add is taken off again. Throws when the editor does not start or ends with an error, in
 * which case the text counts as unchanged.
 */
export async function editExternally(text: string, extension: string, options: EditorOptions): Promise<string | null> {
  // A folder of its own: editors put swap and backup files beside the text, and those are to be as private.
  const folder = await mkdtemp(join(tmpdir(), 'luthier-edit-'));
  try {
    const path = join(folder, `text.${extension.replace(/[^A-Za-z0-9]/g, '') || 'txt'}`);
    await writeFile(path, text, { mode: 0o600 });
    const [program, ...args] = editorCommand(options.env, process.platform);
    await options.terminal.suspend();
    try {
      await run(program, [...args, path]);
    } finally {
      await options.terminal.resume();
    }
    const saved = (await readText(path)).replaceAll('\r\n', '\n');
    const edited = text.endsWith('\n') ? saved : saved.replace(/\n$/, '');
    return edited === text ? null : edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, { stdio: 'inherit' });
  // While the editor has the terminal, Ctrl-C is meant for it, though the terminal sends it to us as well.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  child.once('error', () => reject(new Error(`The editor ${program} did not start. Set EDITOR to one that is here.`)));
  child.once('exit', (code, signal) => {
    if (code === 0) resolve();
    else reject(new Error(`The editor ${program} ended with ${signal ?? `exit code ${code}`}; the text is unchanged.`));
  });
  return promise.finally(() => process.off('SIGINT', ignore));
}
