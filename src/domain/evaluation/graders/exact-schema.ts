import type { Ajv2020, ErrorObject } from 'ajv/dist/2020.js';
import {
  compareExact,
  digitsOf,
  type ExactNumber,
  exactNumber,
  exactText,
  isMultiple,
  isWhole,
  numberSpelling,
} from '../../common/exact-number.ts';
import { isRecord, WrittenNumber } from '../../common/json.ts';

/** Values as `parseExactJson` gives them, and as Ajv takes them: every number a JavaScript number. */
class PlainValues {
  private readonly exactOf = new WeakMap<object, unknown>();

  /** Throws where a value is nested past the stack. */
  plain(exact: unknown): unknown {
    if (exact instanceof WrittenNumber) return standIn(exact.source);
    if (Array.isArray(exact))
      return this.noted(
        exact.map((item) => this.plain(item)),
        exact,
      );
    if (!isRecord(exact)) return exact;
    return this.noted(Object.fromEntries(Object.entries(exact).map(([key, value]) => [key, this.plain(value)])), exact);
  }

  /** A member of a value as it was before. */
  member(parent: object, key: string, plain: unknown): unknown {
    const exact = this.exactOf.get(parent);
    return isRecord(exact) && Object.hasOwn(exact, key) ? exact[key] : plain;
  }

  private noted<T extends object>(plain: T, exact: unknown): T {
    this.exactOf.set(plain, exact);
    return plain;
  }
}

/** The nearest number that is finite, and whole only where the written one is. */
function standIn(source: string): number {
  const number = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(source)));
  const exact = exactNumber(source);
  return exact !== null && Number.isInteger(number) && !isWhole(exact) ? Math.sign(number || 1) / 2 : number;
}

/** What is wrong with a value by one keyword of its schema, in Ajv's words; null when nothing is. */
type Check = (value: unknown, wanted: unknown) => string | null;

const ordered =
  (sign: string, fits: (order: number) => boolean): Check =>
  (value, wanted) => {
    const [one, other] = [exactOf(value), exactOf(wanted)];
    return one === null || other === null || fits(compareExact(one, other))
      ? null
      : `must be ${sign} ${exactText(other)}`;
  };

/** Keywords by which JSON Schema compares numbers, which Ajv would compare as doubles. */
const CHECKS: Readonly<Record<string, { readonly of: 'number' | 'array' | null; readonly check: Check }>> = {
  const: { of: null, check: (value, wanted) => (sameJson(value, wanted) ? null : 'must be equal to constant') },
  enum: {
    of: null,
    check: (value, wanted) =>
      Array.isArray(wanted) && wanted.some((one) => sameJson(value, one))
        ? null
        : 'must be equal to one of the allowed values',
  },
  minimum: { of: 'number', check: ordered('>=', (order) => order >= 0) },
  maximum: { of: 'number', check: ordered('<=', (order) => order <= 0) },
  exclusiveMinimum: { of: 'number', check: ordered('>', (order) => order > 0) },
  exclusiveMaximum: { of: 'number', check: ordered('<', (order) => order < 0) },
  multipleOf: {
    of: 'number',
    check: (value, wanted) => {
      const [one, step] = [exactOf(value), exactOf(wanted)];
      if (one === null || step === null || step.over === 0n) return null;
      return isMultiple(one, step) ? null : `must be multiple of ${exactText(step)}`;
    },
  },
  uniqueItems: {
    of: 'array',
    check: (value, wanted) =>
      wanted === true && Array.isArray(value) && new Set(value.map(spelling)).size < value.length
        ? 'must NOT have duplicate items'
        : null,
  },
};

const exactOf = (value: unknown): ExactNumber | null => exactNumber(digitsOf(value) ?? '');

/** One text for each value: numbers by their value, keys in one order. */
function spelling(value: unknown): string {
  const digits = digitsOf(value);
  if (digits !== null) return numberSpelling(digits);
  if (Array.isArray(value)) return `[${value.map(spelling).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${spelling(value[key])}`);
  return `{${members.join(',')}}`;
}

const sameJson = (one: unknown, other: unknown): boolean => spelling(one) === spelling(other);

/** The value at a JSON Pointer (RFC 6901). */
function valueAt(root: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce((value: unknown, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) return value[Number(key)];
    return isRecord(value) ? value[key] : undefined;
  }, root);
}

/** The first thing that is wrong with a value by a schema; null when nothing is. */
export type ExactValidator = (value: unknown) => ErrorObject | null;

/**
 * A schema compiled by `ajv`, with the keywords that compare numbers comparing them to their last digit. Schema and
 * values are as `parseExactJson` gives them. Throws what Ajv throws of a schema, and of a value nested past the stack.
 */
export function compileExactly(ajv: Ajv2020, schema: unknown): ExactValidator {
  const values = new PlainValues();
  let root: { readonly exact: unknown } | null = null;
  for (const [keyword, { of, check }] of Object.entries(CHECKS)) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({
      keyword,
      ...(of === null ? {} : { type: of }),
      errors: true,
      compile: (plainWanted: unknown, parent) => {
        const wanted = values.member(parent, keyword, plainWanted);
        const validate = (data: unknown, context?: { readonly instancePath: string }): boolean => {
          const value = root === null ? data : valueAt(root.exact, context?.instancePath ?? '');
          const message = check(value, wanted);
          Object.assign(validate, { errors: message === null ? [] : [{ keyword, message, params: {} }] });
          return message === null;
        };
        return validate;
      },
    });
  }
  const plainSchema = values.plain(schema);
  const compiled = ajv.compile(isRecord(plainSchema) ? plainSchema : plainSchema === true);
  return (value) => {
    root = { exact: value };
    try {
      return compiled(values.plain(value)) ? null : (compiled.errors?.[0] ?? null);
    } finally {
      root = null;
    }
  };
}
