import { createRequire } from 'node:module';
import type { ErrorObject } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { isRecord, parseExactJson, parseJson } from '../../common/json.ts';
import { describeJsonFault } from '../../common/json-fault.ts';
import { failed, type Outcome, ok } from '../../common/outcome.ts';
import { compileExactly, type ExactValidator } from './exact-schema.ts';
import {
  accepted,
  defineGrader,
  type FlagContext,
  type FlagReading,
  type Grader,
  missing,
  rejected,
  shortened,
  verdict,
  wrong,
} from './grader.ts';
import { asideShape } from './set-aside.ts';

/** Ajv takes as long to load as a tenth of the first frame, so it is loaded with the first schema and not before. */
function loadAjv(): typeof import('ajv/dist/2020.js') {
  return createRequire(import.meta.url)('ajv/dist/2020.js');
}

/**
 * Passes when the whole answer is one JSON value of this schema (JSON Schema 2020-12, compiled once by Ajv).
 * `format` is an annotation and is not checked, as the specification's default has it (2020-12 validation, 7.2.1).
 * The target is not looked at.
 */
function jsonSchemaGrader(schema: unknown): Outcome<Grader> {
  const compiled = compile(schema);
  if (!compiled.ok) return compiled;
  const validate = compiled.value;
  return ok((answer) => {
    const read = `read ${shortened(answer)}`;
    if (!isJson(answer))
      return wrong(`${answer.trim().startsWith('```') ? 'not JSON: in a code fence' : 'not JSON'}; ${read}`);
    try {
      const error = validate(parseExactJson(answer));
      return error === null ? verdict(true, read) : wrong(`${sayError(error)}; ${read}`);
    } catch {
      return wrong(`nested too deeply to check; ${read}`);
    }
  });
}

function compile(schema: unknown): Outcome<ExactValidator> {
  if (typeof schema !== 'boolean' && !isRecord(schema)) return refused('it is neither an object nor true or false');
  if (isRecord(schema) && schema.$async !== undefined) return refused('`$async` is not part of JSON Schema');
  try {
    const { Ajv2020 } = loadAjv();
    return ok(compileExactly(new Ajv2020({ strict: false, validateFormats: false, logger: false }), schema));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

const refused = (why: string): Outcome<never> =>
  failed({
    what: `The JSON schema cannot be used: ${why}`,
    saved: 'Nothing was started.',
    next: 'Give a JSON Schema (2020-12) that stands by itself, without references to other files.',
  });

const isJson = (text: string): boolean => parseJson(text) !== undefined;

const sayError = ({ instancePath, message }: ErrorObject): string =>
  `${instancePath === '' ? 'the value' : instancePath} ${message ?? 'is not of the schema'}`;

const FORM = 'json-schema:FILE';

function readSchema(path: string, { readText }: FlagContext): FlagReading<{ kind: 'json-schema'; schema: unknown }> {
  try {
    const text = readText(path);
    const fault = describeJsonFault(text);
    if (fault !== null) return { ok: false, why: `${path} is not JSON, ${fault}` };
    return accepted({ kind: 'json-schema', schema: parseExactJson(text) });
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return { ok: false, why: `no JSON schema could be read from ${path}: ${why}` };
  }
}

/** The answer is JSON of this schema (JSON Schema 2020-12). The target is not looked at. */
export const jsonSchema = defineGrader({
  schema: z.object({ kind: z.literal('json-schema'), schema: z.unknown(), ...asideShape }),
  nameOf: () => 'JSON of the schema',
  choice: { label: 'JSON of a schema', note: 'the target is not looked at', place: 8 },
  fields: { schema: { input: 'text', label: 'Schema', initial: '{"type": "object"}' } },
  readDraft: (draft) => {
    const fault = describeJsonFault(draft('schema'));
    if (fault !== null) return rejected('schema', `this is not JSON, ${fault}`);
    return accepted({ kind: 'json-schema', schema: parseExactJson(draft('schema')) });
  },
  draftOf: ({ schema }) => ({ schema: JSON.stringify(schema) }),
  flag: {
    form: FORM,
    read: (rest, context) => (rest === null || rest === '' ? missing(FORM) : readSchema(rest, context)),
  },
  usuallyAside: [],
  classesOf: () => null,
  format: () => ({ does: 'are JSON', holds: isJson }),
  grading: { by: 'rules', compile: ({ schema }) => jsonSchemaGrader(schema) },
});
