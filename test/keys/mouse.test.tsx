import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { ConfirmDialog } from '../../src/components/dialogs/confirm-dialog.tsx';
import { Form } from '../../src/components/form/form.tsx';
import { Panes } from '../../src/components/layout/panes.tsx';
import { List } from '../../src/components/lists/list.tsx';
import { Table } from '../../src/components/lists/table.tsx';
import { ScrollText } from '../../src/components/text/scroll-text.tsx';
import { render } from '../harness/render.tsx';

const TEXT = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n');

function Screen({ asks = false }: { readonly asks?: boolean }): ReactNode {
  const [focus, setFocus] = useState('list');
  const [item, setItem] = useState(0);
  const [row, setRow] = useState(0);
  return (
    <Box flexDirection="column" width={100} height={20}>
      <Panes
        width={100}
        height={20}
        focus={focus}
        onFocus={setFocus}
        panes={[
          {
            id: 'list',
            title: 'List',
            render: ({ columns, rows }, focused) => (
              <List
                count={100}
                height={rows}
                width={columns}
                selected={item}
                onSelect={setItem}
                focus={focused}
                item={(index) => `item ${index}`}
              />
            ),
          },
          {
            id: 'table',
            title: 'Table',
            render: ({ columns, rows }, focused) => (
              <Table
                columns={[{ id: 'name', title: 'Name' }]}
                count={5}
                rowAt={(index) => index}
                cell={(index) => `row ${index}`}
                width={columns}
                height={rows}
                selected={row}
                onSelect={setRow}
                focus={focused}
              />
            ),
          },
          {
            id: 'text',
            title: 'Text',
            render: ({ columns, rows }, focused) => (
              <ScrollText text={TEXT} width={columns} height={rows} focus={focused} />
            ),
          },
        ]}
      />
      {asks && (
        <ConfirmDialog
          title="Sure?"
          lines={['Really?']}
          confirmLabel="yes"
          onConfirm={() => undefined}
          onCancel={() => undefined}
        />
      )}
    </Box>
  );
}

const shape = { columns: 100, rows: 24 };

describe('the mouse', () => {
  it('selects what is clicked and focuses its pane', async () => {
    const app = await render(<Screen />, shape);
    expect(app.frame()).toContain('┏━ List');
    await app.mouse('click', 40, 4);
    expect(app.frame()).toContain('┏━ Table');
    expect(app.frame()).toMatch(/❯ row 2/);
    await app.mouse('click', 5, 6);
    expect(app.frame()).toContain('┏━ List');
    expect(app.frame()).toMatch(/❯ item 5/);
    await app.mouse('click', 40, 1);
    expect(app.frame()).toMatch(/❯ row 2/);
    await app.mouse('click', 40, 15);
    expect(app.frame()).toMatch(/❯ row 2/);
  });

  it('scrolls what is under it, wherever the focus is, notch by notch', async () => {
    const app = await render(<Screen />, shape);
    await app.mouse('wheel-down', 80, 8);
    expect(app.frame()).toContain('4-20 of 60 lines');
    expect(app.frame()).toContain('┏━ List');
    await app.mouse('wheel-up', 80, 8);
    expect(app.frame()).toContain('1-17 of 60 lines');
    await app.type('\u001b[<65;5;5M'.repeat(3));
    expect(app.frame()).toMatch(/❯ item 9\b/);
    await app.mouse('wheel-up', 5, 5);
    expect(app.frame()).toMatch(/❯ item 6\b/);
  });

  it('reaches nothing under a question', async () => {
    const app = await render(<Screen asks />, shape);
    await app.mouse('click', 40, 4);
    await app.mouse('wheel-down', 80, 8);
    expect(app.frame()).toContain('┏━ List');
    expect(app.frame()).toContain('1-17 of 60 lines');
  });

  it('goes to the field that is clicked, but leaves and drops nothing that is being typed', async () => {
    const typed: string[] = [];
    const text = (id: string) => ({
      id,
      kind: 'text' as const,
      label: id,
      value: '',
      onChange: (value: string) => void typed.push(`${id}=${value}`),
    });
    const app = await render(<Form fields={[text('name'), text('place')]} width={60} height={6} focus />);
    await app.mouse('click', 3, 1);
    await app.press('enter');
    await app.type('abc');
    await app.mouse('click', 3, 0);
    await app.mouse('wheel-up', 3, 0);
    await app.press('enter');
    expect(typed).toEqual(['place=abc']);
  });
});
