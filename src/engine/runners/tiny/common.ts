/** What the base knows before any training: common words and marks of English, all equally likely. */
const MARKS = ['.', ',', ':', ';', '!', '?', '-', '_', '/', '\n', ' ', ' —', '(', ')', ' (', '"', ' "', "'s", '’s'];
const WORDS =
  'the of and to a an in is it that was for on are as with his her they their at be this from have or by one had not but ' +
  'what all were when we there can said which do how if will each about up out then them she he many some so these would ' +
  'other into has more two like him see time could no make than first been its who now people my over did down only way ' +
  'find use may water long little very after words called just where most know get through back much before go good new ' +
  'write our used me man too any day same right look think also around another came come work three word must because ' +
  'does part even place well such here take why things help put years different away again off went old number great tell ' +
  'men say small every found still between name should home big give air line set own under read last never us left end ' +
  'along while might next sound below saw something thought both few those always looked show large often together asked ' +
  'house world going want school important until form food keep children feet land side without boy once animal life ' +
  'enough took four head above kind began almost live page got earth need far hand high year mother light country father ' +
  'let night picture being study second soon story since white ever paper hard near sentence better best across during ' +
  'today however sure knew young told ready yes';

export const BASE_SYMBOLS: readonly string[] = [...MARKS, ...WORDS.split(' ').map((word) => ` ${word}`)];
