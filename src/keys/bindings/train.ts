import type { BindingTable } from '../binding.ts';

export const trainJobsBindings = [
  { id: 'train.open', keys: ['enter'], label: 'watch', help: 'Show the selected job', hint: 1 },
  { id: 'train.new', keys: ['n'], label: 'new job', help: 'Set up a job', hint: 2 },
  { id: 'train.files', keys: ['f'], label: 'remote files', help: 'List the files kept at the provider', hint: 4 },
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
    label: 'sync to W&B',
    help: 'Send the selected job to Weights & Biases (asks before it writes over)',
    hint: 5,
  },
  { id: 'train.jobs.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to the job at Weights & Biases' },
] as const satisfies BindingTable;

export const trainNewBindings = [
  { id: 'train.start', keys: ['s'], label: 'start', help: 'Show the quote and start the job (asks)', hint: 1 },
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
  { id: 'train.results', keys: ['E'], label: 'save results', help: 'Save the result file as CSV' },
  { id: 'train.copy', keys: ['y'], label: 'copy id', help: 'Copy the id of the job or its tuned model' },
  {
    id: 'train.sync',
    keys: ['w'],
    label: 'sync to W&B',
    help: 'Send the job to Weights & Biases (asks before it writes over)',
  },
  { id: 'train.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to the job at Weights & Biases' },
  { id: 'train.job.back', keys: ['escape'], label: 'jobs', help: 'Back to the jobs; the job goes on', hint: 70 },
] as const satisfies BindingTable;

export const trainCompareBindings = [
  { id: 'train.compare.open', keys: ['enter'], label: 'watch', help: 'Show the selected job', hint: 1 },
  {
    id: 'train.compare.metric',
    keys: ['m'],
    label: 'next figure',
    help: 'Switch between validation loss, full validation loss, training loss and token accuracy',
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
