import { canonicalJson } from '../common/json.ts';
import type { Project } from './types.ts';

export interface MergedProject {
  readonly project: Project;
  /** Both changed the template, each to another: `project` has ours. */
  readonly conflict: boolean;
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * A project that two windows changed since it was `before`: of each field the one that was changed, and ours where both
 * were. When it was changed and on which screen it is are always ours.
 */
export function mergeProject(before: Project, mine: Project, theirs: Project): MergedProject {
  const pick = <Value>(was: Value, ours: Value, other: Value): Value => (same(was, ours) ? other : ours);
  const project: Project = {
    ...mine,
    name: pick(before.name, mine.name, theirs.name),
    providerId: pick(before.providerId, mine.providerId, theirs.providerId),
    template: pick(before.template, mine.template, theirs.template),
    plan: mergeFields(before.plan, mine.plan, theirs.plan),
    training: mergeFields(before.training, mine.training, theirs.training),
    chat: mergeFields(before.chat, mine.chat, theirs.chat),
  };
  const conflict =
    !same(before.template, mine.template) &&
    !same(before.template, theirs.template) &&
    !same(mine.template, theirs.template);
  return { project, conflict };
}

/** Plans are merged a field at a time: two windows seldom mean the same one. */
function mergeFields<Value extends object>(before: Value, mine: Value, theirs: Value): Value {
  const was = new Map<string, unknown>(Object.entries(before));
  const ours = Object.entries(mine).filter(([name, value]) => !same(was.get(name), value));
  return { ...theirs, ...Object.fromEntries(ours) };
}

/** Whether two windows would save the same, but for when and on which screen. */
export const isSameProject = (a: Project, b: Project): boolean =>
  same({ ...a, updatedAt: 0, screen: 'home' }, { ...b, updatedAt: 0, screen: 'home' });
