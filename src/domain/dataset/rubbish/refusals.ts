/** Characters of an answer's beginning that say whether it declines. */
const LOOKED_AT = 240;

const CANNOT =
  "(?:can ?not|can['’]?t|won['’]?t|will not|(?:am|are|['’]m|['’]re) (?:not able|unable|not allowed|not permitted)(?: to)?|(?:must|have to) (?:decline|refuse)(?: to)?|do(?:es)? not feel comfortable|don['’]t feel comfortable)";
/** What a model says it does not do. Not `believe` or `wait`, which people cannot either. */
const SERVICE =
  '(?:assist|help|comply|fulfil|fulfill|provide|create|generate|write|produce|answer|respond|discuss|engage|continue|support|share|offer|give|do that|do this|complete|participate|process|accommodate|advise|promote|creating|generating|writing|providing|helping|assisting|discussing|with that|with this)';
const ADVERBS = '(?:(?:really|very|so|truly|deeply|terribly|afraid|sincerely) )*';

/** How refusals begin, in the words of the models that are asked most. Each is matched at the start of the answer. */
const OPENINGS: readonly RegExp[] = [
  new RegExp(`^I ?(?:${CANNOT}) (?:\\w+ly )?${SERVICE}\\b(?! but\\b)`, 'i'),
  new RegExp(
    `^(?:(?:I['’]?m|I am|we['’]re|we are) ${ADVERBS}sorry|sorry|(?:my )?apologies|I ${ADVERBS}apologi[sz]e|unfortunately|regrettably)\\b[^.!?\\n]{0,80}?\\bI ?(?:${CANNOT}) (?:\\w+ly )?${SERVICE}\\b`,
    'i',
  ),
  new RegExp(
    `^(?:(?:I['’]?m|I am) ${ADVERBS}sorry|sorry|(?:my )?apologies)[,.!]? ?(?:but )?I ?(?:${CANNOT})\\b[^.!?\\n]*[.!]?\\s*$`,
    'i',
  ),
  /^As an? (?:AI|artificial intelligence|(?:large )?language model|virtual assistant)\b[^.!?\n]{0,120}?\bI(?:['’]m| am|)\b ?(?:can ?not|can['’]?t|do not|don['’]t|won['’]?t|unable|not able)/i,
  /^I(?:['’]m| am) (?:just |only )?an? (?:AI|artificial intelligence|(?:large )?language model)\b[^\n]{0,120}?\b(?:can ?not|can['’]?t|do not|don['’]t|unable|not able)\b/i,
  /^(?:This|That|Your|The) (?:request|content|prompt)\b[^.!?\n]{0,80}\b(?:violates?|goes against|is against)\b[^.!?\n]{0,60}\b(?:polic|guideline|terms)/i,
  /^I(?:['’]m| am) (?:unable|not able) to (?:assist|help|comply|fulfil|fulfill|provide|create|generate|write|answer|discuss)\b/i,
];

/** Whether an answer reads as a model's refusal of what was asked: by how it begins, in English. */
export function readsAsRefusal(answer: string): boolean {
  const start = answer.slice(0, LOOKED_AT).replace(/^[\s"'“‘*_>]+/, '');
  return (
    /^(?:I|we|as|sorry|my|apolog|unfort|regret|this|that|your|the)/i.test(start) &&
    OPENINGS.some((opening) => opening.test(start))
  );
}
