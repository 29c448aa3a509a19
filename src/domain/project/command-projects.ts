/** What the ids begin with under which commands keep rows and jobs of files, apart from the projects of the app. */
export const COMMAND_PROJECT = 'headless-';

export const isOfCommands = (projectId: string): boolean => projectId.startsWith(COMMAND_PROJECT);
