import type { ReactNode } from 'react';
import { Line } from '../line/index.ts';
import { type NumberRules, showNumber } from './reducer.ts';

export interface NumberFieldProps {
  /** Null where the rules have a word for it. */
  readonly value: number | null;
  readonly rules: NumberRules;
  readonly width: number;
  /** `tokens`, `US$`: said after the number. */
  readonly unit?: string;
}

/** A number at rest. Keys are the form's: left and right step it, Enter types another. */
export function NumberField({ value, rules, width, unit }: NumberFieldProps): ReactNode {
  const after = unit === undefined || value === null ? '' : ` ${unit}`;
  return <Line text={`${showNumber(value, rules)}${after}`} width={width} />;
}
