import { expect, it } from 'vitest';
import { statusOf } from '../../../src/app/completions/outcome.ts';
import { answerOf } from '../fakes/provider.ts';

it('a refusal outranks a cut, a cut outranks silence, and the content filter refuses', () => {
  const statuses = [
    answerOf('half of', { finishReason: 'content_filter' }),
    answerOf('', { finishReason: 'length', refusal: 'I would rather not.' }),
    answerOf('', { finishReason: 'length' }),
    answerOf(' \n'),
    answerOf('An answer.'),
  ].map(statusOf);
  expect(statuses).toEqual(['refused', 'refused', 'truncated', 'empty', 'done']);
});
