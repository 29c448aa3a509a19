import type { ScreenId } from '../domain/project/types.ts';
import { type Binding, type BindingSet, type BindingTable, type FocusKind, keyLabel } from './binding.ts';
import { chatBindings, chatMessageBindings, chatModelBindings, chatSlotBindings } from './bindings/chat.ts';
import {
  choiceBindings,
  confirmBindings,
  drawerBindings,
  formBindings,
  helpBindings,
  listBindings,
  overlayBindings,
  paletteBindings,
  paneBindings,
  promptBindings,
  quoteBindings,
} from './bindings/components.ts';
import { datasetCoverageBindings } from './bindings/coverage.ts';
import {
  datasetBalanceBindings,
  datasetBindings,
  datasetCheckBindings,
  datasetDuplicatesBindings,
  datasetImportBindings,
  datasetImportPlanBindings,
  datasetLeaksBindings,
  datasetSplitPlanBindings,
} from './bindings/dataset.ts';
import { fieldBindings, textAreaBindings, textFieldBindings } from './bindings/editing.ts';
import {
  evaluateBlindBindings,
  evaluateFiguresBindings,
  evaluateListBindings,
  evaluateMatrixBindings,
  evaluateModelBindings,
  evaluatePlanBindings,
  evaluateResultsBindings,
} from './bindings/evaluate.ts';
import { generatePlanBindings, generateRunBindings } from './bindings/generate.ts';
import { globalBindings, SCREEN_ORDER, SCREEN_TITLES } from './bindings/global.ts';
import { homeActivityBindings, homeBindings, homeProjectsBindings, homeTourBindings } from './bindings/home.ts';
import {
  settingsBasesBindings,
  settingsBindings,
  settingsProviderBindings,
  settingsRunnerBindings,
  settingsTrackingBindings,
} from './bindings/settings.ts';
import { templateBindings, templatePromptBindings, templateSlotBindings } from './bindings/template.ts';
import {
  trainBakeoffBindings,
  trainBakeoffComparisonBindings,
  trainBakeoffPlanBindings,
  trainCompareBindings,
  trainDeployBindings,
  trainExportBindings,
  trainFilesBindings,
  trainJobBindings,
  trainJobsBindings,
  trainNewBindings,
  trainUploadBindings,
} from './bindings/train.ts';

const screenSet = (
  place: string,
  view: string | null,
  bindings: BindingTable,
  focus: FocusKind | null = 'list',
): BindingSet => ({ place, view, kind: 'screen', focus, bindings });

const componentSet = (place: string, bindings: BindingTable, focus: FocusKind | null = null): BindingSet => ({
  place,
  view: null,
  kind: 'component',
  focus,
  bindings,
});

