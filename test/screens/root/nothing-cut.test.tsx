import { expect, it } from 'vitest';
import { boxesOf, type ScreenBox } from '../../harness/boxes.ts';
import type { Rendered } from '../../harness/render.tsx';
import type { Wanted } from '../../harness/screen.ts';
import { done, failed, fakeWorkbenchWith, running } from '../train/render-train.tsx';
import { renderRoot } from './render-root.tsx';

const SIZES = [
  [80, 24],
  [100, 30],
  [140, 40],
  [220, 60],
] as const;

const LONG = 'a-name-that-somebody-chose-to-be-far-too-long-for-any-border';
const PROJECT = `Support tickets of ${LONG} and of its sister company`;
const MODEL = `ft:practice-small:${LONG}:triage:AbCd1234`;
const sentence = (word: string): string =>
  `${`${word} is said in a sentence that takes its time. `.repeat(3)}${word} ends.`;
const PROBLEM = { what: sentence('what'), saved: sentence('saved'), next: sentence('next') };

const isQuestion = ({ rows }: ScreenBox): boolean =>
  rows.some((row) => !row.includes('┃') && /(^| )n no( |$)/.test(row));
const isQuote = ({ title }: ScreenBox): boolean => title.startsWith('Quote');

const isSlots = ({ title }: ScreenBox): boolean => title.startsWith('Slots');
/** A screen without panels of its own: all between its first row and the box one writes in. */
const inRows = (app: Rendered): readonly string[] => {
  const lines = app.lines();
  return lines.slice(
    3,
    lines.findIndex((line) => line.includes('─ Message ')),
  );
};

/** What of the frame ends in an ellipsis though it must be read whole: questions, quotes, findings, what a screen says of itself. */
function cuts(app: Rendered, kind: Stop['check']): readonly string[] {
  if (kind === 'rows') return inRows(app).filter((row) => row.includes('…'));
  const box = boxesOf(app.lines()).find(kind);
  expect(box, app.frame()).toBeDefined();
  return [box?.title ?? '', ...(box?.rows ?? [])].filter((row) => row.includes('…'));
}

/** What stands above the footer of a problem, in one line. */
function problemOf(app: Rendered): string {
  const lines = app.lines();
  const start = lines.findIndex((line) => line.startsWith(' ✗ what'));
  return lines.slice(start, -1).join(' ').replace(/\s+/g, ' ');
}

interface Stop {
  readonly keys: readonly string[];
  /** On screen once it is there. */
  readonly seen: Wanted;
  /** The panel that must be whole; `rows` where the screen has none. */
  readonly check: ((box: ScreenBox) => boolean) | 'rows';
}

const STOPS: readonly Stop[] = [
  { keys: ['2', 'tab', 'G'], seen: '▲ The student', check: isSlots },
  { keys: ['6'], seen: 'Nothing was said yet.', check: 'rows' },
  { keys: ['3'], seen: 'to generate', check: isQuote },
  { keys: ['s'], seen: 'Every answer is on disk', check: isQuestion },
  { keys: ['escape', '4', 'D'], seen: 'n no', check: isQuestion },
  { keys: ['escape', 'p', 's'], seen: 'Assign this split?', check: isQuestion },
  { keys: ['escape', 'escape', '5', 'escape', 'n'], seen: 'to train on', check: isQuote },
  { keys: ['s'], seen: 'Start this job?', check: isQuestion },
  { keys: ['escape', 'escape', 'enter', 'c'], seen: 'n no', check: isQuestion },
  {
    keys: ['escape', 'escape', '7', 'n'],
    seen: 'requests to send',
    check: isQuote,
  },
  { keys: ['8', 'k', 'x'], seen: 'n no', check: isQuestion },
  { keys: ['escape', '1', 'p', 'x'], seen: 'Its template, rows', check: isQuestion },
  { keys: ['escape', 'ctrl-c'], seen: 'Quit luthier?', check: isQuestion },
];

it.each(SIZES)('cuts no question, quote or problem on any screen at %i x %i', async (columns, rows) => {
  const fake = fakeWorkbenchWith([running, done, failed], 16);
  const { store, workbench } = fake;
  const { project } = store.getState();
  workbench.projects.rename(project.id, PROJECT);
  workbench.projects.update((one) => ({
    ...one,
    plan: { ...one.plan, model: MODEL },
    template: {
      ...one.template,
      // The realm is used by the teacher alone: a warning, with which everything still runs.
      teacherPrompt: `${one.template.teacherPrompt} In {realm}, {favourite_colour}, {home_town}.`,
      studentPrompt: `${one.template.studentPrompt} {favourite_colour} {home_town}`,
      slots: [
        ...one.template.slots,
        ...['favourite_colour', 'home_town', 'realm'].map((name) => ({ name, values: ['one'] })),
      ],
    },
  }));
  const own = { id: 'own', name: `The server of ${LONG}`, kind: 'compatible', jobDialect: 'method' } as const;
  const profile = { ...own, baseUrl: 'https://api.example.com/v1', apiVersion: null };
  store.setState({ profiles: [profile, ...store.getState().profiles] });
  const app = await renderRoot(fake, { columns, rows });
  for (const { keys, seen, check } of STOPS) {
    await app.press(...keys);
    await app.waitFor(seen);
    const at = `${keys.join(' ')} at ${columns}x${rows}:\n${app.frame()}`;
    expect(cuts(app, check), at).toEqual([]);
    expect(app.frame().split('❯').length - 1, at).toBeLessThanOrEqual(1);
    store.setState({ notice: { id: 1, kind: 'problem', problem: PROBLEM } });
    await app.waitFor('next ends.');
    expect(problemOf(app), at).toContain(`Saved: ${PROBLEM.saved} Next: ${PROBLEM.next}`);
    store.setState({ notice: null });
  }
});
