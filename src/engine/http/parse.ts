import * as z from 'zod';
import { type ApiError, badRequest } from './error.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Parses what a client sent, or throws the 400 that OpenAI would answer: `param` is the place of the first
 * thing wrong (`messages[0].content`) and `code` says what kind of wrong it is.
 */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue ? invalidRequest(deepest(issue, []), value) : badRequest('The request could not be understood.');
}

/** Marks what should have been an integer, where the schema's own word is number. */
const INTEGER = 'an integer';

/** An integer, named so to whoever sends something else in its place. */
export const integer = (): z.ZodInt => z.int({ error: ({ code }) => (code === 'invalid_type' ? INTEGER : undefined) });

/** Marks a bound of what may have a fraction. */
const DECIMAL = 'a decimal';

/** A number within bounds, both of them allowed; whoever is outside is told of a decimal, with or without a fraction. */
export const decimal = ({ min, max }: { readonly min: number; readonly max: number }): z.ZodNumber =>
  z.number().min(min, DECIMAL).max(max, DECIMAL);

/** One above zero. */
export const positiveDecimal = (): z.ZodNumber => z.number().gt(0, DECIMAL);

/** A name that a client made up is repeated up to so many characters. */
const MAX_NAME = 200;

/** Queries and forms carry texts. One that is a number becomes it, and any other is left for a schema to refuse. */
export function numberIn(text: unknown): unknown {
  const written = typeof text === 'string' && /^-?\d+(?:\.\d+)?$/.test(text);
  return written ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : text;
}

interface Located {
  readonly issue: Issue;
  readonly path: Path;
  /** What would have been taken in its place, where there is a choice. */
  readonly forms?: readonly string[];
}

/** Inside a union, the branch that got furthest, or whose type fits, is the one the client meant. */
function deepest(issue: Issue, base: Path): Located {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union') return { issue, path };
  const branches = issue.errors.flatMap((branch) => branch.slice(0, 1)).map((first) => deepest(first, path));
  const further = branches.filter((found) => found.path.length > path.length);
  const fitting = branches.find(({ issue: { code } }) => code === 'too_big' || code === 'too_small');
  const forms = [...new Set(branches.flatMap((branch) => formsOf(branch.issue)))];
  return further.sort((a, b) => b.path.length - a.path.length)[0] ?? fitting ?? { issue, path, forms };
}

function formsOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map((value) => `'${String(value)}'`);
  return issue.code === 'invalid_type' ? [wordOf(issue)] : [];
}

const wordOf = ({ message, expected }: z.core.$ZodIssueInvalidType): string =>
  message === INTEGER ? INTEGER : (TYPE_WORDS[expected] ?? expected);

function invalidRequest({ issue, path, forms = [] }: Located, body: unknown): ApiError {
  const param = paramName(path) || null;
  const named = param ?? 'body';
  const given = valueAt(body, path);
  if (
    given === undefined &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_union' || given === issue.input)
  ) {
    if (param === null) return badRequest('The request needs a JSON object as its body.', null, 'invalid_type');
    return badRequest(`Missing required parameter: '${named}'.`, param, 'missing_required_parameter');
  }
  switch (issue.code) {
    case 'invalid_type':
      return invalidType(named, param, wordOf(issue), given);
    case 'invalid_union':
      return invalidType(named, param, `one of ${forms.join(' or ')}`, given);
    case 'too_big':
      return outOfBounds(located(issue, named, param), '<=', issue.maximum, given);
    case 'too_small':
      return outOfBounds(located(issue, named, param), issue.inclusive === false ? '>' : '>=', issue.minimum, given);
    case 'invalid_value':
      return badRequest(
        `Invalid value: ${preview(given)}. Supported values are: ${issue.values.map((v) => `'${String(v)}'`).join(', ')}.`,
        param,
        'invalid_value',
      );
    case 'unrecognized_keys':
      return unknownParameter(path, issue.keys);
    case 'custom':
      return badRequest(`Invalid '${named}': ${issue.message}`, param, String(issue.params?.code ?? 'invalid_value'));
    default:
      return badRequest(`Invalid '${named}': ${issue.message}`, param, 'invalid_value');
  }
}

/** At the top of a body OpenAI names all of them, further down the first. */
function unknownParameter(path: Path, keys: readonly string[]): ApiError {
  const [first = ''] = keys;
  const param = paramName([...path, first]).slice(0, MAX_NAME);
  if (path.length > 0) return badRequest(`Unknown parameter: '${param}'.`, param, 'unknown_parameter');
  const named = keys.join(', ').slice(0, MAX_NAME);
  const text = `Unrecognized request argument${keys.length > 1 ? 's' : ''} supplied: ${named}`;
  return badRequest(text, param, 'unknown_parameter');
}

function invalidType(named: string, param: string | null, wanted: string, given: unknown): ApiError {
  const got = describe(given);
  return badRequest(`Invalid type for '${named}': expected ${wanted}, but got ${got} instead.`, param, 'invalid_type');
}

interface Bounded {
  readonly origin: string;
  readonly kind: 'integer' | 'decimal';
  readonly named: string;
  readonly param: string | null;
}

const located = (
  { origin, message }: { readonly origin: string; readonly message: string },
  named: string,
  param: string | null,
): Bounded => ({ origin, named, param, kind: message === DECIMAL ? 'decimal' : 'integer' });

function outOfBounds(bounded: Bounded, sign: string, bound: number | bigint, given: unknown): ApiError {
  const { origin, kind, named, param } = bounded;
  const side = sign.startsWith('<') ? 'above_max' : 'below_min';
  switch (origin) {
    case 'string':
    case 'array': {
      const length = typeof given === 'string' || Array.isArray(given) ? given.length : 0;
      const one = `${origin === 'array' ? 'an' : 'a'} ${origin}`;
      const [word, end] = sign.startsWith('<') ? ['too long', 'maximum'] : ['too short', 'minimum'];
      const what = length === 0 ? `empty ${origin}` : `${origin} ${word}`;
      const got = length === 0 ? `an empty ${origin}` : `${one} with length ${length}`;
      const text = `Invalid '${named}': ${what}. Expected ${one} with ${end} length ${bound}, but got ${got} instead.`;
      return badRequest(text, param, origin === 'array' && length === 0 ? 'empty_array' : `${origin}_${side}_length`);
    }
    default: {
      const text = `Invalid '${named}': ${kind} ${side.replace('_', ' ')}imum value. Expected a value ${sign} ${bound}, but got ${preview(given)} instead.`;
      return badRequest(text, param, `${kind}_${side}_value`);
    }
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: DECIMAL,
  int: INTEGER,
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** At most 40 characters of a value, so an error never echoes a whole body. */
function preview(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function paramName(path: Path): string {
  let name = '';
  for (const part of path) name += typeof part === 'number' ? `[${part}]` : `${name ? '.' : ''}${String(part)}`;
  return name;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}
