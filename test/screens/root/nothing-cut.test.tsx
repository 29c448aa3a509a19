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

/** What of the frame ends in an ellipsis though it must be read whole: questions, quotes, the problem above the footer. */
function cuts(app: Rendered, kind: (box: ScreenBox) => boolean): readonly string[] {
  const box = boxesOf(app.lines()).find(kind);
  expect(box, app.frame()).toBeDefined();
  return [box?.title ?? '', ...(box?.rows ?? [])].filter((row) => row.includes('…'));
}

interface Stop {
  readonly keys: readonly string[];
  /** On screen once it is there. */
  readonly seen: Wanted;
  readonly check: (box: ScreenBox) => boolean;
}

const STOPS: readonly Stop[] = [
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
  workbench.projects.update((one) => ({ ...one, plan: { ...one.plan, model: MODEL } }));
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
  }
  await app.press('escape');
  store.setState({ notice: { id: 1, kind: 'problem', problem: PROBLEM } });
  await app.waitFor('next ends.');
  const lines = app.lines();
  const problem = lines
    .slice(
      lines.findIndex((line) => line.startsWith(' ✗ what')),
      -1,
    )
    .join(' ')
    .replace(/\s+/g, ' ');
  expect(problem).toContain(`Saved: ${PROBLEM.saved}`);
  expect(problem).not.toContain('…');
});
