import { parsePrompt } from './prompt.ts';
import type { Cell, Template } from './types.ts';

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * What reads the combination off a text that the student prompt was rendered to; it gives null for any other text. Slots that the
 * prompt does not name are no part of it. Where a text could be of two combinations, longer values of earlier slots come first.
 */
export function promptReader({ studentPrompt, slots }: Template): (text: string) => Cell | null {
  const names: string[] = [];
  // As it is rendered: line ends at its close are dropped.
  const prompt = studentPrompt.replace(/[\r\n]+$/, '');
  const pattern = parsePrompt(prompt).map((part) => {
    const slot = part.kind === 'slot' ? slots.find(({ name }) => name === part.name) : undefined;
    if (slot === undefined) return escaped(part.kind === 'text' ? part.text : prompt.slice(part.start, part.end));
    const before = names.indexOf(slot.name);
    if (before >= 0) return `\\${before + 1}(?!\\d)`;
    names.push(slot.name);
    return `(${slot.values
      .toSorted((a, b) => b.length - a.length)
      .map(escaped)
      .join('|')})`;
  });
  const whole = new RegExp(`^${pattern.join('')}$`, 'u');
  return (text) => {
    const match = whole.exec(text);
    return match === null ? null : Object.fromEntries(names.map((name, at) => [name, match[at + 1] ?? '']));
  };
}
