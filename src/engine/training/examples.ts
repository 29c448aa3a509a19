import { createReadStream, existsSync } from 'node:fs';
import * as z from 'zod';
import { API_ROLES, type ChatMessage, isApiRole } from '../../domain/chat/types.ts';
import { isRecord, presentMembers } from '../../domain/common/json.ts';
import { jsonFault } from '../../domain/common/json-fault.ts';
import { byteText, TextDecoding, withoutByteOrderMark } from '../../domain/text/decoding.ts';
import { LineSplitter } from '../../domain/text/lines.ts';
import type { TrainingExample, TrainingExamples } from '../runners/types.ts';
import type { InvalidFile, TrainerTask } from './protocol.ts';

/** A line that cannot be trained on; the message says where in the line and why. */
class LineError extends Error {}

const legacyLine = z.object({ prompt: z.string(), completion: z.string() });
const textPart = z.object({ type: z.literal('text'), text: z.string() });

/**
 * What one line teaches: an example for each assistant message that is to be learned (`weight` 0 is context only),
 * or one for a legacy prompt/completion line. Throws LineError.
 */
function parseLine(line: string): TrainingExample[] {
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

function readMessage(value: unknown, number: number): { message: ChatMessage; learned: boolean } {
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

/** OpenAI's minimum. */
const MIN_EXAMPLES = 10;

/** A training or validation file that the job must fail on. */
export class InvalidFileError extends Error {
  readonly detail: InvalidFile;

  constructor(detail: InvalidFile) {
    super(detail.message);
    this.detail = detail;
  }
}

export interface LoadedExamples extends TrainingExamples {
  /** Lines of the training file: what the automatic hyperparameters are chosen by. */
  readonly trainLines: number;
}

/**
 * Reads and checks both files of a job; `alive` is called for each piece that was read. Throws InvalidFileError naming
 * the first line that is wrong.
 */
export async function loadExamples(files: TrainerTask['files'], alive: () => void): Promise<LoadedExamples> {
  const train = await readFile(files.training, 'training_file', alive);
  if (train.lines < MIN_EXAMPLES) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: `Training file has ${train.lines} example(s), but must have at least ${MIN_EXAMPLES} examples`,
      param: 'training_file',
    });
  }
  if (files.validation === null) return { train: train.examples, validation: [], trainLines: train.lines };
  const validation = await readFile(files.validation, 'validation_file', alive);
  if (validation.lines === 0) {
    throw new InvalidFileError({
      code: 'invalid_n_examples',
      message: 'Validation file has 0 example(s), but must have at least 1 example',
      param: 'validation_file',
    });
  }
  return { train: train.examples, validation: validation.examples, trainLines: train.lines };
}

async function readFile(
  path: string,
  param: InvalidFile['param'],
  alive: () => void,
): Promise<{ lines: number; examples: TrainingExample[] }> {
  const kind = param === 'training_file' ? 'training' : 'validation';
  if (!existsSync(path)) {
    const message = `The ${kind} file was deleted before the job was done with it.`;
    throw new InvalidFileError({ code: 'file_not_found', message, param });
  }
  const examples: TrainingExample[] = [];
  const faults = new Map<number, string>();
  let number = 0;
  let lines = 0;
  for await (const raw of linesOf(path, faults, alive)) {
    number += 1;
    const line = number === 1 ? withoutByteOrderMark(raw) : raw;
    if (line.trim() === '') continue;
    lines += 1;
    try {
      const fault = faults.get(number);
      if (fault !== undefined) throw new LineError(fault);
      for (const example of parseLine(line)) examples.push(example);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const message = `The job failed due to an invalid ${kind} file. Invalid file format. Line ${number}: ${error.message}`;
      throw new InvalidFileError({ code: `invalid_${kind}_file`, message, param });
    }
  }
  return { lines, examples };
}

/** The lines of a training file; those that hold bytes of no UTF-8 are put among `faults`. */
async function* linesOf(path: string, faults: Map<number, string>, alive: () => void): AsyncGenerator<string> {
  const splitter = new LineSplitter();
  const decoding = new TextDecoding({
    encoding: 'utf-8',
    onFault: ({ line, column, byte }) =>
      faults.set(line, `not UTF-8 (column ${column} holds the byte ${byteText(byte)})`),
  });
  for await (const bytes of createReadStream(path)) {
    alive();
    yield* splitter.push(decoding.push(bytes));
  }
  yield* splitter.push(decoding.end());
  yield* splitter.end();
}
