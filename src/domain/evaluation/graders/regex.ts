import * as z from 'zod';
import { failed, type Outcome, ok } from '../../common/outcome.ts';
import { accepted, defineGrader, type Grader, missing, rejected, shortened, verdict, wrong } from './grader.ts';
import { asideShape } from './set-aside.ts';

const PLACEHOLDER = '{target}';

/**
 * A pattern searched for in the answer. `{target}` stands for the trimmed target, quoted so that none of it is read
 * as a pattern. The flags `g` and `y` only steer repeated searches and are left out.
 */
function regexGrader(pattern: string, flags: string): Outcome<Grader> {
  const kept = flags.replaceAll(/[gy]/g, '');
  const build = (target: string) =>
    new RegExp(
      pattern.replaceAll(PLACEHOLDER, () => quoted(target)),
      kept,
    );
  try {
    const fixed = build('target');
    const varies = pattern.includes(PLACEHOLDER);
    return ok((answer, target) => {
      const found = (varies ? build(target.trim()) : fixed).exec(answer);
      const where = `in ${shortened(answer)}`;
      return found === null ? wrong(`no match ${where}`) : verdict(true, `matched ${shortened(found[0])} ${where}`);
    });
  } catch (error) {
    return failed({
      what: `The pattern cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      saved: 'Nothing was started.',
      next: 'Mend the pattern. A literal ( [ { . * + ? needs a backslash before it.',
    });
  }
}

/** Every ASCII character as `\xHH`, which is itself in any place of a pattern and under any flag. */
function quoted(text: string): string {
  return text.replaceAll(/[\x00-\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

const FORM = 'regex:PATTERN';

/** The answer matches; `{target}` in the pattern stands for the target, quoted. */
export const regex = defineGrader({
  schema: z.object({ kind: z.literal('regex'), pattern: z.string(), flags: z.string(), ...asideShape }),
  nameOf: ({ pattern, flags }) => `matches /${pattern}/${flags}`,
  choice: { label: 'pattern', note: 'a regular expression', place: 6 },
  fields: {
    pattern: { input: 'text', label: 'Pattern', initial: '{target}' },
    flags: { input: 'text', label: 'Flags', initial: 'i' },
  },
  readDraft: (draft) => {
    const [pattern, flags] = [draft('pattern'), draft('flags')];
    if (pattern === '') return rejected('pattern', 'type a pattern; {target} stands for the target');
    try {
      RegExp(pattern.replaceAll(PLACEHOLDER, 'x'), flags);
      return accepted({ kind: 'regex', pattern, flags });
    } catch (error) {
      return rejected('pattern', error instanceof Error ? error.message : 'the pattern cannot be read');
    }
  },
  draftOf: ({ pattern, flags }) => ({ pattern, flags }),
  flag: {
    form: FORM,
    read: (rest) =>
      rest === null || rest === '' ? missing(FORM) : accepted({ kind: 'regex', pattern: rest, flags: '' }),
  },
  usuallyAside: [],
  classesOf: () => 'targets',
  format: ({ pattern, flags }) => {
    const anyTarget = new RegExp(pattern.replaceAll(PLACEHOLDER, '[^]*?'), flags.replaceAll(/[gy]/g, ''));
    return { does: 'match the pattern, whatever the target', holds: (answer) => anyTarget.test(answer) };
  },
  grading: { by: 'rules', compile: ({ pattern, flags }) => regexGrader(pattern, flags) },
});
