import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stopsShort } from '../../../../src/domain/dataset/rubbish/endings.ts';
import { answerFlags } from '../../../../src/domain/dataset/rubbish/flags.ts';
import { readsAsRefusal } from '../../../../src/domain/dataset/rubbish/refusals.ts';

describe('a refusal', () => {
  it.each([
    "I'm sorry, but I can't help with that.",
    'I’m sorry, but I can’t assist with that request.',
    'I cannot provide medical advice.',
    'I cannot fulfill this request.',
    "Sorry, I can't do that.",
    'I am sorry, but I am unable to write this story.',
    'I apologize, but I cannot create content of that kind.',
    'Unfortunately, I am not able to help with this.',
    'As an AI language model, I do not have personal opinions.',
    "I'm just an AI and cannot feel.",
    "I won't write that.",
    'I must decline to answer.',
    '"I\'m unable to comply."',
    'I am unable to assist.',
    "I'm sorry, I can't.",
    'I can’t create that character.',
    'I must respectfully decline this request.',
    'I’m afraid I can’t do that.',
    'Lo siento, pero no puedo ayudar con eso.',
    'Es tut mir leid, aber dabei kann ich nicht helfen.',
    'Je suis désolé, mais je ne peux pas vous aider.',
  ])('is %s', (text) => expect(readsAsRefusal(text)).toBe(true));

  it.each([
    'I cannot believe it is Monday again, said the owl.',
    "I can't help but smile at that.",
    "I'm sorry to hear that your card was stolen. Let us block it at once.",
    "We're sorry for the delay. Your parcel leaves today.",
    'Sorry about that! The right total is 42.',
    'No',
    'Yes',
    'card_not_working',
    'The licensee cannot provide copies to third parties.',
    'You cannot assist the seller under this clause.',
    'I can provide three examples.',
    'Unfortunately, the shop is closed on Sundays.',
    "I'm afraid of the dark, said the dwarf.",
    'Leider ist die Karte noch nicht da.',
    'As an archer, I cannot wear plate armour.',
    '',
  ])('is not %s', (text) => expect(readsAsRefusal(text)).toBe(false));
});

describe('an answer that stops before its end', () => {
  it.each([
    'The old wizard raised his staff. The dragon turned its hea',
    'Paris is the capital of France. It has been so since the tenth century, and',
    'She was born in Kiel. Her father, a baker,',
    'Here is the function:\n```python\ndef add(a, b):\n    return a',
    '{"name": "Ada", "langs": ["en", ',
    '[{"a": 1}, {"a": ',
    'Name: Fenwick Thistle\nAppearance: Small and quick, with a crossbow on his back.\nBackground: He grew up in the fens and learned to listen.\nPersonality: He loves rain and old maps and fears the',
    'Name: Fenwick Thistle\nBackground: He grew up in the fens and learned to listen.\nPersonality: He loves rain and old maps of rivers',
    'First paragraph ends here, as it should be.\n\nThe second one tells of the ship that sailed for the northern isl',
    'She sings. He talks things over with his toad before every decision. He ne',
    'Name: Ada Stone\nBackground: Two wars as a',
    'Name: Ada Stone\nAppearance: She wears a moth-eaten scarf.\nBackgroun',
    '吾輩は猫である。名前はまだ無い。どこで生れたか',
  ])('is %s', (text) => expect(stopsShort(text)).toBe(true));

  it.each([
    'Yes',
    'No',
    'card_arrival',
    'Paris',
    'The capital of France is Paris',
    'A Short History of Nearly Everything Under the Northern Sun',
    'Paris is the capital of France.',
    'It is 42. Thanks',
    '- apples\n- pears\n- a bag of the best flour from the mill',
    '1. Wash the apples.\n2. Peel and core them\n3. Cook them with sugar and a little lemon',
    'SELECT name FROM users WHERE age > 30 ORDER BY name',
    'Dear Anna,\n\nThank you for the parcel. It came today.\n\nBest regards,\nThe Shop Team',
    'Use this:\n```js\nreturn 1\n```',
    '{"a": 1}',
    '["a", "b"]',
    '[1] See the note above.',
    '[name] goes here',
    'Whose woods these are I think I know\nHis house is in the village though\nHe will not see me stopping here\nTo watch his woods fill up with snow',
    'He said: "It is over."',
    'Done! 🎉',
    'See https://example.com/a/b',
    'It costs $3.50',
    'def f(x):\n    return x',
    'The answer is (b)',
    '',
    'Name: Fenwick Thistle\nRace: gnome\nClass: wizard\nPet: owl',
    'Das Auto ist rot. Es fährt schnell.',
    '東京',
    'A. Smith',
    'Of the four, the right one must be option a',
    'Your parcel left today. It should arrive soon. Best regards',
    'Name: Ada\nPet: owl\nWeapon: rapier',
    'The sum is 12. #### 12',
  ])('is not %s', (text) => expect(stopsShort(text)).toBe(false));

  it('is never one that ends with a mark, and never one word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }), (words) => {
        expect(stopsShort(`${words.join(' ')}.`)).toBe(false);
        expect(stopsShort(words[0] ?? '')).toBe(false);
      }),
    );
  });
});

it('what its provider said of an answer counts as much as its text', () => {
  expect(answerFlags({ text: 'Fine.' })).toEqual([]);
  expect(answerFlags({ text: 'Fine.', refused: true })).toEqual(['refused']);
  expect(answerFlags({ text: 'Fine.', cut: true })).toEqual(['truncated']);
  expect(answerFlags({ text: ' ' })).toEqual(['empty']);
});
