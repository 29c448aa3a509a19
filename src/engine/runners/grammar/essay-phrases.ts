import type { Phrases } from './chooser.ts';

/** For the teacher: answers to prompts that are not about characters. Topics stand only where number does not matter. */
export const ANSWER_PHRASES: Phrases = {
  product: [
    'Made for anyone who cares about {t0}, this is #quality# at its best. #product2# #product3# #product4#',
    'Bring {t0} into your day with something #adjective# and #adjective2#. #product2# #product3# #product4#',
    'Everything you expect from {t0}, and a little more: #quality#. #product2# #product3# #product4#',
  ],
  product2: [
    'Thoughtful attention to {t1} makes it #adjective# from the first day.',
    'It pairs {t1} with #quality#, so nothing gets in your way.',
    'With an eye on {t1}, it stays #adjective# season after season.',
  ],
  product3: [
    'It takes {t2} in its stride.',
    'It was designed around {t2}, not the other way round.',
    'You will notice the care given to {t2} at once.',
  ],
  product4: ['#Invite#.', 'Simple, #adjective#, and ready when you are.', 'A small luxury that earns its place.'],
  Invite: [
    'Try it once and keep it for years',
    'Made to be used, loved and handed on',
    'Good things rarely feel this easy',
  ],
  quality: [
    'honest craftsmanship',
    'quiet reliability',
    'everyday comfort',
    'clever design',
    'lasting value',
    'clean, modern style',
  ],
  adjective: ['durable', 'effortless', 'elegant', 'dependable', 'practical', 'lightweight', 'beautiful', 'versatile'],
  adjective2: [
    'easy to love',
    'hard to put down',
    'built to last',
    'pleasant to use',
    'kind to your budget',
    'ready for anything',
  ],
  question: [
    'The short answer on {t0}: #depends#. #question2# #question3#',
    'When it comes to {t0}, #depends#. #question2# #question3#',
    'With {t0}, it helps to #advice#. #question2# #question3#',
  ],
  question2: [
    'Look at {t1} as well, and #advice#.',
    'Much also turns on {t1}.',
    'Keep {t1} in mind, because #because#.',
  ],
  question3: ['If in doubt, #advice#.', 'Beyond that, #advice# and adjust as you learn.', 'In the end, #because#.'],
  depends: [
    'it depends on the details',
    'there is more than one good approach',
    'the simplest explanation is usually right',
    'context decides most of it',
  ],
  advice: [
    'start with the basics',
    'compare a few sources',
    'test one change at a time',
    'ask what problem is being solved',
    'write down what you already know',
    'check the facts twice',
  ],
  because: [
    'small details add up',
    'first impressions can mislead',
    'good habits outlast good luck',
    'every choice has a cost',
    'clarity saves time later',
  ],
  story: [
    'It began with {t0}, on #night#. #story2# #story3#',
    'Nobody in town had given a thought to {t0} until #night#. #story2# #story3#',
    'On #night#, everything came back to {t0}. #story2# #story3#',
  ],
  story2: [
    'Somewhere beyond {t1}, #happened#.',
    'There was talk of {t1}, and then #happened#.',
    'Because of {t1}, #happened#.',
  ],
  story3: ['By morning, #ending#.', 'When it was over, #ending#.', 'And so, quietly, #ending#.'],
  night: ['a night of heavy rain', 'the first day of spring', 'an evening without stars', 'a slow Sunday afternoon'],
  happened: [
    'a door opened that had always been shut',
    'an old promise came due',
    'someone finally told the truth',
    'the lights went out one by one',
  ],
  ending: [
    'the world felt a little larger',
    'nothing was quite the same',
    'only the song remained',
    'everyone remembered it differently',
  ],
  general: [
    'Here is a useful way to see {t0}: #depends#. #question2# #question3#',
    'A good account of {t0} should #advice2#. #question2# #question3#',
    'Consider {t0} step by step, and #advice#. #question2# #question3#',
  ],
  advice2: [
    'begin with what can be observed',
    'name its purpose plainly',
    'separate facts from opinions',
    'give one clear example',
  ],
};

/** For the untuned base: it has read a great deal and been taught nothing, so it goes on about the prompt's own words. */
export const RAMBLE_PHRASES: Phrases = {
  ramble: ['#open# #middle# #close#', '#open# #close#', '#open# #middle# #middle2#'],
  open: [
    'There is a lot to be said about {t0}.',
    'People often talk about {t0} without much thought.',
    'I have been reading about {t0} again.',
    'The first thing that comes to mind is {t0}.',
    'Somewhere between {t0} and {t1} there is a long story.',
    'Not everyone has heard of {t0}, #which#.',
  ],
  middle: [
    'Some would mention {t1} in the same breath, #which#.',
    'It makes one think of {t1}, and of {t2} too.',
    'On the other hand, {t1} can be seen in many ways.',
    'For most of the year, nobody looks at {t1} twice.',
    'An old newspaper once gave a whole page to {t1}.',
  ],
  middle2: [
    'Then there is the question of {t2}, #which#.',
    'Of course, {t2} has its own history.',
    'Whether that leads to {t2} is another matter.',
  ],
  close: [
    'That is how these things usually go.',
    'In time, opinions about {t0} may change.',
    'Still, it is hard to say what comes next.',
    'The rest is a matter of taste.',
    'And that, more or less, is where {t2} comes in.',
  ],
  which: [
    'which is perhaps no surprise',
    'though views differ',
    'as one might expect',
    'at least in the older books',
    'and with good reason',
  ],
};
