import type { ChatAnswer, ChatRequest, Usage } from '../../domain/chat/types.ts';
import { type CallEnd, hostOf, type PaidCall, UNBOUNDED_ANSWER } from '../../domain/pricing/spending.ts';
import { ProviderError } from '../../domain/provider/provider.ts';
import type { ChatService, Provider } from '../runtime/ports.ts';
import type { SpendingLedger } from '../runtime/spending-ports.ts';

/** What a call cost; null of one that is booked by what came of it, as a job is by its record. */
type Bill = { readonly usage: Usage | null; readonly usd: number | null } | null;

type Books = Pick<SpendingLedger, 'begin' | 'end'>;

/**
 * Sends a single call that is paid for: noted in the ledger before, booked after. One that failed and may be billed
 * counts at the most it may cost.
 */
export async function paidCall<T>(
  ledger: Books,
  call: PaidCall,
  send: () => Promise<T>,
  billOf: (result: T) => Bill,
): Promise<T> {
  const [permission] = ledger.begin([call], { cap: null, isThere: () => false });
  if (permission?.status !== 'noted') throw new Error('A call without a row and a cap may always be sent.');
  const noted = { call: permission.call };
  // What cannot be booked, as on a full disk, stays under way and later counts at its most: no reason to lose an answer.
  const book = (end: CallEnd): void => {
    try {
      ledger.end([end], () => {});
    } catch {}
  };
  let result: T;
  try {
    result = await send();
  } catch (error) {
    const unbilled = error instanceof ProviderError && !error.mayBeBilled;
    book({ ...noted, outcome: unbilled ? 'unbilled' : 'may-be-billed' });
    throw error;
  }
  const bill = billOf(result);
  book(bill === null ? { ...noted, outcome: 'unbilled' } : { ...noted, outcome: 'billed', ...bill });
  return result;
}

export interface PaidChat {
  readonly projectId: string;
  readonly kind: 'chat' | 'test';
  readonly operationId: string;
  readonly provider: Pick<Provider, 'id' | 'address' | 'chat'>;
  /** US$; null when the price is unknown. */
  readonly costOf: (usage: Usage, model: string) => number | null;
}

/** The provider's chat, with every call of it in the ledger. */
export function paidChat(ledger: Books, { provider, costOf, ...account }: PaidChat): ChatService {
  return {
    complete(request, options) {
      const { model } = request;
      const call: PaidCall = {
        ...account,
        providerId: provider.id,
        host: hostOf(provider.address),
        model,
        quotedUsd: costOf(mostUsage(request), model),
        row: null,
      };
      const billOf = ({ usage }: ChatAnswer): Bill => ({
        usage,
        usd: usage === null ? null : costOf(usage, model),
      });
      return paidCall(ledger, call, () => provider.chat.complete(request, options), billOf);
    },
  };
}

/** A token is seldom less than two bytes of text. */
const BYTES_A_TOKEN = 2;
/** Tokens of a single call at most, without a tokeniser: nobody waits for one before a chat. */
function mostUsage({ messages, maxTokens }: ChatRequest): Usage {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const promptTokens = Math.ceil(bytes / BYTES_A_TOKEN) + 8 * messages.length;
  return { promptTokens, completionTokens: maxTokens ?? UNBOUNDED_ANSWER, cachedTokens: 0 };
}
