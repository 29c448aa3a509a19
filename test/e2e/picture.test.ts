import { expect, it } from 'vitest';
import { newHome, openApp, see } from './support/luthier.ts';

it('the picture in the README is a frame of the app as it is now; -u draws it anew', async () => {
  const app = await openApp({ home: newHome(), columns: 112, rows: 32 });
  app.press('escape');
  await see(app, '› Home');
  app.press('2');
  await see(app, (frame) => /teacher \d+ \+ student \d+ tokens/.test(frame) && !/counting|working out/.test(frame));
  await expect(app.svg('The Template screen of Luthier')).toMatchFileSnapshot('../../docs/pictures/template.svg');
});
