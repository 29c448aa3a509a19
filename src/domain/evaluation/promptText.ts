import type { EvaluationItem } from './types.ts';

/** An item's messages as one text, each after its role: how files and tables show a prompt. */
export const promptText = ({ prompt }: EvaluationItem): string =>
  prompt.map(({ role, content }) => `${role}: ${content}`).join('\n');
