import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import { readTemplate } from './read.ts';
import type { Template } from './types.ts';

export type TemplateFormat = 'yaml' | 'json';

/** Why a template file cannot be read. `line` and `column` count from 1. */
export interface DocumentError {
  readonly line: number;
  readonly column: number | null;
  readonly message: string;
  readonly fix: string;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly errors: readonly DocumentError[] };

/** JSON when the name ends in `.json` (or is `json`), else YAML. */
export function templateFormat(filename: string): TemplateFormat {
  return /(^|\.)json$/i.test(filename) ? 'json' : 'yaml';
}

/**
 * Reads a template from YAML 1.2 or JSON. Keys: `name`, `system`, `teacher_prompt`, `student_prompt` (camelCase too),
 * `slots` as a map from name to values, or a list of `{name, values}`. Numbers and booleans among the values become
 * the text they were written as; null is an error. What the template says is not judged here: see findTemplateProblems.
 *
 * `formatOrFilename` may be a path: it gives the format, and the template's name when the file has none.
 */
export function parseTemplate(text: string, formatOrFilename: string): ParsedTemplate {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
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
  try {
    JSON.parse(source);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { line, column } = jsonPlace(reason, source);
    return {
      line,
      column,
      message: `This is not JSON: ${reason.replace(/\s+(in JSON )?at position.*$/s, '')}.`,
      fix: 'Check the commas, quotes and brackets here. JSON has no comments and no comma after the last item.',
    };
  }
}

/** V8 names the place as `at position N`; at an early end of the text it names none. */
function jsonPlace(reason: string, source: string): { line: number; column: number } {
  const position = Number(/at position (\d+)/.exec(reason)?.[1] ?? source.length);
  const before = source.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
