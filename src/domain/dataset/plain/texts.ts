import type { AnswerTexts } from '../rubbish/look.ts';
import { contentText } from './content.ts';
import { PlainScan, SYSTEM, USER } from './scan.ts';

const scan = new PlainScan();

/** What `textsOf` says of the line of UTF-8 from `start` to `end`, without all else that a reader looks at; null for a line that is not plain. */
export function plainTexts(bytes: Buffer, start: number, end: number): AnswerTexts | null {
  if (!scan.read(bytes, start, end) || !scan.isTalk()) return null;
  const questions: string[] = [];
  let system = '';
  let answer = '';
  for (let index = 0; index < scan.count; index += 1) {
    const text = contentText(bytes, scan.starts[index] ?? 0, scan.ends[index] ?? 0, scan.met[index] ?? 0);
    if (text === null) return null;
    const role = scan.roles[index];
    if (role === SYSTEM) system = text;
    else if (role === USER) questions.push(text);
    answer = text;
  }
  return { system, questions, answer };
}
