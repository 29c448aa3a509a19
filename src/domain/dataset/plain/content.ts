import { hasLongRun, LONGEST_RUN } from '../../chat/tokens.ts';
import { isBlank } from '../../text/blank.ts';
import { checkText } from '../line/message.ts';
import { LineReport } from '../line/report.ts';
import { ESCAPE, WIDE } from './scan.ts';

const BACKSLASH = 0x5c;

/** What an escape of one letter stands for; 0 for one that is none, or stands for what no text is meant to have. */
const ESCAPED = new Uint8Array(256);
for (const [letter, text] of Object.entries({ '"': '"', '\\': '\\', '/': '/', f: '\f', n: '\n', r: '\r', t: '\t' }))
  ESCAPED[letter.charCodeAt(0)] = text.charCodeAt(0);

/** White space among the characters of ASCII. */
export const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** The text of one content of a line at a time, without its escapes. */
export class Content {
  /** Its UTF-8, from `start` to `end`. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** The text itself; null where it is ASCII alone, and its bytes say all. */
  text: string | null = null;
  /** Written over by every content that has escapes. */
  private free: Buffer = Buffer.alloc(1 << 12);

  /**
   * Takes what stands between the quotes at `start - 1` and `end`, in which `met` was met. False where it is no JSON, or a text of which
   * there is something to say: that it is empty, say.
   */
  take(line: Buffer, start: number, end: number, met: number): boolean {
    this.bytes = line;
    this.start = start;
    this.end = end;
    this.text = null;
    if (met & WIDE) return this.takeText(met);
    if (met & ESCAPE && !this.unescape()) return this.takeText(met);
    return this.isPlain();
  }

  /** Writes the content anew without its escapes; false where one is none of a letter. */
  private unescape(): boolean {
    const { bytes, start, end } = this;
    const free = this.room(end - start);
    let used = 0;
    for (let at = start; at < end; at += 1) {
      let byte = bytes[at] ?? 0;
      if (byte === BACKSLASH) {
        at += 1;
        byte = ESCAPED[bytes[at] ?? 0] ?? 0;
        if (byte === 0) return false;
      }
      free[used] = byte;
      used += 1;
    }
    this.bytes = free;
    this.start = 0;
    this.end = used;
    return true;
  }

  private takeText(met: number): boolean {
    const { bytes, start, end } = this;
    const text = contentText(bytes, start, end, met);
    if (text === null) return false;
    if (met & ESCAPE) {
      this.bytes = this.room(text.length * 3);
      this.start = 0;
      this.end = this.bytes.write(text);
    }
    this.text = text;
    const report = new LineReport(1);
    checkText(text, '', report);
    return report.findings.length === 0 && !isBlank(text);
  }

  /** Whether a text of ASCII is one of which nothing is to be said. */
  private isPlain(): boolean {
    const { bytes, start, end } = this;
    let at = start;
    while (at < end && isSpace(bytes[at] ?? 0)) at += 1;
    return at < end && (end - start <= LONGEST_RUN || !hasLongRun(bytes.toString('latin1', start, end)));
  }

  private room(bytes: number): Buffer {
    if (bytes > this.free.length) this.free = Buffer.alloc(bytes * 2);
    return this.free;
  }
}

/** The text that stands between the quotes at `start - 1` and `end`, in which `met` was met; null where it is no JSON. */
export const contentText = (line: Buffer, start: number, end: number, met: number): string | null =>
  met & ESCAPE
    ? textIn(line.toString('utf8', start - 1, end + 1))
    : line.toString(met & WIDE ? 'utf8' : 'latin1', start, end);

/** The text that a JSON text in quotes is; null where it is none. */
function textIn(json: string): string | null {
  try {
    return String(JSON.parse(json));
  } catch {
    return null;
  }
}
