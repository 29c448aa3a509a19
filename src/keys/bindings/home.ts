import type { BindingTable } from '../binding.ts';

export const homeBindings = [
  { id: 'home.next', keys: ['enter'], label: 'next step', help: 'Do the next step of the workflow', hint: 1 },
  {
    id: 'home.projects',
    keys: ['p'],
    label: 'projects',
    help: 'Show the projects: open, rename, duplicate, delete',
    hint: 2,
  },
  {
    id: 'home.new',
    keys: ['n'],
    label: 'new project',
    help: 'Start a project from an example or from nothing',
    hint: 3,
  },
] as const satisfies BindingTable;

export const homeProjectsBindings = [
  { id: 'home.project.open', keys: ['enter'], label: 'open', help: 'Open the selected project', hint: 1 },
  {
    id: 'home.project.new',
    keys: ['n'],
    label: 'new',
    help: 'Start a project from an example or from nothing',
    hint: 2,
  },
  { id: 'home.project.rename', keys: ['r'], label: 'rename', help: 'Rename the selected project', hint: 3 },
  {
    id: 'home.project.duplicate',
    keys: ['d'],
    label: 'duplicate',
    help: 'Copy the selected project with its rows',
    hint: 4,
  },
  { id: 'home.project.delete', keys: ['x'], label: 'delete', help: 'Delete the selected project (asks)', hint: 5 },
] as const satisfies BindingTable;

export const homeActivityBindings = [
  {
    id: 'home.activity.open',
    keys: ['enter'],
    label: 'go there',
    help: 'Go to the screen of the selected operation, deployment or run',
    hint: 1,
  },
] as const satisfies BindingTable;

/** Live in every pane. */
export const homeTourBindings = [
  {
    id: 'home.tour',
    keys: ['t'],
    label: 'tour',
    help: 'Tour: five short notes for a first look, one at a time',
    hint: 7,
  },
  { id: 'home.tour.end', keys: ['T'], label: 'end the tour', help: 'End the tour; t shows it again', hint: 8 },
] as const satisfies BindingTable;
