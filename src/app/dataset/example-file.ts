import { fixOf } from '../../domain/dataset/check.ts';
import { type ReadExample, readImportLine } from '../../domain/dataset/example-lines.ts';
import type { LegacyConvention } from '../../domain/dataset/legacy-pairs.ts';
import { ImportError } from '../../domain/importing/records.ts';
import type { JsonValue } from '../../domain/text/json-values.ts';
import { conventionOf } from './import.ts';

/** A line of a file of examples. */
export interface FileExample {
  /** Where it begins, from 1. */
  readonly line: number;
  /** As it stands; over several lines in a pretty-printed file. */
  readonly text: string;
  readonly example: ReadExample;
}

export interface ExampleFile {
  readonly examples: readonly FileExample[];
  /** The old form of pairs, when every pair of the file keeps to it; its ends are cut from the examples. */
  readonly convention: LegacyConvention | null;
}

/**
 * The file at `path`, of chat lines or prompt/completion pairs, one a line, in one list, or pretty-printed. Throws ImportError for the
 * first that cannot be read: figures, or sides, of the rest would be of another file than the one that was named.
 */
export async function readExampleFile(source: AsyncIterable<JsonValue>, path: string): Promise<ExampleFile> {
  const values: JsonValue[] = [];
  for await (const value of source) if (value.text.trim() !== '') values.push(value);
  const convention = values.some(mayBePair)
    ? await conventionOf({ records: () => recordsOf(values), look: values.length })
    : null;
  const examples = values.map(({ line, text }): FileExample => {
    const { example, findings } = readImportLine(text, line, convention);
    if (example !== null) return { line, text, example };
    const found = findings.find(({ severity }) => severity === 'error');
    throw new ImportError(
      `Line ${found?.line ?? line}: ${found?.message ?? 'It is no example.'}`,
      found === undefined ? 'Write {"messages": [...]} on one line.' : fixOf(found.fix, path),
    );
  });
  return { examples, convention };
}

/** Chat lines need not be read once more to know that they are no pairs. */
const mayBePair = ({ text }: JsonValue): boolean => text.includes('completion') || text.includes('\\u');

async function* recordsOf(values: readonly JsonValue[]): AsyncGenerator<JsonValue & { readonly kind: 'text' }> {
  for (const value of values) yield { kind: 'text', ...value };
}
