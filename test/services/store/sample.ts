import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { Row } from '../../../src/domain/dataset/types.ts';
import type { PriceTable } from '../../../src/domain/pricing/prices.ts';
import type { Project } from '../../../src/domain/project/types.ts';
import type { ProviderProfile } from '../../../src/domain/provider/provider.ts';
import type { Database } from '../../../src/services/store/database.ts';
import { recordOf } from '../../../src/services/store/rows/record.ts';
import { createRows } from '../../../src/services/store/rows/rows.ts';

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

const ROWS_BEFORE = `
CREATE TABLE rows (
  seq INTEGER PRIMARY KEY, project_id TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, cell TEXT NOT NULL,
  prompt TEXT, completion TEXT NOT NULL, status TEXT NOT NULL, rating TEXT NOT NULL, edited INTEGER NOT NULL,
  model TEXT NOT NULL, finish_reason TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, cached_tokens INTEGER,
  cost_usd REAL, error TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  cell_key TEXT NOT NULL, length INTEGER NOT NULL, search TEXT NOT NULL, split TEXT, whole TEXT, thoughts TEXT,
  latency_ms REAL, UNIQUE (project_id, id));
CREATE INDEX rows_by_created ON rows (project_id, created_at, seq, status, rating, edited);
CREATE INDEX rows_by_split ON rows (project_id, split, created_at, seq, status, rating, edited);
CREATE TABLE tallies (
  project_id TEXT NOT NULL, status TEXT NOT NULL, rating TEXT NOT NULL, edited INTEGER NOT NULL,
  rows INTEGER NOT NULL, cost REAL NOT NULL, unpriced INTEGER NOT NULL,
  PRIMARY KEY (project_id, status, rating, edited)) WITHOUT ROWID;
CREATE TRIGGER rows_added AFTER INSERT ON rows BEGIN
  INSERT INTO tallies VALUES (new.project_id, new.status, new.rating, new.edited, 1, ifnull(new.cost_usd, 0), new.cost_usd IS NULL)
  ON CONFLICT DO UPDATE SET rows = rows + 1, cost = cost + excluded.cost, unpriced = unpriced + excluded.unpriced;
END;
CREATE TRIGGER rows_removed AFTER DELETE ON rows BEGIN SELECT 1; END;
CREATE TRIGGER rows_changed AFTER UPDATE ON rows BEGIN SELECT 1; END;
`;

const ROW_TABLES = [
  'rows',
  'tallies',
  'packs',
  'row_projects',
  'row_heads',
  'row_heads_new',
  'search_state',
  'search_edits',
];

/** Lays rows as they lay before their words were numbers: version 12. */
export function withRowsBefore(database: Database): void {
  const rows = [...createRows(database).every()];
  for (const table of ROW_TABLES) database.statement(`DROP TABLE ${table}`).run();
  for (const sql of ROWS_BEFORE.split(/;\n(?=CREATE)/)) database.statement(sql).run();
  for (const [index, row] of rows.entries()) {
    const record: Record<string, SQLInputValue> = {
      seq: index + 1,
      ...recordOf(row),
      latency_ms: row.latencyMs ?? null,
      cell_key: Object.values(row.cell).join('\u001f'),
      length: row.completion.length,
      search: row.completion.toLowerCase(),
    };
    const names = Object.keys(record);
    const marks = names.map(() => '?').join(', ');
    database.statement(`INSERT INTO rows (${names.join(', ')}) VALUES (${marks})`).run(...Object.values(record));
  }
  database.statement('PRAGMA user_version = 12').run();
}

/** Takes a database back to the version before the ledger of spending. */
export function withoutLedger(database: Database): void {
  withRowsBefore(database);
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
