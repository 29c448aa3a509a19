import { EncodingError } from './decoding.ts';

/** What a file is that is no text of rows, and what to do with it. */
export interface FileKind {
  readonly name: string;
  readonly next: string;
  /** A text all the same, such as a web page: no rows, but perhaps a prompt. */
  readonly isText?: true;
}

/** A file that is of quite another kind than text. */
export class FileKindError extends EncodingError {
  readonly kind: FileKind;

  constructor(path: string, kind: FileKind) {
    super(`${path} is ${kind.name}.`, kind.next);
    this.name = 'FileKindError';
    this.kind = kind;
  }
}

interface KnownKind extends FileKind {
  readonly fits: (head: string) => boolean;
}

const starts =
  (magic: string) =>
  (head: string): boolean =>
    head.startsWith(magic);

const zipWith = (folder: string) => (head: string) => head.startsWith('PK\x03\x04') && head.includes(folder);

/** Whether a file is Parquet by its first bytes: a first line of text may begin with the same letters. */
export const isParquetHead = (head: Uint8Array): boolean => isParquet(latin1(head));

const isParquet = (head: string): boolean => /^PAR[1E][^\t\r\n -~]/.test(head);

const COLUMN_FILES: Readonly<Record<string, (head: string) => boolean>> = {
  'an Arrow file': starts('ARROW1\0'),
  'a Feather file': (head) => /^FEA1[\0-\x08]/.test(head),
  'an ORC file': (head) => /^ORC[^\t\r\n -~]/.test(head),
  'an Avro file': starts('Obj\x01'),
  'an HDF5 file': starts('\x89HDF'),
};

const ROWS = 'Name a file with rows in it.';

/** By their first bytes, as the formats' own specifications have them; the first that fits names the file. */
const KINDS: readonly KnownKind[] = [
  { fits: zipWith('xl/'), name: 'an Excel workbook', next: 'Save the sheet as CSV UTF-8 in Excel.' },
  { fits: zipWith('word/'), name: 'a Word document', next: 'Save what is in it as CSV or JSONL.' },
  { fits: zipWith('content.xml'), name: 'an OpenDocument file', next: 'Save the sheet as CSV in UTF-8.' },
  { fits: starts('PK\x03\x04'), name: 'a zip archive', next: 'Unpack it with unzip first.' },
  { fits: starts('\xd0\xcf\x11\xe0'), name: 'an old Excel or Word file', next: 'Save the sheet as CSV UTF-8.' },
  { fits: starts('\x1f\x8b'), name: 'compressed by gzip', next: 'Unpack it with gunzip first.' },
  { fits: starts('\x28\xb5\x2f\xfd'), name: 'compressed by Zstandard', next: 'Unpack it with zstd -d first.' },
  { fits: (head) => /^BZh[1-9]1AY/.test(head), name: 'compressed by bzip2', next: 'Unpack it with bunzip2 first.' },
  { fits: starts('\xfd7zXZ'), name: 'compressed by xz', next: 'Unpack it with unxz first.' },
  { fits: starts('7z\xbc\xaf'), name: 'a 7-Zip archive', next: 'Unpack it first.' },
  { fits: starts('%PDF'), name: 'a PDF', next: 'Take the text out of it first, as CSV or JSONL.' },
  { fits: starts('SQLite format 3\0'), name: 'an SQLite database', next: 'Export the table as CSV.' },
  {
    fits: (head) => /^.{8}DUCK.\0\0/s.test(head),
    name: 'a DuckDB database',
    next: 'Export the table as Parquet or CSV.',
  },
  {
    fits: isParquet,
    name: 'a Parquet file',
    next: 'Make a training file of it: luthier import FILE --out NEW.jsonl.',
  },
  ...Object.entries(COLUMN_FILES).map(([name, fits]) => ({ fits, name, next: 'Save it as Parquet, CSV or JSONL.' })),
  { fits: starts('\x93NUMPY'), name: 'a NumPy array', next: 'Save what is in it as JSONL.' },
  { fits: (head) => /^\x80[\x02-\x05]/.test(head), name: 'a Python pickle', next: 'Save what is in it as JSONL.' },
  { fits: (head) => /^(?:GGUF.\0|.{5}\0\0\0\{")/s.test(head), name: 'a file of model weights', next: ROWS },
  { fits: (head) => head.startsWith('ustar', 257), name: 'a tar archive', next: 'Unpack it with tar -xf first.' },
  { fits: starts('Rar!\x1a'), name: 'a RAR archive', next: 'Unpack it first.' },
  { fits: starts('\x04\x22\x4d\x18'), name: 'compressed by LZ4', next: 'Unpack it with unlz4 first.' },
  {
    fits: (head) => /^(?:\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*)/s.test(head),
    name: 'a picture',
    next: ROWS,
  },
  { fits: (head) => /^RIFF.{4}WEBP/s.test(head), name: 'a picture', next: ROWS },
  {
    fits: (head) => /^(?:RIFF.{4}WAVE|ID3[\x02-\x04]|OggS\0|fLaC\0)/s.test(head),
    name: 'a recording of sound',
    next: ROWS,
  },
  { fits: (head) => /^(?:RIFF.{4}AVI |\0.{3}ftyp|\x1aE\xdf\xa3)/s.test(head), name: 'a film', next: ROWS },
  { fits: (head) => /^(?:\x7fELF|MZ.\0|\xcf\xfa\xed\xfe)/s.test(head), name: 'a program', next: ROWS },
  { fits: starts('{\\rtf'), name: 'rich text (RTF)', next: 'Save it as plain text in UTF-8.', isText: true },
  {
    fits: (head) => /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(head),
    name: 'a web page (HTML)',
    next: 'Fetch the data itself: the address gave a page, perhaps one to log in.',
    isText: true,
  },
  { fits: (head) => /^\s*<\?xml\b/.test(head), name: 'XML', next: 'Make CSV or JSONL of it first.', isText: true },
  {
    fits: (head) => /^version https:\/\/git-lfs\.github\.com\/spec\//.test(head),
    name: 'a pointer of Git LFS, not the file itself',
    next: 'Fetch the file with git lfs pull.',
    isText: true,
  },
];

/** What a file is by its first bytes, where that is no table or text; null for the others. */
export function fileKindOf(head: Uint8Array): FileKind | null {
  const text = latin1(head).replace(/^\xef\xbb\xbf/, '');
  return KINDS.find(({ fits }) => fits(text)) ?? null;
}

const latin1 = (head: Uint8Array): string => Buffer.from(head.subarray(0, HEAD)).toString('latin1');

const HEAD = 8 * 1024;
