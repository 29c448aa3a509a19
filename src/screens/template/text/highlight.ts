import type { Span } from '../../../components/textarea/index.ts';
import { parsePrompt } from '../../../domain/template/parse.ts';
import type { TemplateField, TemplateFinding } from '../../../domain/template/types.ts';

/** Marks slots in a prompt, and what looks like one and is none. */
export function slotSpans(prompt: string, names: readonly string[]): readonly Span[] {
  return parsePrompt(prompt).flatMap((part): Span[] => {
    if (part.kind === 'text') return [];
    const known = part.kind === 'slot' && names.includes(part.name);
    return [{ start: part.start, end: part.end, tone: known ? 'slot' : 'error' }];
  });
}

/** The finding to speak of in a prompt: the one at the cursor, else the first. Null when there is none. */
export function findingAt(
  findings: readonly TemplateFinding[],
  field: TemplateField,
  cursor: number | null,
): TemplateFinding | null {
  const own = findings.filter(({ place }) => place.kind === 'field' && place.field === field);
  const here = own.find(({ place }) => place.kind === 'field' && cursor !== null && holds(place, cursor));
  return here ?? own[0] ?? null;
}

const holds = (place: { readonly start: number; readonly end: number }, cursor: number): boolean =>
  cursor >= place.start && cursor <= place.end;

/** The finding to speak of in the slots: the one of this value, else of this slot and all in it. */
export function slotFinding(
  findings: readonly TemplateFinding[],
  slot: number,
  value: number | null,
): TemplateFinding | null {
  const own = findings.filter(({ place }) => place.kind === 'slot' && place.slotIndex === slot);
  const here = own.find(({ place }) => place.kind === 'slot' && place.valueIndex === value);
  return here ?? own[0] ?? null;
}
