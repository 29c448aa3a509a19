import { boxesOf } from '../../harness/boxes.ts';

const isEmpty = (line: string): boolean => /^[\s│┃]*$/.test(line);
/** Names a folder of this machine, or says how far a run came on its way to the tracker. */
const isOfMachine = (line: string): boolean => / \/[\w.-]+\/|^ W&B /.test(line);

/** A frame as a tutorial shows it: without rows that are empty, of the tracker or name a folder. */
export const toldFrame = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trimEnd())
    .filter((line) => !isEmpty(line) && !isOfMachine(line))
    .join('\n');

/** What differs from one session to the next: figures, times, names drawn at random, curves and bars. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/[\u2800-\u28ff█░▁▂▃▄▅▆▇]+/g, ''],
  [/ft:[\w:.…-]+/g, 'ft'],
  [/\S*:\w{8}(?::ckpt-step-\d+)?(?!\S)/g, 'ft'],
  [/\b[0-9a-f]{8}\b/g, 'id'],
  [/\d(?:[\d,.:–-]*\d)?/g, '#'],
  [/# (?:ms|s|min)\b/g, '#'],
  [/[─━]+/g, '─'],
  [/\s+/g, ' '],
];

const masked = (line: string): string => VARYING.reduce((text, [what, by]) => text.replaceAll(what, by), line).trim();

/** Panels by their titles whose rows models wrote; of a table its head is the same in each session. */
export type FreePanels = readonly RegExp[];

/** What of a frame must be the same in every session: header, bar, footer, titles, and the rows of all panels but the free ones. */
export function shapeOf(frame: string, free: FreePanels): readonly string[] {
  const lines = frame.split('\n');
  const panels = boxesOf(lines).map(({ title, rows }) => {
    const isFree = free.some((one) => one.test(title));
    const same = isFree ? rows.slice(0, title.startsWith('Row ') ? 1 : 0) : rows;
    return [`[${masked(title)}]`, ...same.map(masked)].join('\n');
  });
  // The row of a bar says how far a job came, and where it began to overfit.
  const outside = lines.filter((line) => !/[│┃╭┏╰┗❯]/.test(line) && !/^ [█░]/.test(line) && !/^ {2}\S/.test(line));
  return [...outside.map(masked), ...panels];
}

/** The frames of a tutorial, each with what stands around it. */
const FRAME = /^```\n( luthier [\s\S]*?)\n```$/gm;

export interface Frame {
  readonly text: string;
  readonly free: FreePanels;
}

const toldIn = (tutorial: string): readonly string[] => [...tutorial.matchAll(FRAME)].map(([, text = '']) => text);

/** What of the frames is no longer as the tutorial tells it, a line each; empty where all are. Throws where it has not as many. */
export function differences(tutorial: string, frames: readonly Frame[]): readonly string[] {
  const told = toldIn(tutorial);
  if (told.length !== frames.length)
    throw new Error(`the tutorial has ${told.length} frames, and ${frames.length} were taken`);
  return frames.flatMap(({ text, free }, at) => {
    const lines = (frame: string): readonly string[] => shapeOf(frame, free).flatMap((part) => part.split('\n'));
    const [before, now] = [lines(told[at] ?? ''), lines(text)];
    return [
      ...before.filter((line) => !now.includes(line)).map((line) => `frame ${at + 1} tells: ${line}`),
      ...now.filter((line) => !before.includes(line)).map((line) => `frame ${at + 1} is now: ${line}`),
    ];
  });
}

/** The tutorial with all of its frames taken anew, so that they are of one session. */
export function withFrames(tutorial: string, frames: readonly Frame[]): string {
  let at = 0;
  return tutorial.replaceAll(FRAME, () => {
    const { text } = frames[at] ?? { text: '' };
    at += 1;
    return `\`\`\`\n${text}\n\`\`\``;
  });
}
