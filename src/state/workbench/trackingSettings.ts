import type { Core } from './core.ts';
import type { TrackingSettingsActions } from './trackingTypes.ts';

const KEPT = 'The settings are as they were.';

/** `changed` lets the screens read again. */
export function createTrackingSettings(core: Core, changed: () => void): TrackingSettingsActions {
  const { tracking, tracker } = core.deps;
  return {
    read: () => tracking.settings(),
    choices: () => tracking.choices(),
    save: (choices) =>
      core.guard(KEPT, () => {
        tracking.save(choices);
        changed();
      }),
    keySource: () => tracking.keySource(),
    setKey: (key) =>
      core.guard('The key was not saved.', () => {
        tracking.setKey(key);
        changed();
      }),
    test: () =>
      core.attempt('Runs stay on this machine.', async () => {
        const { username, entity, teams } = await tracker.account();
        const settings = tracking.settings();
        const to = settings.entity ?? entity;
        const where = to === null ? settings.project : `${to}/${settings.project}`;
        const others = teams.filter((team) => team !== to);
        const known = to === null || to === entity || teams.includes(to);
        const note = known ? '' : ` ${to} is none of its teams: runs may be refused.`;
        const more = others.length === 0 ? '' : ` Its teams: ${others.join(', ')}.`;
        return `The key is ${username}'s. Runs go to ${where}.${note}${more}`;
      }),
  };
}
