import type { HeldPair } from '../domain/dataset/hold-out.ts';
import { promptReader } from '../domain/template/read-prompt.ts';
import type { Cell } from '../domain/template/types.ts';
import { valuesNotNamed } from '../domain/text/named-values.ts';
import { type CommandContext, type SplitOptions, UsageError } from './context.ts';
import { loadTemplate } from './generation.ts';

/** What of a line its values are read off. */
export interface CellLine {
  readonly label: string | null;
  readonly group: string | null;
  readonly question: string;
}

/** How a split reads the slot values of lines, and by which names pairs may be held out. */
export interface LineCells {
  /** Null where any name will do: a value is then one that the question names. */
  readonly slots: readonly string[] | null;
  /** How it was done, to be said. */
  readonly how: string;
  cellOf(line: CellLine): Cell;
}

const NAMED = ['label', 'group'] as const;

/**
 * By the template's student prompt where one is named, which is exact; by the label and the group beside the lines; else a line
 * has a value of a pair when its question names it as whole words.
 */
export async function lineCells(context: CommandContext, options: SplitOptions): Promise<LineCells> {
  const pairs = options.holdOut ?? [];
  const beside = ({ label, group }: CellLine): Cell => ({
    ...(label === null ? {} : { label }),
    ...(group === null ? {} : { group }),
  });
  if (options.template !== undefined) {
    const { template } = await loadTemplate(options.template, context.output);
    const read = promptReader(template);
    const slots = template.slots.map(({ name }) => name);
    refuseStrangers(pairs, [...slots, ...NAMED], options.template);
    const cellOf = (line: CellLine): Cell => ({ ...beside(line), ...read(line.question) });
    return { slots, how: 'The slots are read off the student prompt of the template.', cellOf };
  }
  const names = pairs.flatMap((pair) => Object.keys(pair));
  if (pairs.length === 0 || names.every((name) => NAMED.some((known) => known === name)))
    return { slots: NAMED, how: 'The values are the label and the group beside each line.', cellOf: beside };
  return {
    slots: null,
    how: 'A line has a value when its question names it; --template FILE reads the slots off the student prompt.',
    cellOf: (line) => ({ ...namedIn(line.question, pairs), ...beside(line) }),
  };
}

function refuseStrangers(pairs: readonly HeldPair[], names: readonly string[], where: string): void {
  const stranger = pairs.flatMap((pair) => Object.keys(pair)).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`--hold-out names ${stranger}, and ${where} has the slots ${names.slice(0, -2).join(', ')}`);
}

/** Of the pairs' values, those a question names; where it names two of one slot, those of a pair that is whole come first. */
function namedIn(question: string, pairs: readonly HeldPair[]): Cell {
  const isNamed = (value: string): boolean => valuesNotNamed([value], question).length === 0;
  const whole = pairs.find((pair) => Object.values(pair).every(isNamed));
  const some = pairs.flatMap((pair) => Object.entries(pair)).filter(([, value]) => isNamed(value));
  return { ...Object.fromEntries(some), ...whole };
}
