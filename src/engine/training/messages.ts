import * as z from 'zod';
import { API_ROLES, type ChatMessage, isApiRole } from '../../domain/chat/types.ts';
import { isRecord, presentMembers } from '../../domain/common/json.ts';

/** A line that cannot be trained on; the message says where in the line and why. */
export class LineError extends Error {}

const textPart = z.object({ type: z.literal('text'), text: z.string() });

/** A message as it is trained on, and whether it is one that is learned. `number` is its place, from 1. */
export function readMessage(value: unknown, number: number): { message: ChatMessage; learned: boolean } {
  if (!isRecord(value)) throw new LineError(`message ${number} is not an object`);
  const fields = presentMembers(value);
  const { role: given, content, weight, name } = fields;
  if (given === undefined) throw new LineError(`message ${number} Discriminator 'role' is missing in value`);
  if (!isApiRole(given)) throw new LineError(`message ${number} has an unknown 'role'`);
  const role = API_ROLES[given];
  if (weight !== undefined && (role !== 'assistant' || (weight !== 0 && weight !== 1))) {
    throw new LineError(`message ${number}: 'weight' must be 0 or 1, and only an assistant message may have it`);
  }
  if (name !== undefined && typeof name !== 'string') throw new LineError(`message ${number}: 'name' must be a text`);
  const calls = 'tool_calls' in fields || 'function_call' in fields;
  const text = readContent(content, number, role === 'assistant' && calls);
  return { message: { role, content: text }, learned: role === 'assistant' && weight !== 0 && text.trim() !== '' };
}

function readContent(content: unknown, number: number, mayBeMissing: boolean): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) {
    const parts = z.array(textPart).safeParse(content);
    if (!parts.success) throw new LineError(`message ${number}: only text parts can be trained on here`);
    return parts.data.map((part) => part.text).join('');
  }
  if (mayBeMissing) return '';
  throw new LineError(`message ${number}: 'content' is missing or not a text`);
}
