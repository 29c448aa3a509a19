import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCompletion } from '../../../src/services/openai/chat-answer.ts';

const odd = fc.constantFrom(undefined, null, 7, '', 'stop', 'length', {}, []);
const details = fc.oneof(odd, fc.record({ cached_tokens: odd }, { requiredKeys: [] }));
const plain = fc.record(
  {
    model: odd,
    usage: fc.oneof(
      odd,
      fc.record({ prompt_tokens: odd, completion_tokens: odd, prompt_tokens_details: details }, { requiredKeys: [] }),
    ),
    choices: fc.tuple(
      fc.record(
        { index: odd, message: fc.record({ role: odd, content: fc.string(), refusal: odd }), finish_reason: odd },
        { requiredKeys: ['message'] },
      ),
    ),
  },
  { requiredKeys: ['choices'] },
);

it('an answer that is one text is read as one that may be more', () => {
  fc.assert(
    fc.property(plain, ({ choices: [choice], ...body }) => {
      const mayBeMore = { ...choice, message: { ...choice.message, reasoning: '' } };
      expect(readCompletion({ ...body, choices: [choice] })).toEqual(readCompletion({ ...body, choices: [mayBeMore] }));
    }),
  );
});
