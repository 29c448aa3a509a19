import { InvalidArgumentError } from 'commander';
import { findNameProblem } from '../domain/tracking/settings.ts';

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** The bound itself is not allowed. */
  readonly above?: number;
}

/** A parser for an option's number that says, in the option's own terms, why a value will not do. */
const numeric =
  (bounds: Bounds, whole: boolean) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number.`);
    }
    if (bounds.min !== undefined && value < bounds.min)
      throw new InvalidArgumentError(`It must be at least ${bounds.min}.`);
    if (bounds.max !== undefined && value > bounds.max)
      throw new InvalidArgumentError(`It must be at most ${bounds.max}.`);
    if (bounds.above !== undefined && value <= bounds.above) {
      throw new InvalidArgumentError(`It must be above ${bounds.above}.`);
    }
    return value;
  };

export const integer = (bounds: Bounds = {}): ((text: string) => number) => numeric(bounds, true);
export const decimal = (bounds: Bounds = {}): ((text: string) => number) => numeric(bounds, false);

/** OpenAI's range for a seed. */
export const seed = integer({ min: 0, max: 2_147_483_647 });

/** A word of a fixed length range, such as a job's suffix (1 to 64 characters). */
export const text =
  (min: number, max: number) =>
  (value: string): string => {
    const length = [...value].length;
    if (length < min || length > max) throw new InvalidArgumentError(`It must have ${min} to ${max} characters.`);
    return value;
  };

/** A project or an entity of W&B. */
export const trackingName =
  (kind: 'project' | 'entity') =>
  (value: string): string => {
    const problem = value.trim() === '' ? `A W&B ${kind} has a name.` : findNameProblem(kind, value);
    if (problem !== null) throw new InvalidArgumentError(problem);
    return value.trim();
  };

/** An http or https address, without a trailing slash, so that paths can be put behind it. */
export function baseUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InvalidArgumentError('It must be an http or https address, such as http://127.0.0.1:4010/v1.');
  }
  return value.replace(/\/+$/, '');
}
