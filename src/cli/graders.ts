import { readFileSync } from 'node:fs';
import type { EvaluationItem, GraderSpec } from '../domain/evaluation/types.ts';
import { UsageError } from './context.ts';

/** What `--grader` takes, for the help. */
export const GRADER_HELP =
  'exact, exact-ci, contains, regex:PATTERN, json-schema:FILE, number[:TOLERANCE[%]], labels[:A,B,…], ' +
  'similarity[:THRESHOLD], judge:MODEL; the first decides right or wrong';

const SIMILAR = 0.5;

export interface GraderContext {
  readonly items: readonly EvaluationItem[];
  /** Where a judge is asked. */
  readonly providerId: string;
  readonly rubric: string;
}

/** One `--grader` as it was typed: its name, and after a colon what it needs. */
export function readGrader(typed: string, { items, providerId, rubric }: GraderContext): GraderSpec {
  const colon = typed.indexOf(':');
  const [name, rest] = colon < 0 ? [typed, null] : [typed.slice(0, colon), typed.slice(colon + 1)];
  switch (name) {
    case 'exact':
    case 'exact-ci':
    case 'contains':
      return { kind: name };
    case 'regex':
      return { kind: 'regex', pattern: needed(rest, 'regex:PATTERN'), flags: '' };
    case 'json-schema':
      return { kind: 'json-schema', schema: schemaOf(needed(rest, 'json-schema:FILE')) };
    case 'number':
      return {
        kind: 'number',
        tolerance: numberOf(rest?.replace(/%$/, '') ?? '0'),
        relative: rest?.endsWith('%') === true,
      };
    case 'labels':
      return {
        kind: 'labels',
        labels: rest === null ? targetsOf(items) : rest.split(',').map((label) => label.trim()),
      };
    case 'similarity':
      return { kind: 'similarity', threshold: rest === null ? SIMILAR : numberOf(rest) };
    case 'judge':
      return { kind: 'judge', providerId, model: needed(rest, 'judge:MODEL'), rubric };
    default:
      throw new UsageError(`there is no grader ${name}; there are ${GRADER_HELP}`);
  }
}

const targetsOf = (items: readonly EvaluationItem[]): readonly string[] =>
  [...new Set(items.map(({ target }) => target.trim()))].toSorted();

function needed(rest: string | null, form: string): string {
  if (rest === null || rest === '') throw new UsageError(`write the grader as ${form}`);
  return rest;
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new UsageError(`${text} is no number of 0 or more`);
  return value;
}

function schemaOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `no JSON schema could be read from ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
