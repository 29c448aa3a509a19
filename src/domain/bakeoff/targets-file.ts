import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { nearestName } from '../text/nearest.ts';
import { expandGrid, type GridAxis, onShares, parseAxis, parseShares } from './grid.ts';
import { parseTarget, plainTarget, type Reading, withSetting } from './target.ts';
import { type BakeoffTarget, LAYER_SEPARATOR, settingOf, shareOf } from './target-settings.ts';

/** What a file of targets says; null for what it leaves to the options. */
export interface TargetsFile {
  /** As written: relative to the file. */
  readonly data: string | null;
  readonly validation: string | null;
  readonly targets: readonly BakeoffTarget[];
  readonly margin: number | null;
  readonly capUsd: number | null;
  readonly seed: number | null;
  readonly stopBehind: boolean | null;
}

export interface TargetsFault {
  /** Counts from 1. */
  readonly line: number;
  readonly what: string;
  readonly fix: string;
}

export type ParsedTargets =
  | { readonly ok: true; readonly file: TargetsFile }
  | { readonly ok: false; readonly faults: readonly TargetsFault[] };

const KEYS = ['data', 'validation', 'targets', 'grid', 'rows', 'margin', 'cap', 'seed', 'stop_behind'] as const;
type Key = (typeof KEYS)[number];

/**
 * Reads a bake-off from YAML 1.2: `data` and `validation` (files beside it), `targets` (each a text as the option takes it, or a map of
 * `provider`, `model` and settings), `grid` (settings with lists of values), `rows` (shares), `margin`, `cap`, `seed`,
 * `stop_behind`. Every fault is told with its line.
 */
export function parseTargetsFile(text: string): ParsedTargets {
  const lines = new LineCounter();
  const document = parseDocument(text.startsWith('\ufeff') ? text.slice(1) : text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  const faults: TargetsFault[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    what: `This is not YAML: ${error.message}.`,
    fix: 'Check quotes and indentation here.',
  }));
  const refuse = (node: unknown, what: string, fix: string): void => {
    faults.push({ line: Math.max(1, lines.linePos(offsetOf(node)).line), what, fix });
  };
  if (faults.length === 0 && !isMap(document.contents)) {
    refuse(document.contents, 'There is no bake-off here.', `Write these keys: ${KEYS.join(', ')}.`);
  }
  if (faults.length > 0 || !isMap(document.contents)) return { ok: false, faults };
  const fields = new Map<Key, unknown>();
  for (const { key, value } of document.contents.items) {
    const written = wordsOf(key) ?? '';
    const known = KEYS.find((one) => one === written.replaceAll('-', '_'));
    if (known === undefined) {
      const near = nearestName(written, KEYS);
      refuse(
        key,
        `The key ${written} is not known.`,
        near === null ? `The keys are ${KEYS.join(', ')}.` : `Did you mean ${near}?`,
      );
    } else fields.set(known, value);
  }
  const file = readFile(fields, refuse);
  if (file.targets.length === 0 && faults.length === 0) {
    refuse(
      document.contents,
      'It names no targets.',
      'Add targets: with a line such as - embedded:practice-small,epochs=3.',
    );
  }
  return faults.length === 0 ? { ok: true, file } : { ok: false, faults };
}

type Refuse = (node: unknown, what: string, fix: string) => void;

function readFile(fields: ReadonlyMap<Key, unknown>, refuse: Refuse): TargetsFile {
  const text = (key: Key): string | null => {
    const node = fields.get(key);
    if (node === undefined) return null;
    const words = wordsOf(node);
    if (words === null) refuse(node, `${key} must be the name of a file.`, `Write it as text: ${key}: rows.jsonl.`);
    return words;
  };
  const number = (key: Key, read: (words: string) => number | null, form: string): number | null => {
    const node = fields.get(key);
    if (node === undefined) return null;
    const value = read(wordsOf(node) ?? '');
    if (value === null)
      refuse(node, `${key} must be ${form}.`, `Write a number, such as ${key}: ${EXAMPLES[key] ?? '1'}.`);
    return value;
  };
  const plain = numberOf;
  return {
    data: text('data'),
    validation: text('validation'),
    targets: readTargets(fields, refuse),
    margin: number('margin', shareOf, 'a share above 0'),
    capUsd: number('cap', (words) => atLeast(0, plain(words)), 'US$, 0 or more'),
    seed: number('seed', (words) => whole(plain(words)), 'a whole number'),
    stopBehind: readFlag(fields.get('stop_behind'), refuse),
  };
}

