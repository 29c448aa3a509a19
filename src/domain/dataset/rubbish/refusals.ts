/** Characters of an answer's beginning that say whether it declines. */
export const REFUSAL_WITHIN = 240;

const CANNOT =
  "(?:can ?not|can['’]?t|won['’]?t|will not|(?:am|are|['’]m|['’]re) (?:not able|unable|not allowed|not permitted)(?: to)?|(?:must|have to) (?:(?:respectfully|politely) )?(?:decline|refuse)(?: to)?|do(?:es)? not feel comfortable|don['’]t feel comfortable)";
/** What a model says it does not do. Not `believe` or `wait`, which people cannot either. */
const SERVICE =
  '(?:assist|help|comply|fulfil|fulfill|provide|create|generate|write|produce|answer|respond|discuss|engage|continue|support|share|offer|give|do that|do this|complete|participate|process|accommodate|advise|promote|creating|generating|writing|providing|helping|assisting|discussing|with that|with this)';
const ADVERBS = '(?:(?:really|very|so|truly|deeply|terribly|afraid|sincerely) )*';

const AI = 'AI|artificial intelligence|(?:large )?language model';

/**
 * How all that follow begin. Of most answers nothing else is asked: V8 takes a millisecond and more to compile each of the others, and few answers need
 * them.
 */
const BEGINNING = new RegExp(
  `^[\\s"'“‘*_>]*(?:I ?(?:${CANNOT})|(?:I['’]?m|I am|we['’]re|we are) ${ADVERBS}sorry|I ${ADVERBS}apolog|(?:my )?apologies|sorry|unfortunately|regrettably|I(?:['’]m| am) (?:afraid I|unable|not able|(?:just |only )?an? (?:${AI}))|I (?:must|have to|will have to|['’]ll have to) (?:respectfully|politely|decline|refuse)|As an? (?:${AI}|virtual assistant)|(?:This|That|Your|The) (?:request|content|prompt)|Lo siento|Perdona|Disculpa|(?:Es )?tut mir leid|Entschuldigung|Leider|Je suis désolé|Désolé|Je regrette)`,
  'i',
);

interface Opening {
  readonly pattern: RegExp;
  /** Of each list one stands in every answer that the pattern finds, in small letters. */
  readonly holds: readonly (readonly string[])[];
}

const CANNOT_WORDS = [
  'can',
  'won',
  'will not',
  'able',
  'not allowed',
  'not permitted',
  'decline',
  'refuse',
  'comfortable',
];

/** How refusals begin, in the words of the models that are asked most. Each is matched at the start of the answer. */
const OPENINGS: readonly Opening[] = [
  { pattern: new RegExp(`^I ?(?:${CANNOT}) (?:\\w+ly )?${SERVICE}\\b(?! but\\b)`, 'i'), holds: [CANNOT_WORDS] },
  {
    pattern: new RegExp(
      `^(?:(?:I['’]?m|I am|we['’]re|we are) ${ADVERBS}sorry|sorry|(?:my )?apologies|I ${ADVERBS}apologi[sz]e|unfortunately|regrettably)\\b[^.!?\\n]{0,80}?\\bI ?(?:${CANNOT}) (?:\\w+ly )?${SERVICE}\\b`,
      'i',
    ),
    holds: [['sorry', 'apolog', 'unfortunately', 'regrettably'], CANNOT_WORDS],
  },
  {
    pattern: new RegExp(
      `^(?:(?:I['’]?m|I am) ${ADVERBS}sorry|sorry|(?:my )?apologies)[,.!]? ?(?:but )?I ?(?:${CANNOT})\\b[^.!?\\n]*[.!]?\\s*$`,
      'i',
    ),
    holds: [['sorry', 'apologies'], CANNOT_WORDS],
  },
  { pattern: /^I(?:['’]m| am) afraid I (?:can['’]?t|can ?not|won['’]?t)\b/i, holds: [['afraid']] },
  {
    pattern: /^I (?:must|have to|will have to|['’]ll have to) (?:(?:respectfully|politely) )?(?:decline|refuse)\b/i,
    holds: [['decline', 'refuse']],
  },
  // The beginnings of the same in the most widely spoken other languages of training files.
  {
    pattern: /^(?:Lo siento|Perdona|Disculpa)\b[^.!?\n]{0,40}\bno (?:puedo|podemos)\b/i,
    holds: [['no puedo', 'no podemos']],
  },
  {
    pattern:
      /^(?:Es tut mir leid|Tut mir leid|Entschuldigung|Leider)\b[^.!?\n]{0,40}\bkann ich\b[^.!?\n]{0,80}\bnicht\b/i,
    holds: [['kann ich']],
  },
  {
    pattern: /^(?:Es tut mir leid|Tut mir leid|Entschuldigung)\b[^.!?\n]{0,20}\bich kann\b[^.!?\n]{0,80}\bnicht\b/i,
    holds: [['ich kann']],
  },
  {
    pattern: /^(?:Je suis désolée?|Désolée?|Je regrette)(?=[\s,.])[^.!?\n]{0,30}\bje ne (?:peux|suis) pas\b/i,
    holds: [['je ne']],
  },
  {
    pattern:
      /^As an? (?:AI|artificial intelligence|(?:large )?language model|virtual assistant)\b[^.!?\n]{0,120}?\bI(?:['’]m| am|)\b ?(?:can ?not|can['’]?t|do not|don['’]t|won['’]?t|unable|not able)/i,
    holds: [['as a'], [' ai', 'artificial', 'language model', 'virtual assistant']],
  },
  {
    pattern:
      /^I(?:['’]m| am) (?:just |only )?an? (?:AI|artificial intelligence|(?:large )?language model)\b[^\n]{0,120}?\b(?:can ?not|can['’]?t|do not|don['’]t|unable|not able)\b/i,
    holds: [[' ai', 'artificial', 'language model']],
  },
  {
    pattern:
      /^(?:This|That|Your|The) (?:request|content|prompt)\b[^.!?\n]{0,80}\b(?:violates?|goes against|is against)\b[^.!?\n]{0,60}\b(?:polic|guideline|terms)/i,
    holds: [
      ['violate', 'against'],
      ['polic', 'guideline', 'terms'],
    ],
  },
  {
    pattern:
      /^I(?:['’]m| am) (?:unable|not able) to (?:assist|help|comply|fulfil|fulfill|provide|create|generate|write|answer|discuss)\b/i,
    holds: [['unable', 'not able']],
  },
];

/** Whether an answer reads as a model's refusal of what was asked: by how it begins, in English, Spanish, German or French. */
export function readsAsRefusal(answer: string): boolean {
  const within = answer.slice(0, REFUSAL_WITHIN);
  if (!BEGINNING.test(within)) return false;
  const start = within.replace(/^[\s"'“‘*_>]+/, '');
  const small = start.toLowerCase();
  return OPENINGS.some(
    ({ pattern, holds }) => holds.every((words) => words.some((word) => small.includes(word))) && pattern.test(start),
  );
}
