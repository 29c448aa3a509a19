import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeRun } from '../../../../src/services/wandb/offline/write.ts';
import { at, each, type Fields, numberIn, readFields, readFrames, textIn, textsIn } from './independent.ts';
import { optionsFor, RUN, STARTED, temporaryRoot } from './sample.ts';

/** Of `Record` in wandb_internal.proto. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [2, 'history'],
  [3, 'summary'],
  [5, 'config'],
  [6, 'files'],
  [7, 'stats'],
  [8, 'artifact'],
  [13, 'output_raw'],
  [17, 'run'],
  [18, 'exit'],
  [21, 'header'],
]);

async function written(run = RUN, root = temporaryRoot()) {
  const { logPath, folder } = await writeRun(run, optionsFor(root));
  const records = readFrames(readFileSync(logPath)).map(({ data }) => readFields(data));
  const kind = (record: Fields): string =>
    [...record.keys()].flatMap((field) => NAMES.get(field) ?? []).join() || 'none';
  const field = (name: string): number => [...NAMES].find(([, one]) => one === name)?.[0] ?? 0;
  const of = (name: string): readonly Fields[] =>
    records.filter((record) => kind(record) === name).map((record) => at(record, field(name)));
  return { records, kinds: records.map(kind), of, folder };
}

/** Items of history, config and summary as `[path, JSON]`. */
const itemsOf = (fields: Fields, field: number): readonly (readonly [string, string | undefined])[] =>
  each(fields, field).map((item) => [textIn(item, 1) ?? textsIn(item, 2).join('>'), textIn(item, 16)]);

