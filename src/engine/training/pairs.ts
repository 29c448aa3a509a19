import { API_ROLES, isApiRole } from '../../domain/chat/types.ts';
import { isRecord, type JsonRecord, presentMembers } from '../../domain/common/json.ts';
import type { PreferencePair } from '../runners/types.ts';
import { LineError, readMessage } from './messages.ts';

/**
 * A line of preferences, as OpenAI's guide to direct preference optimisation has it: `input` with messages, and an
 * assistant's message each in `preferred_output` and `non_preferred_output`. Throws LineError.
 */
export function parsePair(value: JsonRecord): PreferencePair {
  const { input, preferred_output: preferred, non_preferred_output: other } = value;
  if (!('preferred_output' in value)) {
    throw new LineError("no preference pair: expected 'input', 'preferred_output' and 'non_preferred_output'");
  }
  const messages = isRecord(input) ? presentMembers(input).messages : undefined;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new LineError("'input' must be an object with a list of at least one message, 'messages'");
  }
  const prompt = messages.map((message, index) => readMessage(message, index + 1).message);
  const pair = {
    prompt,
    chosen: answer(preferred, 'preferred_output'),
    rejected: answer(other, 'non_preferred_output'),
  };
  if (pair.chosen === pair.rejected)
    throw new LineError('both answers are the same, so that there is nothing to prefer');
  return pair;
}

function answer(value: unknown, name: string): string {
  const [message, ...others] = Array.isArray(value) ? value : [];
  const role = isRecord(message) ? message.role : undefined;
  if (others.length > 0 || !isApiRole(role) || API_ROLES[role] !== 'assistant') {
    throw new LineError(`'${name}' must be a list of one assistant message`);
  }
  const { content } = readMessage(message, 1).message;
  if (content.trim() === '') throw new LineError(`'${name}' is empty`);
  return content;
}
