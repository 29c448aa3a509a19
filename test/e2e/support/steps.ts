import type { App } from '../../harness/pty.ts';
import { see, seeOver } from './luthier.ts';

/** From any screen: asks for every cell of the plan and waits for the last row. */
export async function generate(app: App, timeoutMs = 20_000): Promise<void> {
  app.press('3');
  await see(app, /[1-9][\d,]* to generate/);
  app.press('s');
  await seeOver(app, /Generate with \S+\?/);
  app.press('enter');
  await see(app, /(✓ done|✗ failed) +[█░]/, timeoutMs);
}

/** From any screen: starts a job with the plan as it stands, and waits until it is seen. */
export async function startJob(app: App): Promise<void> {
  app.press('5');
  await see(app, /New job at|Jobs/);
  if (!app.frame().includes('New job at')) app.press('n');
  await see(app, /to train on/);
  app.press('s');
  await seeOver(app, 'Start this job?');
  app.press('enter');
}

export const SCREENS = [
  ['1', 'Home'],
  ['2', 'Template'],
  ['3', 'Generate'],
  ['4', 'Dataset'],
  ['5', 'Train'],
  ['6', 'Chat'],
  ['7', 'Evaluate'],
  ['8', 'Settings'],
] as const;
