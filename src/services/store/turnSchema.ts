import * as z from 'zod';
import type { ChatTurn } from '../../domain/chat/types.ts';

const number = z.number().nullable();

const answerSchema = z.object({
  text: z.string(),
  refusal: z.string().nullable(),
  finishReason: z.string().nullable(),
  usage: z.object({ promptTokens: z.number(), completionTokens: z.number(), cachedTokens: z.number() }).nullable(),
  model: z.string(),
  limits: z
    .object({
      limitRequests: number,
      remainingRequests: number,
      resetRequestsMs: number,
      limitTokens: number,
      remainingTokens: number,
      resetTokensMs: number,
    })
    .nullable(),
  firstTokenMs: z.number(),
  totalMs: z.number(),
});

export const turnSchema: z.ZodType<ChatTurn> = z.object({
  id: z.string(),
  system: z.string(),
  user: z.string(),
  alone: z.exactOptional(z.boolean()),
  replies: z.array(
    z.object({
      model: z.string(),
      text: z.string(),
      status: z.enum(['streaming', 'done', 'stopped', 'failed']),
      answer: answerSchema.nullable(),
      costUsd: number,
      error: z.string().nullable(),
    }),
  ),
});
