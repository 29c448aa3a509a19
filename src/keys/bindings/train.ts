import { EITHER_VALIDATION_LOSS } from '../../domain/training/loss-names.ts';
import type { BindingTable } from '../binding.ts';

export const trainJobsBindings = [
  { id: 'train.open', keys: ['enter'], label: 'watch', help: 'Show the selected job', hint: 1 },
  { id: 'train.new', keys: ['n'], label: 'new job', help: 'Set up a job', hint: 2 },
  { id: 'train.files', keys: ['f'], label: 'remote files', help: 'List the files kept at the provider', hint: 4 },
  {
    id: 'train.bakeoff',
    keys: ['b'],
    label: 'bake-off',
    help: 'Train at several targets at once, and compare what they make',
    hint: 6,
  },
  { id: 'train.mark', keys: ['space'], label: 'mark', help: 'Mark jobs to compare their curves' },
  {
    id: 'train.compare',
    keys: ['m'],
    label: 'compare',
    help: 'Lay the curves of the marked jobs over each other',
    hint: 3,
  },
  { id: 'train.jobs.copy', keys: ['y'], label: 'copy id', help: 'Copy the id of the selected job' },
  {
    id: 'train.jobs.sync',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Send the selected job to the tracker (asks before it writes over)',
    hint: 5,
  },
  { id: 'train.jobs.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to the job at the tracker' },
] as const satisfies BindingTable;

export const trainNewBindings = [
  { id: 'train.start', keys: ['s'], label: 'start', help: 'Show the quote and start the job (asks)', hint: 1 },
  {
    id: 'train.new.target',
    keys: ['b'],
    label: 'to the bake-off',
    help: 'Add these settings to the bake-off as one of its targets',
    hint: 2,
  },
  {
    id: 'train.new.preview',
    keys: ['p'],
    label: 'what is learned',
    help: 'Show which tokens of the first rows are learned, where the base is of real weights',
    hint: 3,
  },
  { id: 'train.new.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs; the settings are kept', hint: 70 },
] as const satisfies BindingTable;

export const trainUploadBindings = [
  {
    id: 'train.upload.again',
    keys: ['enter'],
    label: 'back to the settings',
    help: 'Change the settings of a job that could not be started',
    hint: 1,
  },
  { id: 'train.upload.cancel', keys: ['c', 'ctrl-c'], label: 'stop', help: 'Stop the upload; no job is made', hint: 2 },
  { id: 'train.upload.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs; the upload goes on', hint: 70 },
] as const satisfies BindingTable;

export const trainJobBindings = [
  { id: 'train.pause', keys: ['p'], label: 'pause / resume', help: 'Pause the job, or go on with it', hint: 2 },
  { id: 'train.cancel', keys: ['c', 'ctrl-c'], label: 'cancel', help: 'Cancel the job (asks)', hint: 3 },
  {
    id: 'train.metric',
    keys: ['m'],
    label: 'loss / accuracy',
    help: 'Switch the chart between loss and token accuracy',
  },
  {
    id: 'train.log-scale',
    keys: ['l'],
    label: 'log scale',
    help: 'Switch the chart between linear and logarithmic',
    hint: 4,
  },
  {
    id: 'train.view',
    keys: ['v'],
    label: 'events / checkpoints',
    help: 'Switch between events and checkpoints',
    hint: 5,
  },
  {
    id: 'train.next',
    keys: ['enter'],
    label: 'next step',
    help: 'Talk to the tuned model or checkpoint; after a failure, set up the job again',
    hint: 1,
  },
  { id: 'train.read', keys: ['o'], label: 'read event', help: 'Show the whole of the selected event' },
  { id: 'train.chat', keys: ['t'], label: 'talk to it', help: 'Talk to the tuned model', hint: 6 },
  {
    id: 'train.deploy',
    keys: ['d'],
    label: 'deploy',
    help: 'Deploy the tuned model so that it answers, take its deployment away, or download its files (asks)',
    hint: 7,
  },
  {
    id: 'train.export',
    keys: ['x'],
    label: 'export',
    help: 'Write the tuned model or checkpoint for other programs: adapter, merged, Ollama, vLLM, GGUF',
    hint: 8,
  },
  { id: 'train.results', keys: ['E'], label: 'save results', help: 'Save the result file as CSV' },
  { id: 'train.copy', keys: ['y'], label: 'copy id', help: 'Copy the id of the job or its tuned model' },
  {
    id: 'train.sync',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Send the job to the tracker (asks before it writes over)',
  },
  { id: 'train.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to the job at the tracker' },
  { id: 'train.job.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs; the job goes on', hint: 70 },
] as const satisfies BindingTable;

export const trainExportBindings = [
  { id: 'train.export.copy', keys: ['y'], label: 'copy command', help: 'Copy the line that serves it', hint: 1 },
  { id: 'train.export.close', keys: ['escape', 'enter'], label: 'close', help: 'Back to the job', hint: 2 },
] as const satisfies BindingTable;

export const trainDeployBindings = [
  { id: 'deploy.yes', keys: ['y'], label: 'deploy', help: 'Deploy the model at the price that is shown', hint: 1 },
  {
    id: 'deploy.idle',
    keys: ['i'],
    label: 'idle stop',
    help: 'Have it stop by itself after a while without a call, or not',
    hint: 2,
  },
  {
    id: 'deploy.download',
    keys: ['f'],
    label: 'files',
    help: 'Download the files of the tuned model, to serve them elsewhere',
    hint: 3,
  },
  { id: 'deploy.no', keys: ['n', 'escape'], label: 'no', help: 'Make nothing', hint: 4 },
] as const satisfies BindingTable;

