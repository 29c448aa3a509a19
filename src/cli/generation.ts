import { realpath } from 'node:fs/promises';
import { combinationsProblem } from '../app/generation/start.ts';
import { PLAN_DEFAULTS } from '../domain/project/project.ts';
import type { CellSelection, ExistingRows, GenerationPlan } from '../domain/project/types.ts';
import { parseTemplate } from '../domain/template/document.ts';
import { findTemplateProblems } from '../domain/template/problems.ts';
import type { Template, TemplateFinding } from '../domain/template/types.ts';
import { readText } from '../services/filesystem/lines.ts';
import { projectIdOf } from './command-services.ts';
import { type BatchingOptions, CommandFailure, UsageError } from './context.ts';
import type { Output } from './output/output.ts';

export interface LoadedTemplate {
  readonly template: Template;
  readonly projectId: string;
}

/** Reads a template. One that cannot be read, or must not run, is printed with every place that is wrong. */
export async function loadTemplate(path: string, output: Output): Promise<LoadedTemplate> {
  const real = await realpath(path).catch(() => {
    throw new UsageError(`there is no template at ${path}`);
  });
  const parsed = parseTemplate(await readText(real), real);
  if (!parsed.ok) {
    for (const error of parsed.errors) {
      output.record('template-error', { ...error });
      output.note(`✗ ${path}:${error.line}:${error.column ?? 1}  ${error.message} ${error.fix}`);
    }
    throw new CommandFailure(`${path} cannot be read as a template.`, 'Nothing was sent.');
  }
  const findings = findTemplateProblems(parsed.template);
  for (const finding of findings) printFinding(finding, parsed.template, output);
  if (findings.some((finding) => finding.severity === 'error')) {
    throw new CommandFailure(`${path} has errors, so nothing was started.`, 'Nothing was sent.');
  }
  return { template: parsed.template, projectId: projectIdOf(real) };
}

function printFinding(finding: TemplateFinding, template: Template, output: Output): void {
  output.record('template-finding', { ...finding });
  const mark = finding.severity === 'error' ? '✗' : '!';
  output.note(`${mark} ${placeOf(finding, template)}: ${finding.message} ${finding.fix}`);
}

function placeOf({ place }: TemplateFinding, template: Template): string {
  if (place.kind === 'field') return `${place.field}, character ${place.start + 1}`;
  const slot = template.slots[place.slotIndex]?.name ?? '';
  return place.valueIndex === null ? `slot ${slot}` : `slot ${slot}, value ${place.valueIndex + 1}`;
}

interface PlanOptions {
  readonly combinations?: number;
  readonly stratified?: boolean;
  readonly cover?: number;
  readonly existing?: ExistingRows;
  readonly concurrency?: number;
  readonly cap?: number;
  readonly seed?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly keepThoughts?: boolean;
  readonly batch?: boolean;
  readonly batchRequests?: number;
}

/** The plan of the options. Throws CommandFailure where there are no such combinations of the template. */
export function planOf(template: Template, model: string, options: PlanOptions): GenerationPlan {
  const saved = 'Nothing was sent.';
  const cells = selectionOf(options);
  const problem = combinationsProblem(template, cells, saved);
  if (problem !== null) throw new CommandFailure(problem.what, saved, problem.next);
  return {
    model,
    temperature: options.temperature ?? PLAN_DEFAULTS.temperature,
    maxTokens: options.maxTokens ?? PLAN_DEFAULTS.maxTokens,
    ...(options.keepThoughts === undefined ? {} : { keepThoughts: options.keepThoughts }),
    cells,
    ...(options.existing === undefined ? {} : { existing: options.existing }),
    concurrency: options.concurrency ?? 'auto',
    ...sendingOf(options),
    capUsd: options.cap ?? null,
  };
}

/** How the requests of a plan go. */
export function sendingOf({ batch, batchRequests }: BatchingOptions): Pick<GenerationPlan, 'inBatches' | 'batchSize'> {
  if (batch !== true && batchRequests !== undefined) throw new UsageError('--batch-requests goes with --batch');
  return {
    ...(batch === true ? { inBatches: true } : {}),
    ...(batchRequests === undefined ? {} : { batchSize: batchRequests }),
  };
}

/** Of a choice by chance when none is given: the same combinations each time. */
const DEFAULT_SEED = 1;

function selectionOf({ combinations, stratified, cover, seed }: PlanOptions): CellSelection {
  if (stratified === true && combinations === undefined)
    throw new UsageError('--stratified goes with --combinations: how many?');
  if (cover !== undefined) return { kind: 't-wise', strength: cover, seed: seed ?? DEFAULT_SEED };
  if (combinations === undefined) return { kind: 'all' };
  if (stratified === true) return { kind: 'stratified', count: combinations, seed: seed ?? DEFAULT_SEED };
  return seed === undefined ? { kind: 'first', count: combinations } : { kind: 'random', count: combinations, seed };
}
