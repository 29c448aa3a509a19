import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { jsonFaultPlace } from '../common/json-fault.ts';
import { fileKindOf } from '../text/file-kinds.ts';
import { nearestName } from '../text/nearest.ts';
import { parseValueList } from './edit.ts';
import type { Slot, Template } from './types.ts';

export type TemplateFormat = 'yaml' | 'json';

/** Why a template file cannot be read. `line` and `column` count from 1. */
interface DocumentError {
  readonly line: number;
  readonly column: number | null;
  readonly message: string;
  readonly fix: string;
}

type ParsedTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly errors: readonly DocumentError[] };

/** JSON when the name ends in `.json` (or is `json`), else YAML. */
export function templateFormat(filename: string): TemplateFormat {
  return /(^|\.)json$/i.test(filename) ? 'json' : 'yaml';
}

/** Enough to know a web page by. */
const KIND_CHARACTERS = 1024;

/**
 * Reads a template from YAML 1.2 or JSON. Keys: `name`, `system`, `teacher_prompt`, `student_prompt` (camelCase too),
 * `slots` as a map from name to values, or a list of `{name, values}`. Numbers and booleans among the values become
 * the text they were written as; null is an error. What the template says is not judged here: see findTemplateProblems.
 *
 * `formatOrFilename` may be a path: it gives the format, and the template's name when the file has none.
 */
export function parseTemplate(text: string, formatOrFilename: string): ParsedTemplate {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const kind = fileKindOf(Buffer.from(source.slice(0, KIND_CHARACTERS)));
  if (kind !== null) {
    return {
      ok: false,
      errors: [{ line: 1, column: 1, message: `This is ${kind.name}, no template.`, fix: kind.next }],
    };
  }
  const isJson = templateFormat(formatOrFilename) === 'json';
  const broken = isJson ? jsonError(source) : null;
  if (broken !== null) return { ok: false, errors: [broken] };
  const lineCounter = new LineCounter();
  // In valid JSON a raw tab is always white space, and YAML would refuse it as indentation.
  const yaml = isJson ? source.replaceAll('\t', ' ') : source;
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false, uniqueKeys: true, logLevel: 'silent' });
  if (document.errors.length > 0) {
    return { ok: false, errors: document.errors.map((error) => explainYaml(error, lineCounter)) };
  }
  return readTemplate(document, lineCounter, nameFrom(formatOrFilename));
}

function nameFrom(formatOrFilename: string): string {
  const base = formatOrFilename.split(/[\\/]/).at(-1) ?? '';
  const stem = base.replace(/\.(ya?ml|json)$/i, '');
  return stem === base || stem === '' ? 'Untitled' : stem;
}

function explainYaml(error: YAMLError, lines: LineCounter): DocumentError {
  const { line, col } = lines.linePos(error.pos[0]);
  return { line, column: col, message: `This is not YAML: ${error.message}.`, fix: yamlFix(error) };
}

function yamlFix(error: YAMLError): string {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'Indent with spaces.';
    case 'DUPLICATE_KEY':
      return 'Remove one of the two keys.';
    case 'MULTIPLE_DOCS':
      return 'Keep one template in a file: remove the second --- and what follows.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'Put text that holds a colon in quotes.';
    default:
      return 'Check quotes and indentation here. Text that starts with { needs quotes: "{race}, {class}".';
  }
}

function jsonError(source: string): DocumentError | null {
  const fault = jsonFaultPlace(source);
  if (fault === null) return null;
  const { line, column, what, fix } = fault;
  return { line, column, message: `This is not JSON${what === null ? '' : `: ${what}`}.`, fix };
}

const KEYS = ['name', 'system', 'teacher_prompt', 'student_prompt', 'slots'] as const;
type Key = (typeof KEYS)[number];

type Tree = Document.Parsed<ParsedNode>;
type Refuse = (node: unknown, message: string, fix: string) => null;

/** Walks the parsed file and gives the template, or every error with its line. */
function readTemplate(document: Tree, lines: LineCounter, fallbackName: string): ParsedTemplate {
  const errors: DocumentError[] = [];
  const refuse: Refuse = (node, message, fix) => {
    const { line, col } = lines.linePos(offsetOf(node));
    errors.push({ line: Math.max(1, line), column: Math.max(1, col), message, fix });
    return null;
  };
  const fields = readFields(document, refuse);
  const text = (key: Key): string => {
    const entry = fields.get(key);
    return entry === undefined ? '' : (readText(entry.value, entry.key, key, refuse) ?? '');
  };
  for (const key of ['teacher_prompt', 'student_prompt'] as const) {
    if (errors.length === 0 && !fields.has(key)) {
      refuse(document.contents, `${key} is missing.`, `Add a line such as ${key}: "..."; slots are written {name}.`);
    }
  }
  const template = {
    name: text('name') || fallbackName,
    system: text('system'),
    teacherPrompt: text('teacher_prompt'),
    studentPrompt: text('student_prompt'),
    slots: readSlots(resolve(fields.get('slots')?.value, document), document, refuse),
  };
  return errors.length === 0 ? { ok: true, template } : { ok: false, errors };
}