const EXAMPLES: Readonly<Partial<Record<Key, string>>> = { margin: '2%', cap: '20', seed: '7' };

const numberOf = (words: string): number | null =>
  words.trim() === '' || !Number.isFinite(Number(words)) ? null : Number(words);
const atLeast = (least: number, value: number | null): number | null =>
  value !== null && value >= least ? value : null;
const whole = (value: number | null): number | null => (value !== null && Number.isInteger(value) ? value : null);

function readFlag(node: unknown, refuse: Refuse): boolean | null {
  if (node === undefined) return null;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  refuse(node, 'stop_behind must be true or false.', 'Write stop_behind: true.');
  return null;
}

function readTargets(fields: ReadonlyMap<Key, unknown>, refuse: Refuse): readonly BakeoffTarget[] {
  const list = fields.get('targets');
  if (list === undefined) return [];
  if (!isSeq(list)) {
    refuse(list, 'targets must be a list.', 'Write each on a line of its own: - embedded:practice-small,epochs=3.');
    return [];
  }
  const targets = list.items.flatMap((item) => {
    const read = readTarget(item);
    if (read.ok) return [read.value];
    refuse(item, read.what, read.fix);
    return [];
  });
  const shares = readShares(fields.get('rows'), refuse);
  const expanded = expandGrid(targets, readGrid(fields.get('grid'), refuse));
  if (!expanded.ok) {
    refuse(fields.get('grid'), expanded.what, expanded.fix);
    return targets;
  }
  return shares === null ? expanded.value : onShares(expanded.value, shares);
}

function readTarget(item: unknown): Reading<BakeoffTarget> {
  const words = wordsOf(item);
  if (words !== null) return parseTarget(words);
  const fix = 'Write provider:model,epochs=3, or the keys provider and model with settings.';
  if (!isMap(item)) return { ok: false, what: 'This is no target.', fix };
  const settings = item.items.map(({ key, value }) => {
    const name = wordsOf(key) ?? '';
    const layers = isSeq(value) && settingOf(name) === 'target_modules';
    return { name, words: layers ? listOf(value, LAYER_SEPARATOR) : wordsOf(value) };
  });
  const named = (wanted: string): string => settings.find(({ name }) => name === wanted)?.words ?? '';
  if (named('provider') === '' || named('model') === '')
    return { ok: false, what: 'A target needs a provider and a model.', fix };
  let target = plainTarget(named('provider'), named('model'));
  for (const { name, words: value } of settings) {
    if (name === 'provider' || name === 'model') continue;
    if (value === null) return { ok: false, what: `${name} must be a number or a word.`, fix };
    const read = withSetting(target, name, value);
    if (!read.ok) return read;
    target = read.value;
  }
  return { ok: true, value: target };
}

function readShares(node: unknown, refuse: Refuse): readonly number[] | null {
  if (node === undefined) return null;
  const read = parseShares(listOf(node));
  if (read.ok) return read.value;
  refuse(node, read.what, read.fix);
  return null;
}

function readGrid(node: unknown, refuse: Refuse): readonly GridAxis[] {
  if (node === undefined) return [];
  if (!isMap(node)) {
    refuse(node, 'grid must be settings with lists of values.', 'Write epochs: [1, 3] below it.');
    return [];
  }
  return node.items.flatMap(({ key, value }) => {
    const read = parseAxis(`${wordsOf(key) ?? ''}=${listOf(value)}`);
    if (read.ok) return [read.value];
    refuse(key, read.what, read.fix);
    return [];
  });
}

/** A list of scalars, or one, as its items with a separator. */
const listOf = (node: unknown, separator = ','): string =>
  isSeq(node) ? node.items.map((item) => wordsOf(item) ?? '').join(separator) : (wordsOf(node) ?? '');

/** A scalar as it was written (1e-4 stays that); null for what is none. */
function wordsOf(node: unknown): string | null {
  if (!isScalar(node) || node.value === null) return null;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function offsetOf(node: unknown): number {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? (node as Pick<Node, 'range'>).range : null;
  return range?.[0] ?? 0;
}
