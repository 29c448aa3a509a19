import { isRecord, type JsonRecord, parseJson } from '../../domain/common/json.ts';

/** What a server said of a failure, whatever shape it has; null where it did not say. */
export interface ErrorWords {
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
  /** An HTTP status that the body names. */
  readonly status: number | null;
}

/**
 * Where servers put words, or what holds them, in the order in which they say most. In lower case, without signs between:
 * `errormessage` is `error_message` and `errorMessage`.
 */
const WORD_FIELDS = [
  'error',
  'originalmessage',
  'message',
  'detail',
  'details',
  'msg',
  'errors',
  'errormessage',
  'errormsg',
  'errmsg',
  'errordescription',
  'messages',
  'nonfielderrors',
  'fault',
  'faultstring',
  'exception',
  'baseresp',
  'statusmsg',
  'description',
  'reason',
  'title',
] as const;

type Fields = ReadonlyMap<string, unknown>;

const fieldsOf = (record: JsonRecord): Fields =>
  new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase().replaceAll(/[_-]/g, ''), value]));

/** Deeper nesting than any server has. */
const DEEPEST = 8;

/** The words and codes of an error body: a record, list or text of any nesting. */
export function readErrorBody(body: unknown): ErrorWords {
  const levels = levelsOf(body, DEEPEST);
  const first = (...names: readonly string[]): string | null =>
    levels.flatMap((level) => names.flatMap((name) => scalar(level.get(name)) ?? []))[0] ?? null;
  const status = levels
    .flatMap((level) => ['code', 'status', 'statuscode', 'originalstatuscode'].map((name) => level.get(name)))
    .map(Number)
    .find((number) => Number.isInteger(number) && number >= 400 && number < 600);
  return {
    message: wordsIn(body, DEEPEST) || null,
    code: first('code'),
    type: first('type'),
    param: first('param') ?? levels.flatMap((level) => placeOf({ loc: level.get('loc') }) ?? [])[0] ?? null,
    status: status ?? null,
  };
}

/** The `error` of a body that came with a good status but is no answer; null where there is none. */
export function errorInside(body: unknown): unknown {
  const whole = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (!isRecord(whole)) return null;
  // A job and a file have an id, and an error of their own that is no failure of the call.
  if (hasWords(whole.error) && (whole.id === undefined || 'choices' in whole)) return whole;
  const [choice] = Array.isArray(whole.choices) ? whole.choices : [];
  if (isRecord(choice) && hasWords(choice.error)) return choice;
  if (whole.object === 'error' && hasWords(whole.message)) return whole;
  return null;
}

const PROTOCOL_FIELDS = ['id', 'object', 'data', 'choices', 'usage', 'model'];

/**
 * A body that came with a good status and has words where the protocol has an answer, as gateways send them:
 * `{"detail": "Not authenticated"}`, `{"code": 40001, "msg": "…", "data": null}`. Null for all others.
 */
export function wordsInstead(body: unknown): unknown {
  if (!isRecord(body) || PROTOCOL_FIELDS.some((field) => body[field] != null)) return null;
  // A list under another name is an answer, as of a server that names its models so.
  if ([...fieldsOf(body)].some(([name, value]) => Array.isArray(value) && !isWordField(name))) return null;
  return wordsIn(body, DEEPEST) === '' ? null : body;
}

const DONE = ['success', 'ok', 'deleted'];
const FAULT_FIELDS = ['errormessage', 'errormsg', 'errmsg', 'errors', 'fault', 'faultstring', 'exception', 'detail'];

/** A body that says that what was asked for was not done; null for all others, such as `{"message": "File deleted"}`. */
export function notDone(body: unknown): unknown {
  const failed = levelsOf(body, DEEPEST).some(
    (fields) =>
      DONE.some((name) => fields.get(name) === false) ||
      FAULT_FIELDS.some((name) => wordsIn(fields.get(name), DEEPEST) !== '') ||
      (fields.has('statusmsg') && fields.get('statuscode') !== 0),
  );
  return failed ? body : null;
}

/** What the status of an answer that has words instead would have been: the words name what to change. */
export const WORDS_STATUS = 400;

/** Whether a text is a page for a browser: a login form, a proxy's notice, a site's front page. */
export const isWebPage = (text: string): boolean =>
  /^\s*(?:<!--[\s\S]*?-->\s*)?<(?:!doctype|html|head|body)\b/i.test(text);

/** The title of a web page, as its one line worth showing; empty when it has none. */
export function pageTitle(page: string): string {
  return (/<title[^>]*>([^<]*)/i.exec(page)?.[1] ?? '').replace(/\s+/g, ' ').trim();
}

const hasWords = (value: unknown): boolean => wordsIn(value, DEEPEST) !== '' || (isRecord(value) && value.code != null);

function wordsIn(value: unknown, depth: number): string {
  if (depth === 0) return '';
  if (typeof value === 'string') {
    const inside = insideOf(value);
    return (inside === null ? '' : wordsIn(inside, depth - 1)) || value.trim();
  }
  if (Array.isArray(value)) {
    const all = value.map((item) => wordsIn(item, depth - 1)).filter((words) => words !== '');
    return [...new Set(all)].join('; ');
  }
  if (!isRecord(value)) return '';
  const fields = fieldsOf(value);
  for (const field of WORD_FIELDS) {
    const words = wordsIn(fields.get(field), depth - 1);
    if (words === '') continue;
    const place = placeOf(value);
    const said = place === null || words.includes(place) ? words : `${place}: ${words}`;
    const cause = isRecord(value.metadata) ? wordsIn(value.metadata.raw, depth - 1) : '';
    return cause === '' || said.includes(cause) ? said : `${said}: ${cause}`;
  }
  return '';
}

const isWordField = (name: string): boolean => WORD_FIELDS.some((field) => field === name);

const XML_FIELD = /<(code|message)>([^<]*)<\/\1>/gi;

/** What a text holds that is JSON, as of a server behind the server, or XML, as Amazon's gateways write; null for words. */
function insideOf(text: string): unknown {
  if (/^\s*[{[]/.test(text)) return parseJson(text) ?? null;
  if (!/^\s*<(?:\?xml|error)\b/i.test(text)) return null;
  return Object.fromEntries([...text.matchAll(XML_FIELD)].map(([, name, value]) => [name, value]));
}

/** The field that FastAPI's `loc` names: `["body", "stream_options"]`. */
function placeOf({ loc }: JsonRecord): string | null {
  if (!Array.isArray(loc)) return null;
  const path = loc.filter((part) => part !== 'body' && (typeof part === 'string' || typeof part === 'number'));
  return path.length === 0 ? null : path.join('.');
}

function levelsOf(value: unknown, depth: number): readonly Fields[] {
  if (depth === 0) return [];
  if (typeof value === 'string') return levelsOf(insideOf(value), depth - 1);
  if (Array.isArray(value)) return value.flatMap((item) => levelsOf(item, depth - 1));
  if (!isRecord(value)) return [];
  const fields = fieldsOf(value);
  return [fields, ...WORD_FIELDS.flatMap((field) => levelsOf(fields.get(field), depth - 1))];
}

function scalar(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
