import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { Form } from '../../../src/components/form/form.tsx';
import { PathField } from '../../../src/components/inputs/path-field.tsx';
import { render } from '../../harness/render.tsx';

const FOUND = {
  '/da': { path: '/data/', entries: ['data/'] },
  '/data/': { path: '/data/rows', entries: ['rows-1.jsonl', 'rows-2.jsonl'] },
  '/x': { path: '/x', entries: [] },
};

function Path({ start }: { readonly start: keyof typeof FOUND }): ReactNode {
  const [value, setValue] = useState<string>(start);
  const complete = async (typed: string) =>
    Object.entries(FOUND).find(([path]) => path === typed)?.[1] ?? { path: typed, entries: [] };
  return <PathField value={value} onChange={setValue} width={40} focus complete={complete} />;
}

describe('PathField', () => {
  it('completes with Tab, and lists what begins alike', async () => {
    const app = await render(<Path start="/da" />);
    await app.press('tab');
    expect(app.lines()[0]).toContain('/data/');
    expect(app.lines()[1]?.trim()).toBe('');
    await app.press('tab');
    expect(app.lines()[0]).toContain('/data/rows');
    expect(app.lines()[1]).toContain('rows-1.jsonl  rows-2.jsonl');
    await app.type('-');
    expect(app.lines()[1]?.trim()).toBe('');
  });

  it('says that nothing begins like this', async () => {
    const app = await render(<Path start="/x" />);
    await app.press('tab');
    expect(app.lines()[1]).toContain('nothing begins like this');
  });
});

function PathForm(): ReactNode {
  const [value, setValue] = useState('/da');
  const complete = async (typed: string) =>
    Object.entries(FOUND).find(([path]) => path === typed)?.[1] ?? { path: typed, entries: [] };
  return (
    <Form
      fields={[{ id: 'path', kind: 'text', label: 'File', value, onChange: setValue, complete }]}
      width={40}
      height={4}
      focus
    />
  );
}

describe('a path in a form', () => {
  it('is completed by Tab, with what begins alike under the fields', async () => {
    const app = await render(<PathForm />);
    await app.press('enter', 'tab');
    expect(app.lines()[0]).toContain('/data/');
    await app.press('tab');
    expect(app.lines()[0]).toContain('/data/rows');
    expect(app.frame()).toContain('rows-1.jsonl  rows-2.jsonl');
    await app.press('enter');
    expect(app.frame()).not.toContain('rows-1.jsonl');
    expect(app.lines()[0]).toContain('/data/rows');
  });
});
