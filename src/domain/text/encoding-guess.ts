import { type DecodingFault, describeFault } from './decoding.ts';

/** How a text comes to hold bytes that are no UTF-8. */
export type FaultNature =
  /** All of it is in another encoding. */
  | 'other'
  /** The rest of it is UTF-8, so that no one encoding reads all of it. */
  | 'mixed'
  /** It ends in the middle of a character. */
  | 'cut';

/** What a text most likely is instead of UTF-8, and how its faulty line then reads. */
export interface EncodingGuess {
  readonly name: string;
  readonly preview: string;
  readonly nature: FaultNature;
}

/** The nature of a text's fault: `around` are its bytes about the one at `at`, and the last of them where `isLast`. */
export function natureOf(around: Uint8Array, at: number, isLast: boolean): FaultNature {
  const text = new TextDecoder().decode(around);
  const good = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  const bad = text.match(/\ufffd/g)?.length ?? 0;
  // One byte alone at the end of a text without others may be a letter of another encoding.
  const rest = around.subarray(at);
  if (isLast && isBeginning(rest) && (good > 0 || rest.length > 1)) return 'cut';
  return good >= bad ? 'mixed' : 'other';
}

/** Whether bytes begin a character of UTF-8 and end before it does. */
function isBeginning(bytes: Uint8Array): boolean {
  if (bytes.length > 3) return false;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }) === '';
  } catch {
    return false;
  }
}

/** What is wrong with a text, after its name; `next` where its nature leaves no choice. */
export function faultWords(
  name: string,
  fault: DecodingFault,
  guess: EncodingGuess,
): { readonly what: string; readonly next: string | null } {
  const where = describeFault(fault);
  const reads = `As ${guess.name} the line reads: ${guess.preview}`;
  switch (guess.nature) {
    case 'other':
      return { what: `${name} is not UTF-8: ${where}. ${reads}`, next: null };
    case 'mixed':
      return { what: `${name} is not all UTF-8, though most of it is: ${where}. ${reads}`, next: MIXED_FIX };
    case 'cut':
      return { what: `${name} ends in the middle of a character: ${where}.`, next: CUT_FIX };
  }
}

export const MIXED_FIX = 'Write such lines again as UTF-8: read in another encoding, the other lines would change.';
export const CUT_FIX = 'The file was cut: fetch it again, or leave its last line out.';
