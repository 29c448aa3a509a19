/** What a file is that is no text of rows, and what to do with it. */
export interface FileKind {
  readonly name: string;
  readonly next: string;
}

interface KnownKind extends FileKind {
  readonly fits: (head: string) => boolean;
}

const starts =
  (magic: string) =>
  (head: string): boolean =>
    head.startsWith(magic);

const zipWith = (folder: string) => (head: string) => head.startsWith('PK\x03\x04') && head.includes(folder);

/** By their first bytes, as the formats' own specifications have them; the first that fits names the file. */
const KINDS: readonly KnownKind[] = [
  { fits: zipWith('xl/'), name: 'an Excel workbook', next: 'Save the sheet as CSV UTF-8 in Excel.' },
  { fits: zipWith('word/'), name: 'a Word document', next: 'Save what is in it as CSV or JSONL.' },
  { fits: zipWith('content.xml'), name: 'an OpenDocument file', next: 'Save the sheet as CSV in UTF-8.' },
  { fits: starts('PK\x03\x04'), name: 'a zip archive', next: 'Unpack it with unzip first.' },
  { fits: starts('\xd0\xcf\x11\xe0'), name: 'an old Excel or Word file', next: 'Save the sheet as CSV UTF-8.' },
  { fits: starts('\x1f\x8b'), name: 'compressed by gzip', next: 'Unpack it with gunzip first.' },
  { fits: starts('\x28\xb5\x2f\xfd'), name: 'compressed by Zstandard', next: 'Unpack it with zstd -d first.' },
  { fits: starts('BZh'), name: 'compressed by bzip2', next: 'Unpack it with bunzip2 first.' },
  { fits: starts('\xfd7zXZ'), name: 'compressed by xz', next: 'Unpack it with unxz first.' },
  { fits: starts('7z\xbc\xaf'), name: 'a 7-Zip archive', next: 'Unpack it first.' },
  { fits: starts('%PDF'), name: 'a PDF', next: 'Take the text out of it first, as CSV or JSONL.' },
  { fits: starts('SQLite format 3'), name: 'an SQLite database', next: 'Export the table as CSV.' },
  { fits: starts('ARROW1'), name: 'an Arrow file', next: 'Save it as Parquet.' },
  { fits: starts('\x89PNG'), name: 'a picture', next: 'Name a file with rows in it.' },
  {
    fits: (head) => /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(head),
    name: 'a web page (HTML)',
    next: 'Fetch the data itself: the address gave a page, perhaps one to log in.',
  },
  { fits: (head) => /^\s*<\?xml\b/.test(head), name: 'XML', next: 'Make CSV or JSONL of it first.' },
];

/** What a file is by its first bytes, where that is no table or text; null for the others. */
export function fileKindOf(head: Uint8Array): FileKind | null {
  const text = Buffer.from(head.subarray(0, HEAD))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  return KINDS.find(({ fits }) => fits(text)) ?? null;
}

const HEAD = 8 * 1024;
