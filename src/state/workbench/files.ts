import type { Core } from './core.ts';
import type { FileActions } from './types.ts';

const UNTOUCHED = 'The files at the provider are as they were.';

export function createFileActions(core: Core): FileActions {
  const connect = () => core.deps.providers.connect(core.project().providerId);
  return {
    list: () => core.attempt(UNTOUCHED, async () => (await connect()).files.list()),
    remove: (id) =>
      core.attempt(UNTOUCHED, async () => {
        await (await connect()).files.remove(id);
        return `${id} is deleted.`;
      }),
  };
}
