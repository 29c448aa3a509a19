import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addCommands } from './commands.ts';
import type { CommandContext, ConnectionOptions } from './context.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Interruption } from './interruption.ts';
import { reportFailure } from './output/failure.ts';
import type { Sink } from './output/types.ts';
import { createOutput } from './output/writer.ts';

export interface Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
}

/** A command's work; what it gives back is the exit code. */
export type Work = (context: CommandContext) => Promise<ExitCode>;
/** Runs work with an output that suits the options, and turns what it throws into words and an exit code. */
export type Perform = (options: ConnectionOptions, work: Work) => Promise<void>;

export interface Program {
  run(args: readonly string[]): Promise<ExitCode>;
}

export function buildProgram({ stdout, stderr, env }: Surroundings, { signal }: Pick<Interruption, 'signal'>): Program {
  let code: ExitCode = EXIT.done;
  const perform: Perform = async (options, work) => {
    const bold = stdout.isTTY === true && !env.NO_COLOR;
    const output = createOutput({ json: options.json === true, stdout, stderr, bold });
    try {
      code = await work({ output, env, signal });
    } catch (error) {
      code = reportFailure(error, output, env);
    }
  };
  const program = new Command('luthier')
    .description('Template, dataset, training, chat: the workbench without its screen. Without a command it opens.')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showHelpAfterError('(--help lists the options)')
    .addHelpText('after', '\nExit codes: 0 done, 1 findings or failure, 2 usage, 130 stopped by Ctrl-C.');
  addCommands(program, perform);
  return {
    async run(args) {
      try {
        await program.parseAsync([...args], { from: 'user' });
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? EXIT.done : EXIT.usage;
      }
      return code;
    },
  };
}
