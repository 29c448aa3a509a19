import { isRecord, parseJson } from '../../common/json.ts';
import { nearestName } from '../../text/nearest.ts';
import { LINE_KEYS } from '../line/chat.ts';
import { MESSAGE_KEYS } from '../line/message.ts';
import { INPUT_KEYS, PREFERENCE_KEYS } from '../line/preference.ts';
import { isSpaced, type JsonMend, readLenient, type Written, type WrittenMember, writeOut } from './lenient-json.ts';

/** What is mended within a line. */
export type LineMend =
  | JsonMend
  | 'written-twice'
  | 'null-key'
  | 'unknown-key'
  | 'developer-role'
  | 'arguments-text'
  | 'one-line';

export interface MendedLine {
  /** Lines of one object each; the text as it was where nothing had to be mended. */
  readonly texts: readonly string[];
  readonly mends: readonly LineMend[];
}

/**
 * A line, or a value over several, with what has one certain mend mended: JSON as Python and people write it, keys that
 * are null or that no provider reads, the newer name of the system role. Texts and numbers keep their characters. Null
 * where the text cannot be read with certainty.
 */
export function mendLine(text: string): MendedLine | null {
  const parsed = parseJson(text);
  const isOver = /[\r\n]/.test(text);
  if (typeof parsed === 'string' && isRecord(parseJson(parsed))) {
    const inner = mendLine(parsed);
    return inner === null ? null : { texts: inner.texts, mends: ['written-twice', ...inner.mends] };
  }
  if (parsed !== undefined && !isOver && !isRecord(parsed)) return null;
  if (isRecord(parsed) && !isOver && isSound(parsed)) return { texts: [text], mends: [] };
  const read = readLenient(text);
  if (read === null) return null;
  const found = new Set<LineMend>(read.mends);
  if (isOver) found.add('one-line');
  const texts = read.values.map((value) => writeOut(mendValue(value, found), isSpaced(text)));
  return texts.every((mended) => isRecord(parseJson(mended))) ? { texts, mends: [...found] } : null;
}

/** Whether an object has nothing that `mendValue` would change, so that its line stays as it is written. */
function isSound(value: object): boolean {
  const found = new Set<LineMend>();
  const read = readLenient(JSON.stringify(value));
  for (const one of read?.values ?? []) mendValue(one, found);
  return found.size === 0;
}

function mendValue(value: Written, found: Set<LineMend>): Written {
  if (value.kind !== 'object') return value;
  const names = new Set(value.members.map(({ key }) => key));
  const isPair = !names.has('messages') && (names.has('preferred_output') || names.has('non_preferred_output'));
  if (!isPair && !names.has('messages')) return value;
  const known = isPair ? PREFERENCE_KEYS : LINE_KEYS;
  return kept(value.members, known, found, ({ key, value: part }) => {
    if (key === 'input' && part.kind === 'object') {
      return kept(part.members, INPUT_KEYS, found, (member) =>
        member.key === 'messages' ? mendMessages(member.value, found) : member.value,
      );
    }
    return key === 'messages' || key.endsWith('preferred_output') ? mendMessages(part, found) : part;
  });
}

function mendMessages(value: Written, found: Set<LineMend>): Written {
  if (value.kind !== 'list') return value;
  const items = value.items.map((item) =>
    item.kind !== 'object'
      ? item
      : kept(item.members, MESSAGE_KEYS, found, (member) => {
          if (member.key === 'tool_calls') return mendCalls(member.value, found);
          if (member.key !== 'role' || member.value.kind !== 'raw' || member.value.text !== '"developer"')
            return member.value;
          found.add('developer-role');
          return { kind: 'raw', text: '"system"' };
        }),
  );
  return { kind: 'list', items };
}

const isNull = (value: Written): boolean => value.kind === 'raw' && value.text === 'null';

/** Calls whose arguments are JSON in a text, as the API has them, where they were an object. */
function mendCalls(value: Written, found: Set<LineMend>): Written {
  if (value.kind === 'list') return { kind: 'list', items: value.items.map((call) => mendCalls(call, found)) };
  if (value.kind !== 'object') return value;
  const members = value.members.map((member) => {
    if (member.key === 'function') return { ...member, value: mendCalls(member.value, found) };
    if (member.key !== 'arguments' || member.value.kind !== 'object') return member;
    found.add('arguments-text');
    return { ...member, value: { kind: 'raw', text: JSON.stringify(writeOut(member.value)) } as const };
  });
  return { kind: 'object', members };
}

/** An object without the members that are null or that nobody reads; a key that looks like a known one misspelt stays. */
function kept(
  members: readonly WrittenMember[],
  known: readonly string[],
  found: Set<LineMend>,
  mend: (member: WrittenMember) => Written,
): Written {
  const names = new Set(members.flatMap(({ key, value }) => (isNull(value) ? [] : [key])));
  // A message without content may have its text under another name.
  const says = !names.has('role') || names.has('content') || names.has('tool_calls') || names.has('function_call');
  const left = members.filter(({ key, value }) => {
    // `content: null` is how the API itself writes a message that only calls tools.
    const isAbsent = isNull(value) && key !== 'content';
    const isUnknown = says && !known.includes(key) && nearestName(key, known) === null;
    if (isAbsent) found.add('null-key');
    else if (isUnknown) found.add('unknown-key');
    return !isAbsent && !isUnknown;
  });
  return { kind: 'object', members: left.map((member) => ({ ...member, value: mend(member) })) };
}