export const trainCompareBindings = [
  { id: 'train.compare.open', keys: ['enter'], label: 'watch', help: 'Show the selected job', hint: 1 },
  {
    id: 'train.compare.metric',
    keys: ['m'],
    label: 'next figure',
    help: 'Switch between batch validation loss, full validation loss, training loss and token accuracy',
    hint: 2,
  },
  {
    id: 'train.compare.log',
    keys: ['l'],
    label: 'log scale',
    help: 'Switch the chart between linear and logarithmic',
    hint: 3,
  },
  {
    id: 'train.compare.differences',
    keys: ['d'],
    label: 'what differs',
    help: 'Switch between the figures of the jobs and the settings and data in which two of them differ',
    hint: 4,
  },
  { id: 'train.compare.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs; the marks stay', hint: 70 },
] as const satisfies BindingTable;

export const trainFilesBindings = [
  {
    id: 'train.files.delete',
    keys: ['x', 'delete'],
    label: 'delete',
    help: 'Delete the selected file at the provider (asks)',
    hint: 1,
  },
  { id: 'train.files.refresh', keys: ['r'], label: 'refresh', help: 'Read the list again', hint: 2 },
  { id: 'train.files.copy', keys: ['y'], label: 'copy id', help: 'Copy the id of the file', hint: 3 },
  { id: 'train.files.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs', hint: 70 },
] as const satisfies BindingTable;

export const trainBakeoffPlanBindings = [
  {
    id: 'train.bakeoff.start',
    keys: ['s'],
    label: 'quote and start',
    help: 'Quote all targets together and create them all (asks once)',
    hint: 1,
  },
  {
    id: 'train.bakeoff.add',
    keys: ['a'],
    label: 'add',
    help: 'Add a target: provider:model with its settings',
    hint: 2,
  },
  {
    id: 'train.bakeoff.remove',
    keys: ['x', 'delete'],
    label: 'take out',
    help: 'Take the selected target out',
    hint: 4,
  },
  {
    id: 'train.bakeoff.margin',
    keys: ['m'],
    label: 'margin',
    help: 'Set how far below the best a model may be and still count as no worse',
    hint: 5,
  },
  {
    id: 'train.bakeoff.cap',
    keys: ['c'],
    label: 'cap',
    help: 'Set what training and measuring may take together',
    hint: 6,
  },
  {
    id: 'train.bakeoff.grid',
    keys: ['v'],
    label: 'values',
    help: 'Try every target with each of these values, such as epochs=1,3',
    hint: 7,
  },
  {
    id: 'train.bakeoff.shares',
    keys: ['r'],
    label: 'row shares',
    help: 'Train every target on each share of the rows: would more rows help?',
    hint: 8,
  },
  {
    id: 'train.bakeoff.early',
    keys: ['e'],
    label: 'early stop',
    help: `Switch whether jobs whose ${EITHER_VALIDATION_LOSS} is clearly behind are cancelled`,
    hint: 9,
  },
  { id: 'train.bakeoff.open', keys: ['o'], label: 'open', help: 'Open a bake-off of before', hint: 3 },
  {
    id: 'train.bakeoff.plan.back',
    keys: ['escape'],
    label: 'jobs',
    help: 'Back to the jobs; the targets stay',
    hint: 70,
  },
] as const satisfies BindingTable;

export const trainBakeoffBindings = [
  {
    id: 'train.bakeoff.compare',
    keys: ['enter'],
    label: 'comparison',
    help: 'Show how bases and tuned models do on the held-out rows',
    hint: 1,
  },
  {
    id: 'train.bakeoff.figure',
    keys: ['m'],
    label: 'next figure',
    help: 'Switch between full validation loss, batch validation loss and training loss',
    hint: 2,
  },
  {
    id: 'train.bakeoff.log',
    keys: ['l'],
    label: 'log scale',
    help: 'Switch the chart between linear and logarithmic',
    hint: 4,
  },
  {
    id: 'train.bakeoff.resume',
    keys: ['r'],
    label: 'go on',
    help: 'Create what is missing, as it was agreed to, and measure what answers',
    hint: 3,
  },
  { id: 'train.bakeoff.job', keys: ['o'], label: 'its job', help: 'Show the job of the selected target', hint: 5 },
  { id: 'train.bakeoff.back', keys: ['escape'], label: 'targets', help: 'Back to the targets; all goes on', hint: 70 },
] as const satisfies BindingTable;

export const trainBakeoffComparisonBindings = [
  {
    id: 'train.bakeoff.export',
    keys: ['E'],
    label: 'export',
    help: 'Write the comparison as Markdown, HTML or CSV',
    hint: 1,
  },
  {
    id: 'train.bakeoff.deployed',
    keys: ['d'],
    label: 'deployed as',
    help: 'Say by which name a tuned model answers that had to be deployed, and measure it',
    hint: 2,
  },
  {
    id: 'train.bakeoff.measure',
    keys: ['r'],
    label: 'go on',
    help: 'Create what is missing, as it was agreed to, and measure what answers',
    hint: 3,
  },
  {
    id: 'train.bakeoff.comparison.back',
    keys: ['escape'],
    label: 'curves',
    help: 'Back to the targets and their curves',
    hint: 70,
  },
] as const satisfies BindingTable;
