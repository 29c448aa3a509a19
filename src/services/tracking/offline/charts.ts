import type { Json } from '../../../domain/common/json.ts';
import type { TrackedTable } from '../../../domain/tracking/types.ts';
import type { Item } from './records.ts';

type Chart = NonNullable<TrackedTable['chart']>;

/** The key a table is logged under: W&B draws a chart from a table beside it. */
export const loggedKey = ({ key, chart }: Pick<TrackedTable, 'key' | 'chart'>): string =>
  chart === undefined ? key : `${key}_table`;

/** What makes W&B draw a chart from a table: an entry in the run's config (`CustomChartSpec.config_value`). */
export function chartConfig(table: Pick<TrackedTable, 'key'>, chart: Chart): Item {
  const leaf = (name: string): Json => ({ name, fields: [] });
  const summaryTable: Json = {
    name: 'summaryTable',
    args: [{ name: 'tableKey', value: loggedKey({ key: table.key, chart }) }],
    fields: [],
  };
  const runSets: Json = {
    name: 'runSets',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of W&B's own query language.
    args: [{ name: 'runSets', value: '${runSets}' }],
    fields: [leaf('id'), leaf('name'), leaf('_defaultColorIndex'), summaryTable],
  };
  const value: Json = {
    panel_type: 'Vega2',
    panel_config: {
      panelDefId: 'wandb/confusion_matrix/v1',
      fieldSettings: { Actual: 'Actual', Predicted: 'Predicted', nPredictions: 'nPredictions' },
      stringSettings: { title: chart.title },
      transform: { name: 'tableWithLeafColNames' },
      userQuery: { queryFields: [runSets] },
    },
  };
  return { path: ['_wandb', 'visualize', table.key], json: JSON.stringify(value) };
}
