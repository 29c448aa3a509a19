import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { Form } from '../../src/components/form/form.tsx';
import { List } from '../../src/components/lists/list.tsx';
import { render } from '../harness/render.tsx';

function Letters(): ReactNode {
  const [selected, setSelected] = useState(0);
  const letters = 'abcdefghij';
  return (
    <List
      count={letters.length}
      height={letters.length}
      width={20}
      selected={selected}
      onSelect={setSelected}
      focus
      item={(index) => letters[index] ?? ''}
    />
  );
}

function Numbers(): ReactNode {
  const [values, setValues] = useState<Readonly<Record<string, number>>>({ one: 1, two: 1, three: 1 });
  return (
    <Form
      fields={Object.entries(values).map(([id, value]) => ({
        id,
        label: id,
        kind: 'number',
        value,
        rules: { min: 0, max: 9 },
        onChange: (next) => setValues((before) => ({ ...before, [id]: next ?? 0 })),
      }))}
      width={40}
      height={6}
      focus
    />
  );
}

describe('keys that come in one chunk', () => {
  it('each see what the one before did: a list moves once for each', async () => {
    const app = await render(<Letters />);
    await app.type('jjjjj');
    expect(app.frame()).toContain('❯ f');
    await app.type('kk');
    expect(app.frame()).toContain('❯ d');
    await app.type('\x1b[B\x1b[B\x1b[B');
    expect(app.frame()).toContain('❯ g');
  });

  it('move in a form and change what is selected by then', async () => {
    const app = await render(<Numbers />);
    await app.type('jjllll');
    expect(app.frame()).toMatch(/one +1\b/);
    expect(app.frame()).toMatch(/❯ three +5\b/);
  });
});
