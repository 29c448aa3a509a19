import { expect, it } from 'vitest';
import { Form } from '../../../src/components/form/form.tsx';
import { render } from '../../harness/render.tsx';

it('narrows the three hundred options of a form as one types, and mounts only those in sight', async () => {
  const options = Array.from({ length: 300 }, (_, index) => ({
    value: `id-${index}`,
    label: `model-${index}`,
    note: index === 7 ? 'dies with its base' : 'base',
  }));
  const chosen: string[] = [];
  const app = await render(
    <Form
      fields={[
        {
          id: 'model',
          label: 'Base model',
          kind: 'select',
          searchable: true,
          value: 'id-299',
          options,
          onChange: (value) => chosen.push(value),
        },
      ]}
      width={60}
      height={8}
      focus
    />,
    { screenReader: true },
  );
  await app.press('enter');
  expect(app.frame().match(/model-\d+/g)).toEqual([294, 295, 296, 297, 298, 299].map((nth) => `model-${nth}`));
  await app.type('dies base');
  expect(app.frame().match(/model-\d+/g)).toEqual(['model-7']);
  await app.press('enter');
  expect(chosen).toEqual(['id-7']);
  await app.press('enter', 'x', 'escape');
  expect(chosen).toEqual(['id-7']);
  expect(app.frame()).toContain('Base model');
});
