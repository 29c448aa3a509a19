import { byteSize, plural, shellWord } from '../../domain/text/format.ts';
import { EXPORT_TARGETS, exportFolderName } from '../../domain/weights/export-targets.ts';
import { type CommandContext, EXIT, type ExitCode, type ModelsOptions, UsageError } from '../context.ts';
import { type ExportedModel, exportFromEngine } from '../export-model.ts';

/** `models export`: a tuned model of the engine as other programs take it. */
export async function exportTuned(context: CommandContext, model: string, options: ModelsOptions): Promise<ExitCode> {
  const { output } = context;
  const { to: target, out, force, base } = options;
  if (target === undefined) throw new UsageError(`models export needs --to ${EXPORT_TARGETS.join(', ')}`);
  const wish = {
    model,
    target,
    out: out ?? exportFolderName(model, target),
    force: force === true,
    bases: base ?? [],
  };
  output.note(`Exporting ${model} as ${target} …`);
  const exported = await exportFromEngine(context, wish);
  output.record('exported', { ...exported, target });
  const { path, files, command, written, gguf } = exported;
  const problem = tellFindings(context, exported);
  if (!written) {
    output.line(`✗ ${problem ?? `${target} takes no such model.`} Nothing was written.`);
    return EXIT.failure;
  }
  const size = files.reduce((sum, file) => sum + file.size, 0);
  output.line(`✓ ${path}: ${plural(files.length, 'file')}, ${byteSize(size)}. README.md says what it was made of.`);
  if (command !== null) output.line(`  To serve it: ${words(command)}`);
  if (gguf !== null) {
    output.line(`  As GGUF:     ${words(gguf.command)}`);
    if (!gguf.found)
      output.line(`               (the converter is not here: get ${gguf.where}, and set LLAMA_CPP to its folder)`);
  }
  return EXIT.done;
}

const words = (command: readonly string[]): string => command.map(shellWord).join(' ');

/** What is worth knowing; gives what stands in the way, in words. */
function tellFindings({ output }: CommandContext, { findings }: ExportedModel): string | null {
  for (const { severity, message, fix } of findings)
    if (severity !== 'error') output.note(`${severity === 'warning' ? '!' : ' '} ${message} ${fix}`.trimEnd());
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? null : errors.map(({ message, fix }) => `${message} ${fix}`).join(' ');
}
