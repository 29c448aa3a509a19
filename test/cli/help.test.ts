import { expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.ts';
import { buildProgram } from '../../src/cli/program.ts';

/** What a command line writes on stdout and stderr, and its exit code, in this process. */
async function said(
  args: readonly string[],
  options: { readonly isTTY?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
) {
  const { isTTY = false, env = {} } = options;
  let text = '';
  const sink = { isTTY, columns: 100, write: (part: string) => (text += part) };
  const stderr = Object.assign(Object.create(process.stderr), sink);
  const never = new AbortController().signal;
  const program = buildProgram(
    { stdin: process.stdin, stdout: sink, stderr, env },
    { signal: never, readerGone: never },
  );
  const code = await program.run(args);
  return { text, code };
}

const topHelp = async (): Promise<string> => (await said(['--help'])).text;

it('every command has examples in its help, of options that it has', async () => {
  const listed = [...(await topHelp()).matchAll(/^ {2}([a-z]+) .*\S/gm)].map(([, name = '']) => name);
  const commands = listed.filter((name) => !['engine', 'help', 'luthier'].includes(name));
  expect(commands.length).toBeGreaterThan(15);
  expect(Object.keys(EXAMPLES).filter((name) => name !== 'luthier' && !commands.includes(name))).toEqual([]);
  for (const name of commands) {
    const { text, code } = await said([name, '--help']);
    expect([name, code]).toEqual([name, 0]);
    const [options = '', examples = ''] = text.split('\nExamples:\n');
    expect(examples, name).toContain(`luthier ${name}`);
    const own = examples.split('\n').filter((line) => line.includes(`luthier ${name}`));
    for (const [option] of own.join('\n').matchAll(/--[a-z-]+/g))
      expect(options, `${name} ${option}`).toContain(option);
  }
});

it.each([
  ['--color always', {}, false, true],
  ['--color=always', { NO_COLOR: '1' }, false, true],
  ['--no-color', { FORCE_COLOR: '1' }, true, false],
  ['', {}, true, true],
  ['', {}, false, false],
  ['', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ['', { FORCE_COLOR: '1' }, false, true],
  ['', { FORCE_COLOR: '0' }, true, false],
  ['', { TERM: 'dumb' }, true, false],
] as const)('%s with %j on a terminal: %s colours: %s', async (wish, env, isTTY, colours) => {
  const { text } = await said(['spending', '--help', ...wish.split(' ').filter(Boolean)], { isTTY, env });
  expect(text.includes('\u001b[')).toBe(colours);
  expect(text).toContain('--color <when>');
});
