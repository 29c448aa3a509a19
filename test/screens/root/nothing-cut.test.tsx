import { expect, it } from 'vitest';
import { boxesOf, type ScreenBox } from '../../harness/boxes.ts';
import type { Rendered } from '../../harness/render.tsx';
import type { Wanted } from '../../harness/screen.ts';
import { done, failed, fakeWorkbenchWith, jobEvent, running } from '../train/render-train.tsx';
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

const titled =
  (start: string) =>
  ({ title }: ScreenBox): boolean =>
    title.startsWith(start);
const isSlots = titled('Slots');
/** A screen without panels of its own: all between its first row and the box one writes in. */
const inRows = (app: Rendered): readonly string[] => {
  const lines = app.lines();
  return lines.slice(
    3,
    lines.findIndex((line) => line.includes('─ Message ')),
  );
};

/** An ellipsis at which a text ends, not one in its middle. */
const END_CUT = /…(?=\s|$)/;

/** The cells of a table under one of its titles. */
function cellsOf({ rows }: ScreenBox, title: string): readonly string[] {
  const head = rows[0] ?? '';
  const left = head.indexOf(title);
  const next = /\S/.exec(head.slice(left + title.length).replace(/^\S*/, (rest) => ' '.repeat(rest.length)));
  const right = next === null ? undefined : left + title.length + next.index;
  return left < 0 ? [] : rows.slice(1).map((row) => row.slice(left, right));
}

/** What of the frame is cut though it must be read: whole, or with both its ends. */
function cuts(app: Rendered, { check, ends, columns = [] }: Stop): readonly string[] {
  if (check === 'rows') return inRows(app).filter((row) => row.includes('…'));
  const box = boxesOf(app.lines()).find(check);
  expect(box, app.frame()).toBeDefined();
  if (box === undefined) return [];
  const rows = columns.length > 0 ? columns.flatMap((title) => cellsOf(box, title)) : [box.title, ...box.rows];
  return rows.filter((row) => (ends === true ? END_CUT.test(row) : row.includes('…')));
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
  /** Names, ids and combinations in it may lose their middle, and no text its end. */
  readonly ends?: true;
  /** Of a table whose other columns are the beginnings of texts: titles of those that are not. */
  readonly columns?: readonly string[];
  /** Time passes, in milliseconds, for what the keys began. */
  readonly passes?: number;
}

/** Every screen, its forms, questions and quotes, in the order of a walk. */
const STOPS: readonly Stop[] = [
  { keys: ['1', 'T'], seen: '─ Activity ', check: titled('Workflow'), ends: true },
  { keys: ['tab', 'tab', 'j'], seen: '━ Activity ', check: titled('Activity'), ends: true },
  { keys: ['2', 'tab', 'G'], seen: '▲ The student', check: isSlots },
  { keys: ['6'], seen: 'Nothing was said yet.', check: 'rows' },
  { keys: ['3'], seen: 'to generate', check: isQuote },
  { keys: [], seen: 'to generate', check: titled('Plan'), ends: true },
  { keys: ['s'], seen: 'Every answer is on disk', check: isQuestion },
  { keys: ['escape', '4'], seen: /Row \d+ of 16/, check: titled('Row '), ends: true, columns: ['combination'] },
  { keys: ['D'], seen: 'n no', check: isQuestion },
  { keys: ['escape', 'p', 's'], seen: 'Assign this split?', check: isQuestion },
  { keys: ['y', 'c'], seen: 'Nothing leaks', check: titled('Leaks') },
  { keys: ['escape', 'escape', 'd'], seen: /Near-dup/, check: titled('Near-duplicates'), ends: true },
  { keys: ['escape', 'o'], seen: 'Import', check: titled('Import'), ends: true },
  { keys: ['escape', 'escape', '5', 'escape'], seen: '3 jobs', check: titled('3 jobs'), ends: true },
  { keys: ['b'], seen: 'What will happen', check: titled('What will happen') },
  { keys: ['escape', 'n'], seen: 'to train on', check: isQuote },
  { keys: [], seen: 'to train on', check: titled('New job'), ends: true },
  { keys: ['s'], seen: 'Start this job?', check: isQuestion },
  { keys: ['escape', 'escape', 'enter', 'c'], seen: 'n no', check: isQuestion },
  { keys: ['escape', 'escape', 'j', 'enter'], seen: 'Snapshot', check: titled('46 events'), ends: true },
  { keys: ['o'], seen: '━ Event ━', check: titled('Event') },
  { keys: ['escape', 'escape', '7', 'n'], seen: 'requests to send', check: isQuote },
  { keys: [], seen: 'requests to send', check: titled('What to measure'), ends: true },
  { keys: ['s'], seen: 'Start the evaluation?', check: isQuestion },
  {
    keys: ['y'],
    passes: 120_000,
    seen: /Row 1 of 3[\s\S]*wrong[\s\S]*wrong/,
    check: titled('Row '),
    ends: true,
    columns: ['prompt', 'target'],
  },
  { keys: ['c'], seen: 'There are no classes', check: titled('Confusion') },
  { keys: ['escape', 'b'], seen: 'judged', check: titled('Prompt'), ends: true },
  { keys: ['escape', 'escape'], seen: '1 evaluation', check: titled('1 evaluation'), ends: true },
  { keys: ['8', 'k', 'x'], seen: 'n no', check: isQuestion },
  { keys: ['escape'], seen: 'Providers', check: titled('Providers'), ends: true },
  { keys: ['1', 'shift-tab', 'x'], seen: 'Its template, rows', check: isQuestion },
  { keys: ['escape', 'ctrl-c'], seen: 'Quit luthier?', check: isQuestion },
];

it('cuts nothing that must be read whole, on any screen at any size', async () => {
  const { events = [] } = done;
  const { createdAt } = running.job;
  const tuned = { ...done.job, fineTunedModel: MODEL, createdAt, finishedAt: createdAt + 42 };
  const snapshot = jobEvent(59, `Checkpoint created at step 40 with Snapshot ID: ${MODEL}:ckpt-step-40`);
  const fake = fakeWorkbenchWith([running, { ...done, job: tuned, events: [...events, snapshot] }, failed], 16);
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
  const [[columns, rows]] = SIZES;
  const app = await renderRoot(fake, { columns, rows });
  for (const stop of STOPS) {
    const { keys, seen, passes } = stop;
    await app.press(...keys);
    if (passes !== undefined) await fake.clock.advance(passes);
    // One walk, looked at in every size: the way there is the longest part of it.
    for (const [width, height] of SIZES) {
      await app.resize(width, height);
      await app.waitFor(seen);
      const at = `${keys.join(' ')} at ${width}x${height}:\n${app.frame()}`;
      expect(app.frame(), at).not.toMatch(/(?:higher|larger|wider|bigger) terminal/);
      expect(cuts(app, stop), at).toEqual([]);
      expect(app.frame().split('❯').length - 1, at).toBeLessThanOrEqual(1);
      store.setState({ notice: { id: 1, kind: 'problem', problem: PROBLEM } });
      await app.waitFor('next ends.');
      expect(problemOf(app), at).toContain(`Saved: ${PROBLEM.saved} Next: ${PROBLEM.next}`);
      store.setState({ notice: null });
      await app.settled();
    }
    await app.resize(columns, rows);
  }
}, 90_000);
