import { duration, formatUsd, plural } from '../text/format.ts';
import { sanitizeLine, sanitizeText } from '../text/sanitize.ts';
import { thoughtsTitle } from './thoughts.ts';
import type { ChatAnswer, ChatReply, ChatTurn } from './types.ts';

/** A conversation as Markdown: each turn with the system message when it changes, and each model's answer with its figures. */
export function transcriptMarkdown(turns: readonly ChatTurn[], title: string): string {
  let system = '';
  const blocks = turns.flatMap((turn) => {
    const changed = turn.system !== system;
    system = turn.system;
    return [...(changed ? [`## System\n\n${body(turn.system) || '(none)'}`] : []), turnMarkdown(turn)];
  });
  return `${[`# ${sanitizeLine(title)}`, ...blocks].join('\n\n')}\n`;
}

function turnMarkdown(turn: ChatTurn): string {
  return [`## User\n\n${body(turn.user)}`, ...turn.replies.map(replyMarkdown)].join('\n\n');
}

function replyMarkdown(reply: ChatReply): string {
  const parts = [`## ${sanitizeLine(reply.model)}`, thoughtsMarkdown(reply.thoughts), body(reply.text)];
  if (reply.error !== null) parts.push(`*Failed: ${sanitizeLine(reply.error)}*`);
  const figures = formatReplyMetrics(reply);
  if (figures !== '') parts.push(`*${figures}*`);
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Folded, as GitHub and most readers of Markdown show it. */
const thoughtsMarkdown = (thoughts: string | undefined): string =>
  thoughts === undefined
    ? ''
    : `<details>\n<summary>${thoughtsTitle(thoughts)}</summary>\n\n${body(thoughts)}\n\n</details>`;

/** Tokens, time to first token, speed, cost: what is known of an answer, in one line. */
export function formatReplyMetrics(reply: ChatReply): string {
  return replyMetrics(reply).join(' · ');
}

/** Why an answer ended before its end, in a few words. */
function endingOf(reason: string, { usage }: ChatAnswer): string {
  if (reason === 'length') return `cut at ${usage === null ? 'max tokens' : plural(usage.completionTokens, 'token')}`;
  return reason === 'content_filter' ? 'cut off by the content filter' : `ended by ${sanitizeLine(reason)}`;
}

/** The figures one by one; how it ended is the first of them when it did not just stop. */
export function replyMetrics(reply: ChatReply): readonly string[] {
  const parts: string[] = [];
  if (reply.status === 'stopped') parts.push('stopped');
  const { answer } = reply;
  if (answer !== null) {
    const { finishReason, refusal, without } = answer;
    if (refusal !== null) parts.push('declined');
    if (finishReason !== null && finishReason !== 'stop') parts.push(endingOf(finishReason, answer));
    if (without !== undefined) parts.push(`without ${without.join(', ')}`);
    const speed = tokensPerSecond(reply);
    if (answer.usage !== null) parts.push(`${answer.usage.completionTokens} tokens`);
    parts.push(`first token ${duration(answer.firstTokenMs)}`);
    if (speed !== null) parts.push(`${speed.toFixed(0)} tokens/s`);
    parts.push(reply.costUsd === null ? 'cost unknown' : formatUsd(reply.costUsd));
  }
  return parts;
}

/** Tokens a second after the first; null when the time or the count is not known. */
export function tokensPerSecond(reply: ChatReply): number | null {
  const usage = reply.answer?.usage ?? null;
  const seconds = reply.answer === null ? 0 : (reply.answer.totalMs - reply.answer.firstTokenMs) / 1000;
  if (usage === null || usage.completionTokens < 2 || seconds <= 0) return null;
  return (usage.completionTokens - 1) / seconds;
}

function body(text: string): string {
  return sanitizeText(text).trim();
}
