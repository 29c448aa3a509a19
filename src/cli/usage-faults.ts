import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What a command line lacks or has too much, each part as commander would name it alone. */
function faultsOf(command: CommandUnknownOpts): readonly string[] {
  const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
  const unknown = command.args.filter((word) => /^-./.test(word));
  const words = command.args.filter((word) => !/^-./.test(word));
  const lacking = command.registeredArguments.slice(words.length).filter((argument) => argument.required);
  const missing = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  return [
    lacking.length > 0 && `missing required arguments: ${quoted(lacking.map((argument) => argument.name()))}`,
    missing.length > 0 && `required options not given: ${quoted(missing.map((option) => option.flags))}`,
    unknown.length > 0 && `unknown options: ${quoted(unknown)}`,
  ].filter((fault) => fault !== false);
}

const countOf = (faults: readonly string[]): number => faults.join(' ').match(/'[^']*'/g)?.length ?? 0;

const NAMED_ONE_BY_ONE = /^error: (unknown option|required option .* not specified|missing required argument)/;

/** commander ends at the first fault it meets; a person who mends that one would meet the next. All are named at once. */
export function nameAllFaults(command: CommandUnknownOpts): void {
  command.configureOutput({
    outputError(text, write) {
      const faults = NAMED_ONE_BY_ONE.test(text) ? faultsOf(command) : [];
      write(countOf(faults) > 1 ? `error: ${faults.join('; ')}\n` : text);
    },
  });
  for (const inner of command.commands) nameAllFaults(inner);
}