interface Field {
  readonly key: unknown;
  readonly value: unknown;
}

function readFields(document: Tree, refuse: Refuse): ReadonlyMap<Key, Field> {
  const fields = new Map<Key, Field>();
  if (!isMap(document.contents)) {
    refuse(document.contents, 'There is no template here.', `Write these keys: ${KEYS.join(', ')}.`);
    return fields;
  }
  for (const pair of document.contents.items) {
    const written = keyText(pair.key);
    const key = KEYS.find((known) => plainKey(known) === plainKey(written));
    if (key === undefined) {
      const near = nearestName(written, KEYS);
      const fix = near === null ? `Remove it. The keys are ${KEYS.join(', ')}.` : `Did you mean ${near}?`;
      refuse(pair.key, `The key ${written} is not known.`, fix);
    } else if (fields.has(key)) {
      refuse(pair.key, `${key} is written twice.`, 'Remove one of the two.');
    } else {
      fields.set(key, { key: pair.key, value: resolve(pair.value, document) });
    }
  }
  return fields;
}

function readText(node: unknown, key: unknown, name: string, refuse: Refuse): string | null {
  if (node === null || node === undefined) return '';
  if (isScalar(node)) return scalarText(node.value, node.source) ?? '';
  const fix = 'Put the text in quotes: YAML reads { and [ at its start as a map or a list.';
  return refuse(offsetOf(node) > 0 ? node : key, `${name} must be text.`, fix);
}

function readSlots(node: unknown, document: Tree, refuse: Refuse): readonly Slot[] {
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return [];
  const fix = 'Write slots as names with lists: race: [elf, dwarf].';
  if (isMap(node)) {
    return node.items.flatMap((pair) => {
      const name = keyText(pair.key);
      const values = readValues(resolve(pair.value, document), pair.key, name, document, refuse);
      return values === null ? [] : [{ name, values }];
    });
  }
  if (!isSeq(node)) {
    refuse(node, 'slots must be a map from names to lists of values.', fix);
    return [];
  }
  return node.items.flatMap((item) => {
    const slot = resolve(item, document);
    const name = isMap(slot) ? slot.get('name', true) : undefined;
    if (!isMap(slot) || !isScalar(name)) {
      refuse(slot, 'A slot in a list needs a name and values.', fix);
      return [];
    }
    const title = scalarText(name.value, name.source) ?? '';
    const values = readValues(resolve(slot.get('values', true), document), name, title, document, refuse);
    return values === null ? [] : [{ name: title, values }];
  });
}

function readValues(
  node: unknown,
  key: unknown,
  name: string,
  document: Tree,
  refuse: Refuse,
): readonly string[] | null {
  const fix = `Write its values as a list: ${name}: [one, another].`;
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) {
    return refuse(key, `The slot ${name} has no values.`, fix);
  }
  if (isScalar(node)) return parseValueList(scalarText(node.value, node.source) ?? '');
  if (!isSeq(node)) return refuse(node, `The values of ${name} must be a list.`, fix);
  const values: string[] = [];
  node.items.forEach((item, index) => {
    const value = resolve(item, document);
    const text = isScalar(value) ? scalarText(value.value, value.source) : undefined;
    if (typeof text === 'string') values.push(text);
    else if (isScalar(value) || value === null) {
      refuse(value ?? node, `Value ${index + 1} of ${name} is empty (null).`, 'Write a value, or "null" in quotes.');
    } else {
      refuse(
        value,
        `Value ${index + 1} of ${name} is not text.`,
        'Put a value that holds a colon or brackets in quotes.',
      );
    }
  });
  return values;
}

/** A scalar as it was written (1.0 stays "1.0"); null for null. */
function scalarText(value: unknown, source: string | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : (source ?? String(value));
}

function resolve(node: unknown, document: Tree): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function keyText(key: unknown): string {
  return isScalar(key) ? (scalarText(key.value, key.source) ?? 'null') : String(key);
}

function plainKey(key: string): string {
  return key.replace(/[_-]/g, '').toLowerCase();
}

function offsetOf(node: unknown): number {
  const range =
    typeof node === 'object' && node !== null && 'range' in node ? (node as Pick<Node, 'range'>).range : null;
  return range?.[0] ?? 0;
}
