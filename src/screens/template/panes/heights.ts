import type { TemplateField } from '../../../domain/template/types.ts';

export type FieldHeights = Readonly<Record<TemplateField, number>>;

/** Rows from which every prompt has room enough; below, the one being edited takes what it can. */
const ROOMY = 12;

/**
 * Shares `rows` among the three prompts, at least one each. The teacher prompt is the long one; a prompt being edited
 * where rows are few takes all but one row of each other.
 */
export function fieldHeights(rows: number, editing: TemplateField | null): FieldHeights {
  const all = Math.max(3, rows);
  if (editing !== null && all < ROOMY) {
    const small = { system: 1, teacherPrompt: 1, studentPrompt: 1 };
    return { ...small, [editing]: all - 2 };
  }
  const system = Math.max(1, Math.floor(all * 0.15));
  const studentPrompt = Math.max(1, Math.floor(all * 0.2));
  return { system, studentPrompt, teacherPrompt: all - system - studentPrompt };
}
