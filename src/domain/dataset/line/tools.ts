import { isRecord, type JsonRecord, presentMembers } from '../../common/json.ts';
import { type LineReport, quoted } from './report.ts';

const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Checks a line's `tools` (API reference, chat completions) and gives the names they define; null when it has none. */
export function checkTools(line: JsonRecord, report: LineReport): ReadonlySet<string> | null {
  const { tools, functions, parallel_tool_calls: parallel } = presentMembers(line);
  if (parallel !== undefined && typeof parallel !== 'boolean') {
    report.error('parallel-tool-calls', `parallel_tool_calls is ${quoted(parallel)}.`, 'Use true or false.');
  }
  if (functions !== undefined) {
    report.warn(
      'old-functions',
      'functions is the old form of tools.',
      'Write tools: [{"type": "function", "function": {...}}].',
    );
  }
  if (tools === undefined) {
    if (parallel !== undefined) report.warn('parallel-tool-calls', 'parallel_tool_calls without tools.', 'Remove it.');
    return null;
  }
  const names = new Set<string>();
  if (!Array.isArray(tools)) {
    report.error('tools-shape', 'tools is not a list.', 'Write tools: [{"type": "function", "function": {...}}].');
    return names;
  }
  tools.forEach((tool: unknown, index) => {
    const name = checkTool(tool, `tool ${index + 1}`, report);
    if (name !== null) names.add(name);
  });
  return names;
}

function checkTool(tool: unknown, where: string, report: LineReport): string | null {
  const definition =
    isRecord(tool) && tool.type === 'function' && isRecord(tool.function) ? presentMembers(tool.function) : null;
  const name = definition?.name;
  if (definition === null || typeof name !== 'string' || !FUNCTION_NAME.test(name)) {
    const fix =
      'Write {"type": "function", "function": {"name": "...", "parameters": {...}}}; names have letters, digits, _ and -.';
    report.error('tools-shape', `${where} is not a function with a name.`, fix);
    return null;
  }
  if (definition.parameters !== undefined && !isRecord(definition.parameters)) {
    report.error(
      'tools-shape',
      `The parameters of ${where} are not a JSON schema.`,
      'Use an object such as {"type": "object"}.',
    );
  }
  return name;
}

/** What a message's tool calls say: their ids, to be answered by tool messages, and their text, to be counted. */
export interface ToolCalls {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

/** Checks an assistant message's `tool_calls` against the tools its line defines. */
export function checkToolCalls(
  calls: unknown,
  defined: ReadonlySet<string> | null,
  where: string,
  report: LineReport,
): ToolCalls {
  const ids: string[] = [];
  const texts: string[] = [];
  if (!Array.isArray(calls) || calls.length === 0) {
    report.error(
      'tool-calls-shape',
      `The tool_calls of ${where} are not a list with calls.`,
      'Write a list, or leave it out.',
    );
    return { ids, texts };
  }
  calls.forEach((call: unknown, index) => {
    const place = `tool call ${index + 1} of ${where}`;
    const target = isRecord(call) && call.type === 'function' && isRecord(call.function) ? call.function : null;
    if (!isRecord(call) || target === null || typeof call.id !== 'string' || typeof target.name !== 'string') {
      const fix = 'Write {"id": "...", "type": "function", "function": {"name": "...", "arguments": "{...}"}}.';
      report.error('tool-calls-shape', `${place} lacks its id, type or function.`, fix);
      return;
    }
    ids.push(call.id);
    texts.push(target.name, checkArguments(target.arguments, place, report));
    if (defined === null || !defined.has(target.name)) {
      report.warn(
        'tool-undefined',
        `${place} calls ${quoted(target.name)}, which tools does not define.`,
        'Add it to tools.',
      );
    }
  });
  return { ids, texts };
}

function checkArguments(value: unknown, where: string, report: LineReport): string {
  const fix = 'Write the arguments as JSON in a string: "{\\"city\\": \\"Bonn\\"}".';
  if (typeof value !== 'string') {
    report.error('tool-arguments', `The arguments of ${where} are not a string.`, fix);
    return '';
  }
  try {
    JSON.parse(value);
  } catch {
    report.error('tool-arguments', `The arguments of ${where} are not JSON.`, fix);
  }
  return value;
}
