import { checkFileHere } from '../services/tokens/tokenizer.ts';

/** Checks a file in this thread: a command waits for nothing else. */
export const checkFile: typeof checkFileHere = checkFileHere;
