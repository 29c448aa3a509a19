import { expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../../../src/services/store/database.ts';
import { createProjectData } from '../../../src/services/store/project-data.ts';
import { createScreenStates } from '../../../src/services/store/screen-states.ts';
import { temporaryHome } from './sample.ts';

it('keeps a state by project and name, the newest of each, until the project is cleared', () => {
  const database = createDatabase({ home: temporaryHome() });
  onTestFinished(() => database.close());
  const states = createScreenStates(database);
  states.save('p', 'chat', { text: 'half a' });
  states.save('p', 'chat', { text: 'half a thought' });
  states.save('p', 'dataset', { selected: 3 });
  states.save('q', 'chat', { text: 'other' });
  expect([...states.list('p')].toSorted()).toEqual([
    ['chat', { text: 'half a thought' }],
    ['dataset', { selected: 3 }],
  ]);
  database.statement("UPDATE screen_states SET state = '{' WHERE name = 'dataset'").run();
  expect(states.list('p').get('dataset')).toBeNull();
  createProjectData(database).clear('p');
  expect(states.list('p').size).toBe(0);
  expect(states.list('q').size).toBe(1);
});
