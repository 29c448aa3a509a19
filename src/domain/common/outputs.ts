/** What the disk says of a path, with every link on its way followed. */
export interface FileFacts {
  /** As a person named it. */
  readonly path: string;
  /** Absolute. */
  readonly real: string;
  /** A pipe or a device is a stream: there is nothing in it to lose. */
  readonly kind: 'absent' | 'file' | 'folder' | 'stream';
  /** Device and inode: hard links and other spellings of one file share it. Null where there is no file. */
  readonly id: string | null;
  /** 0 where there is none. */
  readonly bytes: number;
}

export interface OutputFacts extends FileFacts {
  /** The same work wrote it before, and nobody has changed it since. */
  readonly ours: boolean;
}

/** An output that must not be written: nothing was done. */
export class OutputError extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'OutputError';
    this.next = next;
  }
}

const OTHER_NAME = 'Name another file.';

/** Why these outputs must not be written, whatever a person says of it; null when they may. */
export function outputConflict(outputs: readonly FileFacts[], inputs: readonly FileFacts[]): OutputError | null {
  for (const [index, output] of outputs.entries()) {
    if (output.kind === 'folder') return new OutputError(`${output.path} is a folder.`, 'Name a file in it.');
    if (output.kind === 'stream') continue;
    const input = inputs.find((one) => isSameFile(one, output));
    if (input !== undefined) {
      const named = input.path === output.path ? '' : `, the same file as ${output.path}`;
      return new OutputError(`${input.path}${named} is read, and writing there would destroy it.`, OTHER_NAME);
    }
    const twin = outputs.slice(0, index).find((one) => isSameFile(one, output));
    if (twin !== undefined)
      return new OutputError(
        twin.path === output.path
          ? `${output.path} is named for two outputs.`
          : `The two files must differ, and ${twin.path} and ${output.path} do not.`,
        'Name a file for each.',
      );
  }
  return null;
}

/** Those of the outputs, as they were named, that hold something which is lost when they are written, and which this work did not write. */
export const takenOutputs = (outputs: readonly OutputFacts[]): readonly string[] =>
  outputs.flatMap(({ path, kind, bytes, ours }) => (kind === 'file' && bytes > 0 && !ours ? [path] : []));

/** The refusal of outputs that are taken; null when none is. */
export function takenError(paths: readonly string[], next: string): OutputError | null {
  const [first, ...others] = paths;
  if (first === undefined) return null;
  const what =
    others.length === 0
      ? `${first} is there already, and it was written or changed by something else`
      : `${[first, ...others].join(' and ')} are there already, and they were written or changed by something else`;
  return new OutputError(`${what}.`, next);
}

/** One file, or what would be one on a disk that does not tell `A.jsonl` from `a.jsonl`. */
function isSameFile(a: FileFacts, b: FileFacts): boolean {
  if (a.id !== null && b.id !== null) return a.id === b.id;
  return folded(a.real) === folded(b.real);
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase();
