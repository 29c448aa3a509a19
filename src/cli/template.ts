import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { parseTemplate } from '../domain/template/document.ts';
import { findTemplateProblems } from '../domain/template/problems.ts';
import type { Template, TemplateFinding } from '../domain/template/types.ts';
import { CommandFailure, UsageError } from './exit.ts';
import type { Output } from './output/types.ts';

export interface LoadedTemplate {
  readonly template: Template;
  /**
   * The same for the same file, so that a second run finds the rows of the first. Rows are apart from those of the
   * app's projects.
   */
  readonly projectId: string;
}

/** Reads a template. One that cannot be read, or must not run, is told with every place that is wrong. */
export async function loadTemplate(path: string, output: Output): Promise<LoadedTemplate> {
  const real = await realpath(path).catch(() => {
    throw new UsageError(`there is no template at ${path}`);
  });
  const parsed = parseTemplate(await readFile(real, 'utf8'), real);
  if (!parsed.ok) {
    for (const error of parsed.errors) {
      output.record('template-error', { ...error });
      output.note(`✗ ${path}:${error.line}:${error.column ?? 1}  ${error.message} ${error.fix}`);
    }
    throw new CommandFailure(`${path} cannot be read as a template.`, 'Nothing was bought.');
  }
  const findings = findTemplateProblems(parsed.template);
  for (const finding of findings) tell(finding, parsed.template, output);
  if (findings.some((finding) => finding.severity === 'error')) {
    throw new CommandFailure(`${path} has errors, so nothing was started.`, 'Nothing was bought.');
  }
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 16);
  return { template: parsed.template, projectId: `headless-${digest}` };
}

function tell(finding: TemplateFinding, template: Template, output: Output): void {
  output.record('template-finding', { ...finding });
  const mark = finding.severity === 'error' ? '✗' : '!';
  output.note(`${mark} ${placeOf(finding, template)}: ${finding.message} ${finding.fix}`);
}

function placeOf({ place }: TemplateFinding, template: Template): string {
  if (place.kind === 'field') return `${place.field}, character ${place.start + 1}`;
  const slot = template.slots[place.slotIndex]?.name ?? '';
  return place.valueIndex === null ? `slot ${slot}` : `slot ${slot}, value ${place.valueIndex + 1}`;
}
