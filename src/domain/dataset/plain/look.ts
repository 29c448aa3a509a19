import { type CountTokens, countText, PER_MESSAGE, PER_REPLY } from '../../chat/tokens.ts';
import { ByteViews, viewOf } from '../../text/byte-views.ts';
import type { LineLook } from '../line/look.ts';
import { Digest } from '../rubbish/digests.ts';
import type { ContentFlag } from '../rubbish/flags.ts';
import type { AnswerLook } from '../rubbish/look.ts';
import { flagsOf, lengthIn } from './answer.ts';
import { Content } from './content.ts';
import { ASSISTANT, PlainScan, ROLES, SYSTEM, USER } from './scan.ts';

/** Counts the tokens of texts, and of those of ASCII that stand in bytes. */
export interface CountOfBoth {
  readonly text: CountTokens;
  readonly ascii: (bytes: Uint8Array, start: number, end: number) => number;
}

const ROLE_VIEWS = ROLES.map((role) => viewOf(Buffer.from(role)));
const NO_FLAGS: AnswerLook['flags'] = [];

/**
 * Looks at lines by their bytes, without a text or a value made of them. It says what `lookAtLine` says, of the lines of which there is nothing to say; any
 * other is not its business.
 */
export class PlainLook {
  private readonly scan = new PlainScan();
  private readonly content = new Content();
  private readonly views = new ByteViews();
  private readonly line = new Digest();
  /** Of the messages so far; and of the last one. */
  private readonly prompt = new Digest();
  private readonly answer = new Digest();
  private readonly count: CountOfBoth;
  private readonly perRole: readonly number[];

  constructor(count: CountOfBoth) {
    this.count = count;
    this.perRole = ROLES.map((role) => PER_MESSAGE + count.text(role));
  }

  /** What is seen of the line of UTF-8 from `start` to `end`; null for one that is not plain, or has a finding. */
  at(bytes: Buffer, start: number, end: number, number: number): LineLook | null {
    const { scan, prompt, content } = this;
    if (!scan.read(bytes, start, end) || !scan.isTalk()) return null;
    const last = scan.count - 1;
    let tokens = PER_REPLY;
    let assistantTokens = 0;
    let users = 0;
    let flags = NO_FLAGS;
    prompt.begin();
    for (let index = 0; index <= last; index += 1) {
      const met = scan.met[index] ?? 0;
      const role = scan.roles[index] ?? 0;
      if (!content.take(bytes, scan.starts[index] ?? 0, scan.ends[index] ?? 0, met)) return null;
      const said =
        content.text === null
          ? this.count.ascii(content.bytes, content.start, content.end)
          : countText(content.text, this.count.text);
      tokens += (this.perRole[role] ?? 0) + said;
      if (role === USER) users += 1;
      if (role === ASSISTANT) {
        assistantTokens += said;
        flags = joined(flags, flagsOf(content, met));
      }
      if (index < last) this.add(prompt, role);
    }
    this.add(this.answer.begin(), ASSISTANT);
    return {
      line: number,
      bytes: end - start + 1,
      isBlank: false,
      kind: 'chat',
      findings: [],
      measure: {
        messages: scan.count,
        tokens,
        assistantTokens,
        hasSystem: scan.roles[0] === SYSTEM,
        hasUser: users > 0,
      },
      digest: this.line.begin().add(this.views.of(bytes), scan.begins, scan.closes).end(),
      answer: {
        flags,
        isPair: false,
        isSpoken: true,
        prompt: prompt.end(),
        answer: this.answer.end(),
        length: lengthIn(content),
        first: users === 1,
      },
    };
  }

  /** The role of a message, and its content. */
  private add(digest: Digest, role: number): void {
    const { bytes, start, end } = this.content;
    const view = this.views.of(bytes);
    digest.add(ROLE_VIEWS[role] ?? view, 0, ROLES[role]?.length ?? 0).add(view, start, end);
  }
}

const joined = (flags: readonly ContentFlag[], more: readonly ContentFlag[]): readonly ContentFlag[] =>
  flags.length === 0 ? more : more.length === 0 ? flags : [...new Set([...flags, ...more])];
