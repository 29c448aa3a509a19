import type { BindingSet, BindingTable } from '../define.ts';
import { chatBindings, chatMessageBindings, chatModelBindings, chatSlotBindings } from './chat.ts';
import {
  choiceBindings,
  confirmBindings,
  drawerBindings,
  formBindings,
  listBindings,
  overlayBindings,
  paletteBindings,
  paneBindings,
  promptBindings,
} from './components.ts';
import {
  datasetBalanceBindings,
  datasetBindings,
  datasetCheckBindings,
  datasetDuplicatesBindings,
  datasetImportBindings,
  datasetImportPlanBindings,
  datasetLeaksBindings,
  datasetSplitPlanBindings,
} from './dataset.ts';
import { fieldBindings, textAreaBindings, textFieldBindings } from './editing.ts';
import {
  evaluateBlindBindings,
  evaluateFiguresBindings,
  evaluateListBindings,
  evaluateMatrixBindings,
  evaluateModelBindings,
  evaluatePlanBindings,
  evaluateResultsBindings,
} from './evaluate.ts';
import { generatePlanBindings, generateRunBindings } from './generate.ts';
import { globalBindings } from './global.ts';
import { homeBindings, homeProjectsBindings } from './home.ts';
import { settingsBindings, settingsProviderBindings, settingsTrackingBindings } from './settings.ts';
import { templateBindings, templatePromptBindings, templateSlotBindings } from './template.ts';
import {
  trainCompareBindings,
  trainFilesBindings,
  trainJobBindings,
  trainJobsBindings,
  trainNewBindings,
  trainUploadBindings,
} from './train.ts';

const screen = (place: string, view: string | null, bindings: BindingTable): BindingSet => ({
  place,
  view,
  kind: 'screen',
  bindings,
});
const component = (place: string, bindings: BindingTable): BindingSet => ({
  place,
  view: null,
  kind: 'component',
  bindings,
});

/** Every binding there is, in the order of the docs. */
export const bindingSets: readonly BindingSet[] = [
  { place: 'Everywhere', view: null, kind: 'global', bindings: globalBindings },
  screen('Home', 'workflow', homeBindings),
  screen('Home', 'projects', homeProjectsBindings),
  screen('Template', null, templateBindings),
  screen('Template', 'prompts', templatePromptBindings),
  screen('Template', 'slots', templateSlotBindings),
  screen('Generate', 'plan', generatePlanBindings),
  screen('Generate', 'run', generateRunBindings),
  screen('Dataset', 'rows', datasetBindings),
  screen('Dataset', 'check', datasetCheckBindings),
  screen('Dataset', 'balance', datasetBalanceBindings),
  screen('Dataset', 'near-duplicates', datasetDuplicatesBindings),
  screen('Dataset', 'import', datasetImportBindings),
  screen('Dataset', 'import plan', datasetImportPlanBindings),
  screen('Dataset', 'split plan', datasetSplitPlanBindings),
  screen('Dataset', 'leaks', datasetLeaksBindings),
  screen('Train', 'jobs', trainJobsBindings),
  screen('Train', 'new job', trainNewBindings),
  screen('Train', 'upload', trainUploadBindings),
  screen('Train', 'one job', trainJobBindings),
  screen('Train', 'compared jobs', trainCompareBindings),
  screen('Train', 'remote files', trainFilesBindings),
  screen('Chat', null, chatBindings),
  component('Chat: message field', chatMessageBindings),
  component('Chat: slot form', chatSlotBindings),
  component('Chat: model picker', chatModelBindings),
  screen('Evaluate', 'list', evaluateListBindings),
  screen('Evaluate', 'plan', evaluatePlanBindings),
  screen('Evaluate', 'answers', evaluateResultsBindings),
  screen('Evaluate', 'figures', evaluateFiguresBindings),
  screen('Evaluate', 'blind A/B', evaluateBlindBindings),
  component('Evaluate: model picker', evaluateModelBindings),
  component('Evaluate: confusion matrix', evaluateMatrixBindings),
  screen('Settings', null, settingsBindings),
  screen('Settings', 'providers', settingsProviderBindings),
  screen('Settings', 'tracking', settingsTrackingBindings),
  component('Panes', paneBindings),
  component('Lists, tables and long texts', listBindings),
  component('Forms', formBindings),
  component('Text fields', fieldBindings),
  component('Text fields of one line', textFieldBindings),
  component('Text fields of many lines', textAreaBindings),
  component('Questions', confirmBindings),
  component('Prompts', promptBindings),
  component('Choices', choiceBindings),
  component('Help and other panels', overlayBindings),
  component('Operations drawer', drawerBindings),
  component('Command palette', paletteBindings),
];
