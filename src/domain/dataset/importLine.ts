import type { ChatMessage, Role } from '../chat/types.ts';
import { parseChatLine } from './chatLine.ts';
import { legacyToChat, readLegacyPair } from './legacy.ts';
import type { LineMessage } from './line/message.ts';
import { LineReport } from './line/report.ts';
import type { DatasetFinding } from './types.ts';

export interface ImportedLine {
  /** The messages before the answer, and the answer; null when the line cannot become a row. */
  readonly example: { readonly prompt: readonly ChatMessage[]; readonly completion: string } | null;
  readonly findings: readonly DatasetFinding[];
}

/**
 * One line of a chat or prompt/completion file as a row's messages. Rows hold plain text: a line with images, tools,
 * names or weights is refused by name, never imported in part. Blank lines give nothing.
 */
export function readImportLine(text: string, lineNumber: number): ImportedLine {
  const pair = legacyPairOf(text);
  if (pair !== null) {
    const [user, assistant] = legacyToChat(pair);
    return { example: { prompt: [user], completion: assistant.content }, findings: [] };
  }
  const { line, findings } = parseChatLine(text, lineNumber);
  if (line === null || findings.some((finding) => finding.severity === 'error')) return { example: null, findings };
  const messages = line.messages.flatMap(plainMessage);
  const answer = messages.at(-1);
  if (messages.length < line.messages.length || answer === undefined) {
    const report = new LineReport(lineNumber);
    report.error(
      'not-plain',
      'The line has images, tools, names or weights, which rows cannot hold.',
      'Train on the file as it is.',
    );
    return { example: null, findings: [...findings, ...report.findings] };
  }
  return { example: { prompt: messages.slice(0, -1), completion: answer.content }, findings };
}

function legacyPairOf(text: string): ReturnType<typeof readLegacyPair> {
  if (!text.includes('"completion"')) return null;
  try {
    return readLegacyPair(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    return null;
  }
}

function plainMessage(message: LineMessage): ChatMessage[] {
  const role: Role | null = message.role === 'function' ? null : message.role;
  return message.plain && role !== null ? [{ role, content: message.text }] : [];
}
