import { capitalise } from '../english.ts';
import type { Chooser, Phrases } from './chooser.ts';
import type { Request } from './read-request.ts';
import { topics } from './topics.ts';
import { ANSWERS, RAMBLE } from './words/essay.ts';

const CLASSIFY = /\b(?:classify|classification|intent|categor(?:y|ise|ize)|label)\b/i;

/** The teacher's answer to anything but a character: a label when one is asked for, else a few sentences to the point. */
export function answer(instructions: string, question: string, request: Request, chooser: Chooser): string {
  if (request.options.length > 0) return chooser.pick(request.options);
  if (CLASSIFY.test(instructions))
    return (topics(question)[0] ?? '')
      .toLowerCase()
      .replaceAll(/[“”]|^(?:an?|the|your) /gu, '')
      .replaceAll(/[^\p{L}\p{N}]+/gu, '_');
  return styled(
    sentences(kindOf(question === '' ? instructions : question, instructions), question, ANSWERS, chooser),
    request,
  );
}

/** The base's: now and then it takes an offered option, mostly it goes on about the prompt's words. */
export function ramble(question: string, request: Request, chooser: Chooser): string {
  if (request.options.length > 0 && chooser.pick([true, true, false])) return chooser.pick(request.options);
  return sentences('ramble', question, RAMBLE, chooser).join(' ');
}

function kindOf(question: string, instructions: string): string {
  const all = `${instructions}\n${question}`;
  if (/\bproduct|advert|slogan|marketing|catalogue|sell(?:ing)?\b/i.test(all)) return 'product';
  if (/\bstory|tale|poem|fiction|scene\b/i.test(all)) return 'story';
  if (/\?\s*$|^\s*(?:what|why|how|when|where|who|which|can|could|is|are|do|does|should)\b/i.test(question))
    return 'question';
  return 'general';
}

function sentences(kind: string, prompt: string, phrases: Phrases, chooser: Chooser): string[] {
  const found = topics(prompt);
  const text = chooser.expand(`#${kind}#`, phrases);
  const filled = text.replace(/\{t(\d)\}/g, (_, n: string) => found[Number(n) % found.length] ?? '');
  return filled.split(/(?<=[.!?]) (?=\p{Lu})/u).map(capitalise);
}

function styled(all: readonly string[], request: Request): string {
  let kept = all.slice(0, request.sentences ?? all.length);
  if (request.words !== null) {
    while (kept.length > 1 && kept.join(' ').split(' ').length > request.words) kept = kept.slice(0, -1);
  }
  const text = kept.join(' ');
  return request.json ? JSON.stringify({ answer: text }) : text;
}
