import { type Reading, targetName, twice, withSetting } from './target.ts';
import { type BakeoffTarget, SETTING_NAMES, settingOf, shareOf } from './target-settings.ts';

/** One setting with the values it is to be tried with, as they were written. */
export interface GridAxis {
  readonly setting: string;
  readonly values: readonly string[];
}

/** Reads `epochs=1,3`. */
export function parseAxis(typed: string): Reading<GridAxis> {
  const [name = '', ...rest] = typed.split('=');
  const setting = settingOf(name);
  const values = rest
    .join('=')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (setting === null) {
    return {
      ok: false,
      what: `“${typed}” names no setting.`,
      fix: `There are ${SETTING_NAMES.join(', ')}: epochs=1,3.`,
    };
  }
  if (values.length === 0)
    return { ok: false, what: `${setting} has no values.`, fix: `Write them with commas: ${setting}=1,3.` };
  return { ok: true, value: { setting, values } };
}

/** Reads `epochs=1,3 rank=8,16`: axes with blanks or semicolons between them; none of nothing. */
export function parseGrid(typed: string): Reading<readonly GridAxis[]> {
  const axes: GridAxis[] = [];
  for (const part of typed.split(/[;\s]+(?=[\w-]+\s*=)/)) {
    const words = part.replace(/;\s*$/, '').trim();
    if (words === '') continue;
    const read = parseAxis(words);
    if (!read.ok) return read;
    axes.push(read.value);
  }
  return { ok: true, value: axes };
}

/** As `parseGrid` reads it. */
export const gridText = (axes: readonly GridAxis[]): string =>
  axes.map(({ setting, values }) => `${setting}=${values.join(',')}`).join(' ');

/** Every target with every combination of the axes' values, those of the first axis changing slowest. */
export function expandGrid(
  targets: readonly BakeoffTarget[],
  axes: readonly GridAxis[],
): Reading<readonly BakeoffTarget[]> {
  let all = targets;
  for (const { setting, values } of axes) {
    const next: BakeoffTarget[] = [];
    for (const target of all) {
      for (const value of values) {
        const read = withSetting(target, setting, value);
        if (!read.ok) return read;
        next.push(read.value);
      }
    }
    all = next;
  }
  return { ok: true, value: all };
}

/** Reads `25%,50%,100%` as shares, the smallest first, each once. */
export function parseShares(typed: string): Reading<readonly number[]> {
  const shares = typed.split(',').map((words) => ({ words: words.trim(), share: shareOf(words) }));
  const wrong = shares.find(({ share }) => share === null);
  if (wrong !== undefined) {
    return {
      ok: false,
      what: `“${wrong.words}” is no share of the rows.`,
      fix: 'Write shares above 0, up to 100%: 25%,50%,75%,100%.',
    };
  }
  return { ok: true, value: [...new Set(shares.flatMap(({ share }) => share ?? []))].toSorted((a, b) => a - b) };
}

/** Every target on each share of the rows. */
export const onShares = (targets: readonly BakeoffTarget[], shares: readonly number[]): readonly BakeoffTarget[] =>
  targets.flatMap((target) => shares.map((share) => ({ ...target, share })));

/** What a few targets become. */
export interface Sweep {
  readonly grid: readonly GridAxis[];
  /** Of the rows; empty where each target keeps its own. */
  readonly shares: readonly number[];
}

/** All targets of a sweep, each of its own; refused where a value makes no sense or two would be the same. */
export function sweptTargets(
  targets: readonly BakeoffTarget[],
  { grid, shares }: Sweep,
): Reading<readonly BakeoffTarget[]> {
  const expanded = expandGrid(targets, grid);
  if (!expanded.ok) return expanded;
  const all = shares.length === 0 ? expanded.value : onShares(expanded.value, shares);
  const double = twice(all);
  if (double === null) return { ok: true, value: all };
  return { ok: false, what: `${targetName(double)} is named twice.`, fix: 'Take one of the two out.' };
}
