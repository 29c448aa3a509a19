/** What the codes of the operating system say, for people. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'it is not yours to use',
  EPERM: 'it is not yours to use',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  EFBIG: 'it is larger than the disk allows',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk or the terminal does not answer',
  ENXIO: 'it is a socket or a device without an end',
  EBUSY: 'another program uses it',
  ESTALE: 'it is gone from the network disk',
  EPIPE: 'nobody reads it any more',
};

/** A file that cannot be used: what is wrong, and what to do about it. */
export class FileError extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'FileError';
    this.next = next;
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Why the system refused a file or a stream, in words where there are some. */
export function faultText(error: unknown): string {
  return WORDS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** A file that the system does not give: why, and what to do. */
export class FileFault extends FileError {
  constructor(path: string, cause: unknown) {
    const next = codeOf(cause) === 'EISDIR' ? 'Choose a file, not a folder.' : 'Check the path.';
    super(`${path} cannot be read: ${faultText(cause)}.`, next);
    this.name = 'FileFault';
  }
}

/** A file that the system does not take: any other error as it is. */
export const unwritten = (path: string, error: unknown): unknown =>
  Object.hasOwn(WORDS, codeOf(error))
    ? new FileError(`${path} cannot be written: ${faultText(error)}.`, 'Make room for it, or name another file.')
    : error;

/** What the system said of a file, with the file's name; any other error as it is. */
export const namedFault = (path: string, error: unknown): unknown =>
  Object.hasOwn(WORDS, codeOf(error)) ? new FileFault(path, error) : error;

/** The data folder does not take what is to be kept. */
export class StoreFault extends FileError {
  constructor(path: string, why: string) {
    super(
      `${path} cannot be written: ${why}.`,
      'Make room there, or let it be written, then start again; what is there is not asked for again.',
    );
    this.name = 'StoreFault';
  }
}
