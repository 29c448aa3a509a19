import * as z from 'zod';
import type { ChatMessage, Role } from '../../domain/chat/types.ts';
import type { TrainingExample } from '../runners/types.ts';

/** A line that cannot be trained on; the message says where in the line and why. */
export class LineError extends Error {}

const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

const legacyLine = z.object({ prompt: z.string(), completion: z.string() });
const textPart = z.object({ type: z.literal('text'), text: z.string() });

/**
 * What one line teaches: an example for each assistant message that is to be learned (`weight` 0 is context only),
 * or one for a legacy prompt/completion line. Throws LineError.
 */
export function parseLine(line: string): TrainingExample[] {
  const value = parseJson(line);
  if ('messages' in value) return chatExamples(value.messages);
  const legacy = legacyLine.safeParse(value);
  if (legacy.success) return legacyExample(legacy.data);
  if ('preferred_output' in value) {
    throw new LineError('a preference pair cannot be trained on here; this engine learns from chat lines');
  }
  throw new LineError("expected an object with 'messages', or with 'prompt' and 'completion' texts");
}

function parseJson(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    throw new LineError('not valid JSON');
  }
  throw new LineError('not a JSON object');
}

function legacyExample({ prompt, completion }: z.infer<typeof legacyLine>): TrainingExample[] {
  if (completion.trim() === '') throw new LineError("'completion' is empty");
  return [{ prompt: [{ role: 'user', content: prompt }], completion }];
}

function chatExamples(messages: unknown): TrainingExample[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new LineError("'messages' must be a list of at least one message");
  }
  const examples: TrainingExample[] = [];
  const context: ChatMessage[] = [];
  for (const [index, value] of messages.entries()) {
    const { message, learned } = readMessage(value, index + 1);
    if (learned) examples.push({ prompt: [...context], completion: message.content });
    context.push(message);
  }
  if (examples.length === 0) throw new LineError('no assistant message to learn from');
  return examples;
}

function readMessage(value: unknown, number: number): { message: ChatMessage; learned: boolean } {
  const fields = z.record(z.string(), z.unknown()).safeParse(value);
  if (!fields.success) throw new LineError(`message ${number} is not an object`);
  const { role: given, content, weight, name } = fields.data;
  if (given === undefined) throw new LineError(`message ${number} Discriminator 'role' is missing in value`);
  const role = typeof given === 'string' && Object.hasOwn(ROLES, given) ? ROLES[given] : undefined;
  if (role === undefined) throw new LineError(`message ${number} has an unknown 'role'`);
  if (weight !== undefined && (role !== 'assistant' || (weight !== 0 && weight !== 1))) {
    throw new LineError(`message ${number}: 'weight' must be 0 or 1, and only an assistant message may have it`);
  }
  if (name !== undefined && typeof name !== 'string') throw new LineError(`message ${number}: 'name' must be a text`);
  const calls = 'tool_calls' in fields.data || 'function_call' in fields.data;
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
