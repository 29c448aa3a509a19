import { isUtf8 } from 'node:buffer';
import { FileError } from './file-faults.ts';
import { linesOf } from './lines.ts';

/** A byte that means nothing in the encoding of its text. Line and column count from 1, the offset from 0. */
export interface DecodingFault {
  readonly line: number;
  /** In UTF-16 units, as editors count; a byte order mark is no column. */
  readonly column: number;
  readonly byte: number;
  readonly offset: number;
}

/** Bytes that are not text in the encoding they should have: what is wrong, and what to do about it. */
export class EncodingError extends FileError {
  constructor(message: string, next: string) {
    super(message, next);
    this.name = 'EncodingError';
  }
}

/** Bytes of a line at most: longer than any example that is meant, and short enough for a text in memory. */
const MAX_LINE = 64 * 1024 * 1024;

export const tooLong = (what: string): FileError =>
  new FileError(`${what} is longer than 64 MB.`, 'Put each example on a line of its own.');

/** A byte as two hexadecimal digits. */
export const byteText = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** The fault in words: `line 2, column 5 holds the byte E9`. */
export const describeFault = ({ line, column, byte }: DecodingFault): string =>
  `line ${line}, column ${column} holds the byte ${byteText(byte)}`;

/** `text` without the byte order mark some editors begin a file with. */
export const withoutByteOrderMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** The WHATWG's name of an encoding, such as `windows-1252` for `latin1`; null for one that Node cannot decode. */
export function encodingOf(label: string): string | null {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return null;
  }
}

/** What the first bytes say of the encoding: a byte order mark, or every other byte zero. Else UTF-8. Throws EncodingError. */
export function sniffEncoding(head: Uint8Array): string {
  const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) {
    throw new EncodingError('The text is UTF-32, which is not read here.', 'Save it as UTF-8.');
  }
  if (starts(0xff, 0xfe)) return 'utf-16le';
  if (starts(0xfe, 0xff)) return 'utf-16be';
  const pairs = Math.min(head.length, SNIFFED) >> 1;
  let [even, odd] = [0, 0];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (head[2 * pair] === 0) even += 1;
    if (head[2 * pair + 1] === 0) odd += 1;
  }
  // Text of other scripts has few zero bytes, those of spaces, commas and line ends; but it is no UTF-8.
  const mostly = (zeros: number): boolean => zeros > 1 && (zeros * 2 > pairs || !beginsAsUtf8(head));
  if (even === 0 && mostly(odd)) return 'utf-16le';
  return odd === 0 && mostly(even) ? 'utf-16be' : 'utf-8';
}

