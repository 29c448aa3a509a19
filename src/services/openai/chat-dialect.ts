import { shownMessage } from '../../domain/chat/shown-message.ts';
import type { ChatRequest } from '../../domain/chat/types.ts';
import type { JsonRecord } from '../../domain/common/json.ts';

/** What of the current protocol a server may refuse for a model, and an answer can do without. */
const OMITTABLE = {
  stream_options: /\bstream_?options\b/i,
  stream:
    /['"`]stream['"`]|\bto stream\b|\bstream(?:ing)?\b.{0,30}\bnot (?:supported|available|allowed|implemented)\b/i,
  temperature: /\btemperature\b/i,
  top_p: /\btop_?p\b/i,
  seed: /\bseed\b/i,
  // A common word: it counts where it is quoted, or said to be the field.
  stop: /['"`]stop['"`]|(?:^|; )(?:body\.)?stop:|\bstop (?:parameter|sequences?|is|are)\b/,
  system:
    /\bsystem\b.*\brole\b|\brole\b.*\bsystem\b|\b(?:system|developer) (?:message|prompt|instruction)s?\b|\broles must alternate\b/i,
} as const;

type Omittable = keyof typeof OMITTABLE;
const ALL = [
  'stream_options',
  'stream',
  'temperature',
  'top_p',
  'seed',
  'stop',
  'system',
] as const satisfies readonly Omittable[];

/** Which words of the protocol a server has refused for a model, so that they are not sent to it again. */
export interface ChatDialect {
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens';
  readonly without: ReadonlySet<Omittable>;
}

/** What OpenAI, Azure and the embedded engine speak; others are asked in it first, too. */
export const CURRENT_DIALECT: ChatDialect = { maxTokens: 'max_completion_tokens', without: new Set() };

/** A dialect as it is remembered between runs. */
export interface SavedDialect {
  readonly maxTokens: ChatDialect['maxTokens'];
  readonly without: readonly string[];
}

export const savedDialect = ({ maxTokens, without }: ChatDialect): SavedDialect => ({
  maxTokens,
  without: [...without],
});

/** Words that this version does not know are left out. */
export const readDialect = ({ maxTokens, without }: SavedDialect): ChatDialect => ({
  maxTokens,
  without: new Set(ALL.filter((name) => without.includes(name))),
});

/** The body of POST /chat/completions. A field the request leaves out is not sent. */
export function chatBody(request: ChatRequest, dialect: ChatDialect, stream: boolean): Record<string, unknown> {
  const { model, messages, raw, maxTokens } = request;
  const { without } = dialect;
  const asked = raw?.messages ?? messages.map(({ role, content }) => ({ role, content }));
  const fields = Object.entries(omittableFields(request, stream)).filter(
    ([name, value]) => value !== undefined && !without.has(omittable(name)),
  );
  return {
    model,
    messages: without.has('system') ? systemInUser(asked) : asked,
    ...raw?.fields,
    ...(maxTokens === undefined ? {} : { [dialect.maxTokens]: maxTokens }),
    ...Object.fromEntries(fields),
  };
}

const omittable = (name: string): Omittable => ALL.find((one) => one === name) ?? 'system';

function omittableFields({ temperature, topP, stop, seed }: ChatRequest, stream: boolean) {
  return {
    temperature,
    top_p: topP,
    stop: stop === undefined || stop.length === 0 ? undefined : stop,
    seed,
    stream_options: stream ? { include_usage: true } : undefined,
    stream: stream ? true : undefined,
  };
}

/** What of a person's request is not sent in this dialect, in the field's own names. */
export function leftOut(request: ChatRequest, { without }: ChatDialect): readonly string[] {
  return sentOf(request, false).filter((name) => without.has(name));
}

function sentOf(request: ChatRequest, stream: boolean): readonly Omittable[] {
  const fields = omittableFields(request, stream);
  const system = request.messages.some(({ role }) => role === 'system');
  return ALL.filter((name) => (name === 'system' ? system : fields[name] !== undefined));
}

/** A refusal of a value, which another value would mend: without the field the person would get something else. */
const OF_THE_VALUE =
  /\bmust be\b(?! (?:equal to |exactly )?1(?:\.0)?\b)|\btoo (?:high|low|large|small|many|long|big)\b|\bbetween\b|\bout of range\b|\b(?:less|greater|more|fewer) than\b|\bat (?:most|least)\b|\b(?:maximum|minimum)\b/i;

/** Of these there is no other value to send. */
const WITHOUT_VALUE: ReadonlySet<Omittable> = new Set(['stream', 'stream_options']);

/** Under other statuses than those of a bad request, what says that a field is refused, and not that it made something fail. */
const REFUSES =
  /\b(?:unsupported|unknown|unrecogni[sz]ed|unexpected|invalid|not (?:supported|implemented|allowed|permitted|enabled))\b/i;
/** Some servers say after the field they refuse which ones they know: the very names that are looked for. */
const KNOWN_FIELDS =
  /(?<!\bnot(?: an?| in| the)?),? (?:expected|supported|allowed|valid) (?:one of|fields?|parameters?)\b.*$/is;
const BAD_REQUEST: ReadonlySet<number | null> = new Set([400, 422]);
/** Of servers that answer so what they do not have, and of errors in an answer without a status. */
const MAY_REFUSE: ReadonlySet<number | null> = new Set([null, 500, 501]);

/**
 * The dialect to try next after a refusal that names a word of `used`; null when the refusal is of something else, or
 * of a value. Older servers refuse `max_completion_tokens` or `stream_options`, or ask for `max_tokens`; reasoning models
 * refuse `temperature`.
 */
export function otherDialect(
  used: ChatDialect,
  refusal: { readonly message: string; readonly param: string | null; readonly status: number | null },
  request: ChatRequest,
  stream: boolean,
): ChatDialect | null {
  const { param, status } = refusal;
  const message = refusal.message.replace(KNOWN_FIELDS, '');
  if (!BAD_REQUEST.has(status) && !(MAY_REFUSE.has(status) && REFUSES.test(message))) return null;
  const ofValue = OF_THE_VALUE.test(message);
  const renamed =
    !ofValue &&
    request.maxTokens !== undefined &&
    used.maxTokens === 'max_completion_tokens' &&
    (param === 'max_completion_tokens' ||
      /\bmax_?completion_?tokens\b/i.test(message) ||
      /\bmax_tokens\b.*\b(?:required|missing)\b/i.test(message));
  const refused = sentOf(request, stream).filter(
    (name) =>
      !used.without.has(name) &&
      !(ofValue && !WITHOUT_VALUE.has(name)) &&
      (param === name || OMITTABLE[name].test(message)),
  );
  if (!renamed && refused.length === 0) return null;
  return joined(used, {
    maxTokens: renamed ? 'max_tokens' : used.maxTokens,
    without: new Set(refused),
  });
}

/** What either does without: calls that run side by side each learn something of the same model. */
export function joined(one: ChatDialect, other: ChatDialect): ChatDialect {
  const old = one.maxTokens === 'max_tokens' || other.maxTokens === 'max_tokens';
  return {
    maxTokens: old ? 'max_tokens' : 'max_completion_tokens',
    without: one.without.union(other.without),
  };
}

/** For models without a system role: its words stand before those of the first user message. */
function systemInUser(messages: readonly JsonRecord[]): readonly JsonRecord[] {
  const system = messages.filter(({ role }) => role === 'system').map((message) => shownMessage(message).content);
  const others = messages.filter(({ role }) => role !== 'system');
  const first = others.findIndex(({ role }) => role === 'user');
  return others.map((message, index) => (index === first ? { ...message, content: after(system, message) } : message));
}

function after(texts: readonly string[], { content }: JsonRecord): unknown {
  return Array.isArray(content)
    ? [...texts.map((text) => ({ type: 'text', text })), ...content]
    : [...texts, content].join('\n\n');
}
