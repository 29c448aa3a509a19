import type { FlagContext } from '../domain/evaluation/graders/grader.ts';
import { type GraderSpec, readGraderFlag } from '../domain/evaluation/graders/graders.ts';
import { readTextSync } from '../services/filesystem/lines.ts';
import { UsageError } from './context.ts';

/** One `--grader` as it was typed. */
export function readGrader(typed: string, context: Omit<FlagContext, 'readText'>): GraderSpec {
  const reading = readGraderFlag(typed, { ...context, readText: readTextSync });
  if (!reading.ok) throw new UsageError(reading.why);
  return reading.spec;
}

/** The files that a `--grader` is read from, none of them read. */
export function filesOfGrader(typed: string): readonly string[] {
  const files: string[] = [];
  const readText = (path: string): string => {
    files.push(path);
    return '{}';
  };
  readGraderFlag(typed, { items: [], providerId: '', rubric: '', readText });
  return files;
}
