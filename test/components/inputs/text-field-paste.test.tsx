import { type ReactNode, useState } from 'react';
import { expect, it } from 'vitest';
import { TextField } from '../../../src/components/inputs/text-field.tsx';
import { render } from '../../harness/render.tsx';

function Field({ taken }: { readonly taken: string[] }): ReactNode {
  const [value, setValue] = useState('');
  const onPaste = (text: string): boolean => {
    if (!/[\r\n]/.test(text)) return false;
    taken.push(text);
    return true;
  };
  return <TextField value={value} onChange={setValue} width={20} focus onPaste={onPaste} />;
}

it('TextField offers a paste to its owner first, line ends as they came', async () => {
  const taken: string[] = [];
  const app = await render(<Field taken={taken} />);
  await app.paste('elf\ndwarf');
  await app.paste('gnome');
  expect(taken).toHaveLength(1);
  expect(taken[0]?.split(/[\r\n]+/)).toEqual(['elf', 'dwarf']);
  expect(app.lines()[0]).toBe('gnome');
});
