import { isRecord } from '../json/record.ts';
import { templateSchema } from '../template/schema.ts';
import type { Template } from '../template/types.ts';
import { suggestSuffix } from '../training/bounds.ts';
import { CHAT_DEFAULTS, PLAN_DEFAULTS, TRAINING_DEFAULTS } from './defaults.ts';
import { projectSchema } from './schema.ts';
import type { Project } from './types.ts';

export interface NewProject {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly name: string;
  readonly template: Template;
}

/** A project with every plan at its default, on the embedded engine. */
export function newProject({ id, now, name, template }: NewProject): Project {
  return {
    id,
    name,
    createdAt: now,
    updatedAt: now,
    providerId: 'embedded',
    template,
    plan: PLAN_DEFAULTS,
    training: { ...TRAINING_DEFAULTS, suffix: suggestSuffix(template.name) },
    chat: { ...CHAT_DEFAULTS, system: template.system },
    screen: 'home',
  };
}

/** A copy under another id and name; rows and jobs are not part of it. */
export function duplicateProject(project: Project, { id, now, name }: Omit<NewProject, 'template'>): Project {
  return { ...project, id, name, createdAt: now, updatedAt: now };
}

const PARTS = ['plan', 'training', 'chat'] as const;

/**
 * The project in a value read from disk. Each field that is missing, or that has no meaning any more, gets its
 * default, so that a project of an older or newer Luthier opens. Null when there is no id or no readable template.
 */
export function pickProject(value: unknown): Project | null {
  const template = templateSchema.safeParse(isRecord(value) ? value.template : undefined);
  if (!isRecord(value) || typeof value.id !== 'string' || value.id === '' || !template.success) return null;
  const fresh = newProject({ id: value.id, now: 0, name: 'Untitled', template: template.data });
  const filled = PARTS.reduce((project, part) => {
    const kept = value[part];
    if (!isRecord(kept)) return project;
    return Object.keys(project[part]).reduce((partly, key) => {
      return key in kept ? withField(partly, { [part]: { ...partly[part], [key]: kept[key] } }) : partly;
    }, project);
  }, fresh);
  return Object.keys(fresh).reduce((project, key) => {
    return PARTS.some((part) => part === key) ? project : withField(project, { [key]: value[key] });
  }, filled);
}

/** The project with the change, if it is still a project then. */
function withField(project: Project, change: Readonly<Record<string, unknown>>): Project {
  const parsed = projectSchema.safeParse({ ...project, ...change });
  return parsed.success ? parsed.data : project;
}
