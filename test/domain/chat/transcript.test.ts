import { describe, expect, it } from 'vitest';
import {
  formatReplyMetrics,
  replyMetrics,
  tokensPerSecond,
  transcriptMarkdown,
} from '../../../src/domain/chat/transcript.ts';
import type { ChatReply, ChatTurn } from '../../../src/domain/chat/types.ts';

const reply: ChatReply = {
  model: 'practice-small',
  text: 'Hello\x1b[31m there.',
  status: 'done',
  costUsd: 0,
  error: null,
  answer: {
    text: 'Hello there.',
    refusal: null,
    finishReason: 'stop',
    usage: { promptTokens: 5, completionTokens: 11, cachedTokens: 0 },
    model: 'practice-small',
    limits: null,
    firstTokenMs: 250,
    totalMs: 1250,
  },
};
const failed: ChatReply = {
  ...reply,
  model: 'ft:x',
  text: '',
  status: 'failed',
  answer: null,
  costUsd: null,
  error: 'Not\nreached.',
};
const turn = (system: string, user: string, ...replies: ChatReply[]): ChatTurn => ({ id: user, system, user, replies });

describe('transcriptMarkdown', () => {
  it('folds what was thought', () => {
    const text = transcriptMarkdown([turn('', 'Hi', { ...reply, thoughts: 'Greet?' })], 'T');
    expect(text).toContain(
      '<summary>Thoughts (1 word, no part of the answer)</summary>\n\nGreet?\n\n</details>\n\nHello',
    );
  });

  it('writes the conversation, the system message where it changes, and the figures', () => {
    const text = transcriptMarkdown(
      [turn('Be kind.', 'hi', reply, failed), turn('Be kind.', 'more'), turn('', 'last')],
      'My\tchat',
    );
    expect(text).toBe(`# My  chat

## System

Be kind.

## User

hi

## practice-small

Hello there.

*11 tokens · first token 250 ms · 10 tokens/s · $0.00*

## ft:x

*Failed: Not reached.*

## User

more

## System

(none)

## User

last
`);
  });

  it('does not claim what it does not know', () => {
    expect(formatReplyMetrics(failed)).toBe('');
    expect(tokensPerSecond(failed)).toBeNull();
    const unpriced = {
      ...reply,
      costUsd: null,
      status: 'stopped',
      answer: reply.answer && { ...reply.answer, usage: null },
    } as const;
    expect(formatReplyMetrics(unpriced)).toBe('stopped · first token 250 ms · cost unknown');
  });

  it('says first how an answer ended that did not just stop', () => {
    const ended = (finishReason: string | null, refusal: string | null = null) =>
      replyMetrics({ ...reply, answer: reply.answer && { ...reply.answer, finishReason, refusal } })[0];
    expect(ended('length')).toMatch(/^cut at \d+ tokens$/);
    expect(ended('content_filter')).toBe('cut off by the content filter');
    expect(ended('odd\u001b[2J')).toBe('ended by odd');
    expect(ended('stop', 'No.')).toBe('declined');
    expect(ended(null)).toBe('11 tokens');
  });
});
