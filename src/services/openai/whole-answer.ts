import { isFault } from '../../domain/chat/finish-reason.ts';
import { callsOf, textWithCalls } from '../../domain/chat/shown-message.ts';
import { splitThoughts } from '../../domain/chat/thoughts.ts';
import type { UntimedAnswer } from '../../domain/chat/types.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { type PartialAnswer, readCompletion } from './chat-answer.ts';
import { errorInside, isWebPage, WORDS_STATUS, wordsInstead } from './error-body.ts';
import { type ErrorContext, fromAnswer, malformed } from './errors.ts';
import { type HeaderReader, readRateLimits } from './headers.ts';

/** An answer that is there to its end. */
export interface CameWhole {
  /** Null where the answer has none of its own. */
  readonly status: number | null;
  readonly header: HeaderReader;
  /** A JSON value, or the text where it is none. */
  readonly body: unknown;
}

/** What a completion says. Throws ProviderError for a failure, under whatever status it comes, and for what is no completion. */
export function completionOf({ status, header, body }: CameWhole, context: ErrorContext): PartialAnswer {
  if (status !== null && (status < 200 || status >= 300)) throw fromAnswer({ status, header, error: body }, context);
  const failure = typeof body === 'string' && isWebPage(body) ? body : errorInside(body);
  if (failure !== null) throw fromAnswer({ status: null, header, error: failure }, context);
  const words = wordsInstead(body);
  if (words !== null) throw fromAnswer({ status: WORDS_STATUS, header, error: words }, context);
  try {
    return readCompletion(body);
  } catch {
    throw malformed(context, body);
  }
}

/** What was said, as an answer; `model` is the one that was asked. Throws ProviderError where it ended because something failed. */
export function answerOf(
  said: PartialAnswer,
  { model, header }: { readonly model: string; readonly header: HeaderReader },
): UntimedAnswer {
  if (isFault(said.finishReason))
    throw new ProviderError('server', `The server ended the answer with the reason “${said.finishReason}”.`);
  const { reasoning: apart, calls, oddUsage, ...rest } = said;
  const { thoughts, answer } = splitThoughts(said.text);
  const reasoning = [apart, thoughts].filter((one) => one !== '').join('\n\n');
  return {
    ...rest,
    text: textWithCalls(answer, callsOf({ tool_calls: calls })),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(oddUsage === null ? {} : { oddUsage: sanitizeLine(oddUsage) }),
    model: said.model ?? model,
    limits: readRateLimits(header, Date.now()),
  };
}