describe('the records of a run, by the numbers of their fields', () => {
  it('stand in their order, are counted from 1, and name the stream', async () => {
    const { records, kinds } = await written();
    expect(kinds.join(' ')).toBe(
      'header run stats history history history output_raw artifact files artifact summary exit',
    );
    expect(records.map((record) => numberIn(record, 1))).toEqual(records.map((_, place) => place + 1));
    expect(new Set(records.map((record) => textIn(at(record, 200), 1)))).toEqual(new Set(['ftjob-abc']));
  });

  it('say who wrote them and which run it is', async () => {
    const { of } = await written();
    expect(of('header').map((header) => textsIn(at(header, 1), 1))).toEqual([['luthier 0.1.0']]);
    const [run = new Map()] = of('run');
    expect([1, 2, 3, 7, 8, 13].map((field) => textIn(run, field))).toEqual([
      'ftjob-abc',
      'luthiers',
      'OpenAI-Fine-Tune',
      'fine-tune',
      'ftjob-abc',
      'vm',
    ]);
    expect(textsIn(run, 10)).toEqual(['a', 'b']);
    expect([1, 2].map((field) => numberIn(at(run, 17), field))).toEqual([Math.floor(STARTED / 1000), 153_000_000]);
    expect(itemsOf(at(run, 4), 1)).toEqual([
      ['_wandb', '{"cli_version":"0.1.0"}'],
      ['model', '"ada"'],
      ['hyperparameters', '{"n_epochs":3}'],
    ]);
  });

  it('flatten a row of history into paths, with step, time and time since the start', async () => {
    const values = { loss: 0.5, nest: { a: { b: 'x' }, none: {} }, list: [1, { c: 2 }], bad: Number.NaN };
    const { of } = await written({ ...RUN, tables: [], history: [{ step: 7, at: STARTED + 1500, values }] });
    const [row = new Map()] = of('history');
    expect(numberIn(at(row, 2), 1)).toBe(7);
    expect(each(row, 1).every((item) => !item.has(1))).toBe(true);
    expect(itemsOf(row, 1)).toEqual([
      ['loss', '0.5'],
      ['nest>a>b', '"x"'],
      ['nest>none', '{}'],
      ['list', '[1,{"c":2}]'],
      ['bad', 'NaN'],
      ['_step', '7'],
      ['_timestamp', String((STARTED + 1500) / 1000)],
      ['_runtime', '1.5'],
    ]);
  });

  it('carry measurements, the console and the end', async () => {
    const { of } = await written();
    const [stats = new Map()] = of('stats');
    expect(numberIn(at(stats, 2), 2)).toBe(653_000_000);
    expect(itemsOf(stats, 3)).toEqual([['tokens_per_second', '12.5']]);
    const [output = new Map()] = of('output_raw');
    expect([numberIn(output, 1), textIn(output, 3)]).toEqual([1, 'Job created\n']);
    const [exit = new Map()] = of('exit');
    expect([numberIn(exit, 1), numberIn(exit, 2)]).toEqual([undefined, 42]);
    const failed = await written({ ...RUN, end: { at: STARTED, outcome: 'failed' } });
    expect(failed.of('exit').map((one) => numberIn(one, 1))).toEqual([1]);
    expect((await written({ ...RUN, end: null })).kinds).not.toContain('exit');
  });

  it('carry a table as a file of the run and as an artifact', async () => {
    const { of, folder } = await written();
    const file = 'media/table/train_data_3_11992ab7734419ab5186.table.json';
    expect(of('files').map((files) => textsIn(at(files, 1), 1))).toEqual([[file]]);
    const [table = new Map(), data = new Map()] = of('artifact');
    expect([1, 2, 3, 4, 5].map((field) => textIn(table, field))).toEqual([
      'ftjob-abc',
      'OpenAI-Fine-Tune',
      'luthiers',
      'run_table',
      'run-ftjob-abc-train_data',
    ]);
    expect(textIn(data, 7)).toBe('Training data');
    expect(textIn(data, 8)).toBe('{"items":1}');
    expect(textsIn(data, 11)).toEqual(['latest', 'file-1']);
    expect([numberIn(table, 10), numberIn(data, 10), numberIn(data, 14)]).toEqual([undefined, 1, 1]);
    // What a run takes in, it did not put out.
    expect([numberIn(table, 9), numberIn(data, 9)]).toEqual([undefined, 1]);
    const manifest = at(data, 12);
    expect([numberIn(manifest, 1), textIn(manifest, 2)]).toEqual([1, 'wandb-storage-policy-v1']);
    expect([1, 2].map((field) => textIn(at(manifest, 3), field))).toEqual(['storageLayout', '"V2"']);
    const entry = at(manifest, 4);
    expect([textIn(entry, 1), textIn(entry, 2), numberIn(entry, 4)]).toEqual([
      'file-1',
      'IHmZBXrwFVaoFoFwDaLWpg==',
      16,
    ]);
    expect(textIn(entry, 6)).toBe(`${folder}/artifacts/train-file-1/967f89089aea/file-1`);
    expect([15, 16].map((field) => textIn(data, field)?.length)).toEqual([128, 128]);
    const value = itemsOf(of('history')[2] ?? new Map(), 1).filter(([path]) => path.startsWith('train_data>'));
    const ids = [15, 16].map((field) => textIn(table, field));
    expect(value).toEqual([
      ['train_data>_type', '"table-file"'],
      ['train_data>sha256', '"11992ab7734419ab5186a47f0bf58a055310af6a149e2e50be8fe168f388a1e0"'],
      ['train_data>size', '97'],
      ['train_data>artifact_path', `"wandb-client-artifact://${ids[0]}/train_data.table.json"`],
      ['train_data>_latest_artifact_path', `"wandb-client-artifact://${ids[1]}:latest/train_data.table.json"`],
      ['train_data>path', `"${file}"`],
      ['train_data>ncols', '3'],
      ['train_data>nrows', '2'],
      ['train_data>log_mode', '"IMMUTABLE"'],
    ]);
    const summary = itemsOf(of('summary')[0] ?? new Map(), 1);
    expect(summary).toEqual(expect.arrayContaining(value.map((item) => [...item])));
    expect(summary).toContainEqual(['status', '"succeeded"']);
    expect(summary).toContainEqual(['train_loss', String(1 / 3)]);
    expect(summary).toContainEqual(['_wandb>runtime', '42']);
  });

  it('draw a confusion matrix from the table beside its key, as W&B does', async () => {
    const chart = { kind: 'confusion-matrix', title: 'T' } as const;
    const columns = ['Actual', 'Predicted', 'nPredictions'];
    const table = { key: 'eval/conf', step: 0, columns, rows: () => [['Yes', 'No', 1]], chart };
    const { of } = await written({ ...RUN, tables: [table], artifacts: [] });
    const items = each(of('config')[0] ?? new Map(), 1);
    expect(items.map((item) => textsIn(item, 2))).toEqual([['_wandb', 'visualize', 'eval/conf']]);
    // json.dumps(CustomChartSpec(…, key='eval/conf').config_value) of W&B's own client.
    expect(JSON.parse(textIn(items[0] ?? new Map(), 16) ?? '')).toEqual(
      JSON.parse(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of W&B's own query language.
        '{"panel_type": "Vega2", "panel_config": {"panelDefId": "wandb/confusion_matrix/v1", "fieldSettings": {"Actual": "Actual", "Predicted": "Predicted", "nPredictions": "nPredictions"}, "stringSettings": {"title": "T"}, "transform": {"name": "tableWithLeafColNames"}, "userQuery": {"queryFields": [{"name": "runSets", "args": [{"name": "runSets", "value": "${runSets}"}], "fields": [{"name": "id", "fields": []}, {"name": "name", "fields": []}, {"name": "_defaultColorIndex", "fields": []}, {"name": "summaryTable", "args": [{"name": "tableKey", "value": "eval/conf_table"}], "fields": []}]}]}}}',
      ),
    );
    expect(textsIn(at(of('files')[0] ?? new Map(), 1), 1)[0]).toMatch(
      /^media\/table\/eval\/conf_table_0_[0-9a-f]{20}\./,
    );
    expect(of('artifact').map((one) => textIn(one, 5))).toEqual(['run-ftjob-abc-evalconf_table-m4deDw']);
    expect(itemsOf(of('history')[0] ?? new Map(), 1)[0]).toEqual(['eval/conf_table>_type', '"table-file"']);
  });
});
