import { displayWidth } from '../../domain/text/graphemes.ts';

/**
 * A model's name for a narrow place. Names of tuned models (`ft:base:org:suffix:id`) lose parts from the front, because
 * what distinguishes two of them stands at the end; other names are left for their place to cut.
 */
export function shortModel(id: string, width: number, ellipsis: string): string {
  if (displayWidth(id) <= width || !id.startsWith('ft:')) return id;
  const parts = id.split(':').slice(1);
  const shorter = parts
    .map((_, from) => `ft:${ellipsis}:${parts.slice(from).filter(Boolean).join(':')}`)
    .slice(Math.min(1, parts.length - 1));
  return shorter.find((name) => displayWidth(name) <= width) ?? shorter.at(-1) ?? id;
}
