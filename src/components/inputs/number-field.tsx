import type { ReactNode } from 'react';
import { Line } from '../text/line.tsx';

export interface NumberRules {
  readonly min?: number;
  readonly max?: number;
  /** How much left and right change it; 1 by default. */
  readonly step?: number;
  /** Whole numbers only. */
  readonly integer?: boolean;
  /** The number that up from "none" goes to; the least one by default. */
  readonly start?: number;
  /** The word for "no number", when that is allowed: `auto`, `none`. It stands for null. */
  readonly none?: string;
}

export type NumberReading =
  | { readonly ok: true; readonly value: number | null }
  | { readonly ok: false; readonly reason: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads what was typed; a comma may stand for the decimal point. */
export function readNumber(text: string, rules: NumberRules): NumberReading {
  const trimmed = text.trim().replace(/^(\d+),(\d+)$/, '$1.$2');
  if (rules.none !== undefined && (trimmed === '' || trimmed.toLowerCase() === rules.none.toLowerCase())) {
    return { ok: true, value: null };
  }
  if (!NUMBER.test(trimmed)) {
    const other = rules.none === undefined ? '' : ` or "${rules.none}"`;
    return { ok: false, reason: `type a number${other}` };
  }
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return { ok: false, reason: 'this number is too large' };
  if (rules.integer === true && !Number.isInteger(value)) return { ok: false, reason: 'type a whole number' };
  if (rules.min !== undefined && value < rules.min) return { ok: false, reason: `at least ${rules.min}` };
  if (rules.max !== undefined && value > rules.max) return { ok: false, reason: `at most ${rules.max}` };
  return { ok: true, value };
}

/** One step up (1) or down (-1) within the rules. From "none" up is where the rules say to start; below the least is "none" again. */
export function stepNumber(value: number | null, by: 1 | -1, rules: NumberRules): number | null {
  const step = rules.step ?? 1;
  if (value === null) return by > 0 ? (rules.start ?? rules.min ?? 0) : null;
  // Steps like 0.1 add up to noise; ten decimals are more than any setting here has.
  const next = Number((value + by * step).toFixed(10));
  if (rules.min !== undefined && next < rules.min) return rules.none === undefined ? rules.min : null;
  return rules.max !== undefined && next > rules.max ? rules.max : next;
}

/** As it is shown and as editing starts from it. */
export function showNumber(value: number | null, rules: NumberRules): string {
  return value === null ? (rules.none ?? '') : String(value);
}

export interface NumberFieldProps {
  /** Null where the rules have a word for it. */
  readonly value: number | null;
  readonly rules: NumberRules;
  readonly width: number;
  /** `tokens`, `US$`: said after the number. */
  readonly unit?: string;
}

/** `3 epochs`, or the word for no number. */
export function numberText({ value, rules, unit }: Omit<NumberFieldProps, 'width'>): string {
  const after = unit === undefined || value === null ? '' : ` ${unit}`;
  return `${showNumber(value, rules)}${after}`;
}

/** A number at rest. Keys are the form's: left and right step it, Enter types another. */
export function NumberField({ width, ...number }: NumberFieldProps): ReactNode {
  return <Line text={numberText(number)} width={width} />;
}
