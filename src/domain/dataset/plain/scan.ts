import { ByteViews } from '../../text/byte-views.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Bits of what is met among the bytes of a text. */
export const FENCE = 1;
export const ESCAPE = 2;
export const WIDE = 4;
const STOP = 8;

/** A quote ends a text; what JSON does not allow within one, and what no text is meant to have, ends the reading too. */
const MET = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE || byte < 0x20 || byte === 0x7f) return STOP;
  if (byte === BACKSLASH) return ESCAPE;
  if (byte > 0x7f) return WIDE;
  return byte === 0x60 || byte === 0x7e ? FENCE : 0;
});

/** The uppermost bit of each of four bytes, and what is one in each. */
const HIGHS = 0x80808080 | 0;
const ONES = 0x01010101;
/** Each of four bytes a sign that is met on its own. */
const QUOTES = QUOTE * ONES;
const BACKSLASHES = BACKSLASH * ONES;
const TICKS = 0x60 * ONES;
const BLANKS = 0x20 * ONES;

/** Sets the uppermost bit of a byte that is 0, and maybe of those above it. */
const zerosIn = (four: number): number => (four - ONES) & ~four;

/** Where the first of four bytes is met that `MET` has something of, or up to four before the end: nearly all that a file holds is neither. */
function plainUpTo(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    const met =
      zerosIn(four ^ QUOTES) |
      zerosIn(four ^ BACKSLASHES) |
      zerosIn(four ^ TICKS) |
      ((four - BLANKS) & ~four) |
      // From `~` on.
      (four + 2 * ONES) |
      four;
    if ((met & HIGHS) !== 0) break;
  }
  return at;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const MESSAGES = bytesOf('"messages"');
const ROLE = bytesOf('"role"');
const CONTENT = bytesOf('"content"');

export const ROLES = ['system', 'user', 'assistant'] as const;
const ROLE_TEXTS = ROLES.map((role) => bytesOf(`"${role}"`));
export const SYSTEM = 0;
export const USER = 1;
export const ASSISTANT = 2;
/** Messages of a line at most; more are for the reader of everything. */
const MOST = 256;

/**
 * Where the messages of a plain chat line stand in its bytes: one that holds `messages` and nothing else, each of which holds `role` and
 * `content` and nothing else, both texts, the roles those of a talk without tools. Nearly every line of nearly every file is one.
 */
export class PlainScan {
  count = 0;
  /** Of each message, which of ROLES it has. */
  readonly roles = new Uint8Array(MOST);
  /** Where its content begins and ends, within its quotes. */
  readonly starts = new Int32Array(MOST);
  readonly ends = new Int32Array(MOST);
  /** What is met in it. */
  readonly met = new Uint8Array(MOST);
  /** Where the line begins and ends without the white space around it. */
  begins = 0;
  closes = 0;
  private readonly views = new ByteViews();
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;

  /** False for a line that is anything else. What is between `start` and `end` must be UTF-8. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.count = 0;
    if (this.next() !== OPEN) return false;
    this.begins = this.at;
    if (!(this.sign(OPEN) && this.word(MESSAGES) && this.sign(COLON) && this.sign(OPEN_LIST))) return false;
    do if (this.count === MOST || !this.message()) return false;
    while (this.sign(COMMA));
    if (!(this.sign(CLOSE_LIST) && this.sign(CLOSE))) return false;
    this.closes = this.at;
    return this.next() === -1;
  }

  /** Whether an answer ends the line that was read, and a system message only begins it. */
  isTalk(): boolean {
    const { roles, count } = this;
    for (let index = 1; index < count; index += 1) if (roles[index] === SYSTEM) return false;
    return roles[count - 1] === ASSISTANT;
  }

  private message(): boolean {
    if (!this.sign(OPEN)) return false;
    const isRoleFirst = this.word(ROLE);
    const isRead = isRoleFirst
      ? this.role() && this.sign(COMMA) && this.word(CONTENT) && this.content()
      : this.word(CONTENT) && this.content() && this.sign(COMMA) && this.word(ROLE) && this.role();
    if (!isRead || !this.sign(CLOSE)) return false;
    this.count += 1;
    return true;
  }

  private role(): boolean {
    if (!this.sign(COLON)) return false;
    const role = ROLE_TEXTS.findIndex((text) => this.word(text));
    if (role === -1) return false;
    this.roles[this.count] = role;
    return true;
  }

  private content(): boolean {
    if (!this.sign(COLON) || !this.sign(QUOTE)) return false;
    const { bytes, end } = this;
    let met = 0;
    let at = plainUpTo(this.views.of(bytes), this.at, end);
    for (; at < end; at += 1) {
      const one = MET[bytes[at] ?? 0] ?? STOP;
      if (one === STOP) break;
      met |= one;
      // Whatever it is, it does not end the text.
      if (one === ESCAPE) at += 1;
    }
    if (at >= end || bytes[at] !== QUOTE) return false;
    this.starts[this.count] = this.at;
    this.ends[this.count] = at;
    this.met[this.count] = met;
    this.at = at + 1;
    return true;
  }

  /** The next byte that is no white space of JSON; -1 at the end. */
  private next(): number {
    const { bytes, end } = this;
    for (; this.at < end; this.at += 1) {
      const byte = bytes[this.at] ?? 0;
      if (byte > 0x20) return byte;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return 0;
    }
    return -1;
  }

  /** Goes past a sign, if it is what comes next. */
  private sign(sign: number): boolean {
    if (this.next() !== sign) return false;
    this.at += 1;
    return true;
  }

  /** Goes past a text as it is written, if it is what comes next. */
  private word(text: Uint8Array): boolean {
    if (this.next() !== QUOTE || this.at + text.length > this.end) return false;
    const { bytes, at } = this;
    for (let index = 1; index < text.length; index += 1) if (bytes[at + index] !== text[index]) return false;
    this.at += text.length;
    return true;
  }
}
