import * as z from 'zod';
import type { ChatMessage } from '../../domain/chat/types.ts';
import { isRecord, type JsonRecord, presentMembers } from '../../domain/common/json.ts';
import { jsonFault } from '../../domain/common/json-fault.ts';
import type { TrainingMethod } from '../../domain/training/types.ts';
import type { PreferencePair, TrainingExample } from '../runners/types.ts';
import { LineError, readMessage } from './messages.ts';
import { parsePair } from './pairs.ts';

const legacyLine = z.object({ prompt: z.string(), completion: z.string() });

/** What one line teaches by a method. Throws LineError. */
export function parseLine(line: string, method: TrainingMethod): readonly (TrainingExample | PreferencePair)[] {
  const value = parseJson(line);
  return method === 'dpo' ? [parsePair(value)] : parseAnswers(value);
}

/**
 * What one line of answers teaches: an example for each assistant message that is to be learned (`weight` 0 is context only),
 * or one for a legacy prompt/completion line. Throws LineError.
 */
function parseAnswers(value: JsonRecord): readonly TrainingExample[] {
  if ('messages' in value) return chatExamples(value.messages);
  const legacy = legacyLine.safeParse(value);
  if (legacy.success) return legacyExample(legacy.data);
  if ('preferred_output' in value) {
    throw new LineError("a preference pair is trained on by the method 'dpo' alone; give answers, or that method");
  }
  throw new LineError("expected an object with 'messages', or with 'prompt' and 'completion' texts");
}

function parseJson(line: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return presentMembers(value);
  } catch {
    const fault = jsonFault(line);
    const where = fault === null || fault.cutOff ? 'it ends too early' : `column ${fault.offset + 1}`;
    throw new LineError(`not valid JSON (${where})`);
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
