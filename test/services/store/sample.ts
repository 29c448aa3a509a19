import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Row } from '../../../src/domain/dataset/types.ts';
import type { PriceTable } from '../../../src/domain/pricing/prices.ts';
import type { Project } from '../../../src/domain/project/types.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import type { Database } from '../../../src/services/store/database.ts';

/** A folder of the test's own, gone when the test is. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'luthier-test-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export const NOON = Date.UTC(2026, 10, 21, 12);

export const PROFILES: readonly ProviderProfile[] = [
  { id: 'embedded', name: 'Practice engine', kind: 'embedded', baseUrl: null, jobDialect: 'method', apiVersion: null },
  { id: 'openai', name: 'OpenAI', kind: 'openai', baseUrl: null, jobDialect: 'method', apiVersion: null },
];

export const PRICES: PriceTable = { date: '2026-11', models: {}, overridden: false };

export function sampleProject(id: string, change: Partial<Project> = {}): Project {
  return {
    id,
    name: `Project ${id}`,
    createdAt: NOON,
    updatedAt: NOON,
    providerId: 'embedded',
    template: {
      name: 'dnd',
      system: '',
      teacherPrompt: 'Describe a {race}.',
      studentPrompt: '{race}',
      slots: [{ name: 'race', values: ['elf', 'dwarf'] }],
    },
    plan: { model: 'm', temperature: 1, maxTokens: 200, cells: { kind: 'all' }, concurrency: 'auto', capUsd: null },
    training: {
      model: 'm',
      method: 'dpo',
      beta: 0.2,
      hyperparameters: { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 0.5 },
      suffix: '',
      seed: null,
      validationShare: 0.1,
      splitSeed: 1,
      rows: 'not-rejected',
    },
    chat: { models: ['m'], system: '', sampling: { temperature: 0.7, stop: ['END'] } },
    screen: 'home',
    ...change,
  };
}

export function sampleRow(projectId: string, id: string, change: Partial<Row> = {}): Row {
  return {
    id,
    projectId,
    source: 'generated',
    cell: { race: 'elf', pet: 'owl' },
    prompt: null,
    completion: `Completion of ${id}`,
    status: 'done',
    rating: 'unrated',
    edited: false,
    split: null,
    model: 'm',
    finishReason: 'stop',
    usage: { promptTokens: 10, completionTokens: 20, cachedTokens: 0 },
    costUsd: 0.001,
    error: null,
    createdAt: NOON,
    updatedAt: NOON,
    ...change,
  };
}

/** Takes a database back to the version before the ledger of spending. */
export function withoutLedger(database: Database): void {
  for (const table of [
    'spending',
    'spending_totals',
    'spending_projects',
    'processes',
    'calls_under_way',
    'asked_jobs',
    'bakeoffs',
    'deployments',
    'batches',
    'batch_rows',
  ])
    database.statement(`DROP TABLE ${table}`).run();
  database.statement('ALTER TABLE rows DROP COLUMN latency_ms').run();
  database.statement('PRAGMA user_version = 7').run();
}
