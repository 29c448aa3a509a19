// Another app on the same home: `ensure.process.ts HOME STARTS` prints the URL of the engine it was given.
import { createEngineLauncher } from '../../../src/services/engine/launcher.ts';
import { fakeCommand } from './fake-command.ts';

const [home = '', starts = ''] = process.argv.slice(2);
const { url } = await createEngineLauncher({ home, command: fakeCommand(starts) }).ensure();
process.stdout.write(url);