/** Whether the first bytes are UTF-8, of which the last character may be cut. */
function beginsAsUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(0, SNIFFED), { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Bytes that mark an encoding. */
const SNIFFED = 512;
const LINE_END = 0x0a;
const RETURN = 0x0d;

export interface DecodingOptions {
  /** Null takes what the first bytes say. */
  readonly encoding?: string | null;
  /** What is wrong, one fault a line; where it returns, U+FFFD stands for the bytes. It may throw. */
  readonly onFault: (fault: DecodingFault) => void;
}

/**
 * Bytes that come in pieces as text, whole lines at a time, so that no character and no fault is cut in two. A byte
 * order mark stays in the text. A piece may be written over once it was pushed.
 */
export class TextDecoding {
  private readonly options: DecodingOptions;
  private charset: Charset | null = null;
  /** The bytes that came and were not given, from `given` to `held`: always the same memory, which grows with the longest line. */
  private buffer = Buffer.alloc(0);
  private held = 0;
  private given = 0;
  /** A long line is looked through again only when twice as much of it is there. */
  private wanted = SNIFFED;
  private lines = 0;
  private offset = 0;

  constructor(options: DecodingOptions) {
    this.options = options;
  }

  /** The encoding; null while there are too few bytes to know it. */
  get encoding(): string | null {
    return this.charset?.name ?? null;
  }

  push(bytes: Uint8Array): string {
    const block = this.wholeLines(bytes);
    return block === null ? '' : this.decode(block);
  }

  /** As `push`, a text a line, without their ends: one sign beyond Latin-1 makes a text twice as large and many times as slow. */
  pushLines(bytes: Uint8Array): readonly string[] {
    const block = this.wholeLines(bytes);
    if (block === null) return [];
    if (this.charset?.name !== 'utf-8' || !isUtf8(block)) return linesOf(this.decode(block));
    const lines: string[] = [];
    let start = 0;
    for (let end = block.indexOf(LINE_END); end !== -1; end = block.indexOf(LINE_END, start)) {
      lines.push(block.toString('utf8', start, end > start && block[end - 1] === RETURN ? end - 1 : end));
      start = end + 1;
    }
    this.offset += block.length;
    this.lines += lines.length;
    return lines;
  }

  /** As `push`, for who wants to know of faults alone. */
  look(bytes: Uint8Array): void {
    const block = this.wholeLines(bytes);
    if (block === null) return;
    if (this.charset?.name !== 'utf-8' || !isUtf8(block)) {
      this.decode(block);
      return;
    }
    this.offset += block.length;
    for (let at = block.indexOf(LINE_END); at !== -1; at = block.indexOf(LINE_END, at + 1)) this.lines += 1;
  }

  /** What ends in a line end of what is there; null while that is too little to know anything by. */
  private wholeLines(bytes: Uint8Array): Buffer | null {
    this.take(bytes);
    if (this.held < this.wanted && this.held <= MAX_LINE) return null;
    const block = this.buffer.subarray(0, this.held);
    const cut = this.charsetOf(block).endOfLines(block);
    if (cut === 0 && block.length > MAX_LINE) throw tooLong(`Line ${this.lines + 1}`);
    this.given = cut;
    this.wanted = cut === 0 ? 2 * block.length : 0;
    return block.subarray(0, cut);
  }

  /** What follows the last line end. */
  end(): string {
    const block = this.buffer.subarray(this.given, this.held);
    this.given = this.held;
    return this.decode(block);
  }

  private take(bytes: Uint8Array): void {
    const rest = this.held - this.given;
    const needed = rest + bytes.length;
    const into = needed > this.buffer.length ? Buffer.allocUnsafe(2 * needed) : this.buffer;
    this.buffer.copy(into, 0, this.given, this.held);
    into.set(bytes, rest);
    this.buffer = into;
    this.given = 0;
    this.held = needed;
  }

  private charsetOf(block: Uint8Array): Charset {
    this.charset ??= charsetNamed(this.options.encoding ?? sniffEncoding(block));
    return this.charset;
  }

  private decode(block: Buffer): string {
    const charset = this.charsetOf(block);
    const text = charset.decode(block) ?? this.mended(block, charset);
    this.offset += block.length;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.lines += 1;
    return text;
  }

  /** The block with U+FFFD for what means nothing; each line's first fault is reported. */
  private mended(block: Buffer, charset: Charset): string {
    let text = '';
    let lineStart = 0;
    let line = this.lines;
    let reported = -1;
    for (let start = 0; start < block.length; ) {
      const at = charset.faultIn(block.subarray(start));
      const good = block.subarray(start, at === -1 ? block.length : start + at);
      const before = text.length;
      text += charset.decode(good) ?? '';
      if (at === -1) break;
      for (let end = text.indexOf('\n', before); end !== -1; end = text.indexOf('\n', end + 1)) {
        line += 1;
        lineStart = end + 1;
      }
      if (line !== reported) {
        reported = line;
        const mark = this.offset === 0 && lineStart === 0 && text.startsWith('\uFEFF') ? 1 : 0;
        this.options.onFault({
          line: line + 1,
          column: text.length - lineStart - mark + 1,
          byte: block[start + at] ?? 0,
          offset: this.offset + start + at,
        });
      }
      text += '\uFFFD';
      start += at + charset.unit;
    }
    return text;
  }
}

interface Charset {
  readonly name: string;
  /** Bytes of the smallest unit. */
  readonly unit: number;
  /** The index after the last line end; 0 when there is none. */
  endOfLines(block: Buffer): number;
  /** Null when something in it means nothing. */
  decode(block: Buffer): string | null;
  /** Where the first byte stands that means nothing; -1 when all is well. */
  faultIn(block: Buffer): number;
}

function charsetNamed(name: string): Charset {
  if (name === 'utf-8') {
    return {
      name,
      unit: 1,
      endOfLines: (block) => block.lastIndexOf(LINE_END) + 1,
      decode: (block) => (isUtf8(block) ? block.toString('utf8') : null),
      faultIn: utf8Fault,
    };
  }
  const wide = name === 'utf-16le' || name === 'utf-16be';
  return {
    name,
    unit: wide ? 2 : 1,
    endOfLines: wide
      ? (block) => endOfWideLines(block, name === 'utf-16be')
      : (block) => block.lastIndexOf(LINE_END) + 1,
    decode(block) {
      try {
        return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(block);
      } catch {
        return null;
      }
    },
    faultIn: (block) => faultByTrial(block, name),
  };
}

/** No byte of another character of these encodings is a line end, but a half of a UTF-16 unit may be. */
function endOfWideLines(block: Buffer, bigEndian: boolean): number {
  for (let at = block.lastIndexOf(LINE_END); at !== -1; at = at === 0 ? -1 : block.lastIndexOf(LINE_END, at - 1)) {
    const first = bigEndian ? at - 1 : at;
    if (first % 2 === 0 && block[bigEndian ? first : first + 1] === 0) return first + 2;
  }
  return 0;
}

/** Well-formed sequences of several bytes: first byte from and to, second from and to, length (Unicode 17, table 3-7). */
const SEQUENCES = [
  [0xc2, 0xdf, 0x80, 0xbf, 2],
  [0xe0, 0xe0, 0xa0, 0xbf, 3],
  [0xe1, 0xec, 0x80, 0xbf, 3],
  [0xed, 0xed, 0x80, 0x9f, 3],
  [0xee, 0xef, 0x80, 0xbf, 3],
  [0xf0, 0xf0, 0x90, 0xbf, 4],
  [0xf1, 0xf3, 0x80, 0xbf, 4],
  [0xf4, 0xf4, 0x80, 0x8f, 4],
] as const;

/** The first byte at which no well-formed UTF-8 sequence begins; -1 when there is none. */
function utf8Fault(block: Uint8Array): number {
  for (let at = 0; at < block.length; ) {
    const length = (block[at] ?? 0) < 0x80 ? 1 : sequenceLength(block, at);
    if (length === 0) return at;
    at += length;
  }
  return -1;
}

/** Bytes of the sequence of several that begins here; 0 when there is none. */
function sequenceLength(block: Uint8Array, at: number): number {
  const [first = 0, second = 0, ...others] = block.subarray(at, at + 4);
  const found = SEQUENCES.find(([low, high]) => first >= low && first <= high);
  if (found === undefined || second < found[2] || second > found[3]) return 0;
  const rest = others.slice(0, found[4] - 2);
  return rest.length === found[4] - 2 && rest.every((byte) => byte >= 0x80 && byte <= 0xbf) ? found[4] : 0;
}

/** A strict decoder is fed byte by byte: the fault begins after the last byte that ended a character. */
function faultByTrial(block: Uint8Array, name: string): number {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
  let start = 0;
  try {
    for (let at = 0; at < block.length; at += 1) {
      if (decoder.decode(block.subarray(at, at + 1), { stream: true }) !== '') start = at + 1;
    }
    decoder.decode();
    return -1;
  } catch {
    return start;
  }
}