/** Every binding there is, in the order of the docs. */
export const bindingSets: readonly BindingSet[] = [
  { place: 'Everywhere', view: null, kind: 'global', focus: null, bindings: globalBindings },
  screenSet('Home', 'workflow', homeBindings),
  screenSet('Home', 'projects', homeProjectsBindings),
  screenSet('Home', 'activity', homeActivityBindings),
  screenSet('Home', null, homeTourBindings),
  screenSet('Template', null, templateBindings),
  screenSet('Template', 'prompts', templatePromptBindings),
  screenSet('Template', 'slots', templateSlotBindings),
  screenSet('Generate', 'plan', generatePlanBindings, 'form'),
  screenSet('Generate', 'run', generateRunBindings),
  screenSet('Dataset', 'rows', datasetBindings),
  screenSet('Dataset', 'check', datasetCheckBindings),
  screenSet('Dataset', 'balance', datasetBalanceBindings),
  screenSet('Dataset', 'coverage', datasetCoverageBindings, null),
  screenSet('Dataset', 'near-duplicates', datasetDuplicatesBindings),
  screenSet('Dataset', 'import', datasetImportBindings),
  screenSet('Dataset', 'import plan', datasetImportPlanBindings, 'form'),
  screenSet('Dataset', 'split plan', datasetSplitPlanBindings, 'form'),
  screenSet('Dataset', 'leaks', datasetLeaksBindings),
  screenSet('Train', 'jobs', trainJobsBindings),
  screenSet('Train', 'new job', trainNewBindings, 'form'),
  screenSet('Train', 'upload', trainUploadBindings),
  screenSet('Train', 'one job', trainJobBindings),
  componentSet('Train: deployment', trainDeployBindings),
  componentSet('Train: exported model', trainExportBindings),
  screenSet('Train', 'compared jobs', trainCompareBindings),
  screenSet('Train', 'remote files', trainFilesBindings),
  screenSet('Train', 'bake-off', trainBakeoffPlanBindings),
  screenSet('Train', 'targets of a bake-off', trainBakeoffBindings),
  screenSet('Train', 'comparison of a bake-off', trainBakeoffComparisonBindings),
  screenSet('Chat', null, chatBindings),
  componentSet('Chat: message field', chatMessageBindings, 'text area'),
  componentSet('Chat: slot form', chatSlotBindings, 'text field'),
  componentSet('Chat: model picker', chatModelBindings, 'narrowed list'),
  screenSet('Evaluate', 'list', evaluateListBindings),
  screenSet('Evaluate', 'plan', evaluatePlanBindings, 'form'),
  screenSet('Evaluate', 'answers', evaluateResultsBindings),
  screenSet('Evaluate', 'figures', evaluateFiguresBindings),
  screenSet('Evaluate', 'blind A/B', evaluateBlindBindings),
  componentSet('Evaluate: model picker', evaluateModelBindings, 'narrowed list'),
  componentSet('Evaluate: confusion matrix', evaluateMatrixBindings),
  screenSet('Settings', null, settingsBindings),
  screenSet('Settings', 'providers', settingsProviderBindings),
  screenSet('Settings', 'tracking', settingsTrackingBindings),
  componentSet('Settings: real weights', settingsRunnerBindings),
  componentSet('Settings: base models', settingsBasesBindings),
  componentSet('Panes', paneBindings),
  componentSet('Lists, tables and long texts', listBindings),
  componentSet('Forms', formBindings),
  componentSet('Quotes beside a form', quoteBindings, 'form'),
  componentSet('Text fields', fieldBindings),
  componentSet('Text fields of one line', textFieldBindings),
  componentSet('Text fields of many lines', textAreaBindings),
  componentSet('Questions', confirmBindings),
  componentSet('Prompts', promptBindings, 'text field'),
  componentSet('Choices', choiceBindings, 'list'),
  componentSet('Help', helpBindings),
  componentSet('Other panels', overlayBindings, 'list'),
  componentSet('Operations drawer', drawerBindings, 'list'),
  componentSet('Command palette', paletteBindings, 'text field'),
];

/** What another screen can do, with the digit that leads there. */
export interface ActionElsewhere {
  readonly screen: ScreenId;
  readonly digit: string;
  readonly binding: Binding;
}

function actionsOf(screen: ScreenId): readonly Binding[] {
  const sets = bindingSets.filter(({ kind, place }) => kind === 'screen' && place === SCREEN_TITLES[screen]);
  return [...new Map(sets.flatMap(({ bindings }) => bindings).map((binding) => [binding.id, binding])).values()];
}

/** Every action of the screens one is not on, each once. */
export function actionsElsewhere(current: ScreenId): readonly ActionElsewhere[] {
  return SCREEN_ORDER.flatMap((screen, index) =>
    screen === current ? [] : actionsOf(screen).map((binding) => ({ screen, digit: String(index + 1), binding })),
  );
}

const code = (key: string): string => `\`${keyLabel(key)}\``;
const escapeCell = (text: string): string => text.replaceAll('|', '\\|');

function tableRow(binding: Binding): string {
  const keys = binding.keys.map(code).join(' ');
  return `| ${escapeCell(keys)} | ${escapeCell(binding.help ?? binding.label)} | \`${binding.id}\` |`;
}

function tableSection(set: BindingSet): string {
  const title = set.view === null ? set.place : `${set.place}: ${set.view}`;
  return [
    `## ${title}`,
    '',
    '| Key | What it does | Id |',
    '| --- | --- | --- |',
    ...set.bindings.map(tableRow),
    '',
  ].join('\n');
}

/** docs/keybindings.md as it must be on disk, from the tables that the app itself dispatches by. */
export function renderKeybindings(): string {
  const head = [
    '# Keys',
    '',
    'Made from the binding tables in `src/keys/bindings` by `npx vitest run test/keys -u`; do not edit by hand.',
    '',
    'A key goes to an open dialog first, then to the field that has the focus, then to the screen, then to what works everywhere.',
    'In a text field every printable key is text; `Esc` leaves the field. `Alt-X` is `Esc` followed by `X` on most terminals.',
    '',
  ].join('\n');
  return `${head}\n${bindingSets.map(tableSection).join('\n')}`;
}
