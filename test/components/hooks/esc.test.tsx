import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { PromptDialog } from '../../../src/components/dialogs/prompt-dialog.tsx';
import { Form } from '../../../src/components/form/form.tsx';
import { DROP_QUESTION } from '../../../src/components/hooks/use-drop-guard.ts';
import { List } from '../../../src/components/lists/list.tsx';
import { Modal, useBindings } from '../../../src/keys/hooks.tsx';
import { render } from '../../harness/render.tsx';

const CANCEL = [{ id: 'd.close', keys: ['escape'], label: 'cancel' }] as const;

/** A form in a dialog, as Settings has them. */
function FormDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  useBindings('dialog', CANCEL, { 'd.close': onClose });
  const [seed, setSeed] = useState<number | null>(null);
  const [kind, setKind] = useState('a');
  const options = [
    { value: 'a', label: 'Alpha' },
    { value: 'b', label: 'Beta' },
  ];
  return (
    <Form
      fields={[
        { id: 'seed', kind: 'number', label: 'Seed', value: seed, rules: { none: 'auto' }, onChange: setSeed },
        { id: 'kind', kind: 'select', label: 'Kind', value: kind, options, onChange: setKind },
      ]}
      width={60}
      height={8}
      focus
    />
  );
}

async function renderForm() {
  const closed: string[] = [];
  const app = await render(
    <Box width={80} height={22}>
      <Modal>
        <FormDialog onClose={() => closed.push('form')} />
      </Modal>
    </Box>,
  );
  return { app, closed };
}

describe('Esc', () => {
  it('leaves the list of a choice, not the form it is in', async () => {
    const { app, closed } = await renderForm();
    await app.press('down', 'enter');
    expect(app.frame()).toContain('Beta');
    await app.press('escape');
    expect(app.frame()).not.toContain('Beta');
    expect(closed).toEqual([]);
    await app.press('escape');
    expect(closed).toEqual(['form']);
  });

  it('asks before what was typed in a form is dropped, and again after more was typed', async () => {
    const { app, closed } = await renderForm();
    await app.press('enter', 'escape');
    await app.press('enter');
    await app.type('12');
    await app.press('escape');
    expect(app.frame()).toContain(DROP_QUESTION);
    await app.type('3');
    expect(app.frame()).not.toContain(DROP_QUESTION);
    await app.press('escape', 'escape');
    expect(app.frame()).toMatch(/Seed +auto/);
    expect(closed).toEqual([]);
  });

  it('asks in a prompt too, and leaves at once what is as it was', async () => {
    const log: string[] = [];
    const dialog = (initial: string) => (
      <Box width={80} height={22}>
        <PromptDialog
          title="Name"
          label="Its name"
          initial={initial}
          onSubmit={() => {}}
          onCancel={() => log.push(initial)}
        />
      </Box>
    );
    const app = await render(dialog('a'));
    await app.press('escape');
    expect(log).toEqual(['a']);
    await app.type('b');
    await app.press('escape');
    expect(app.frame()).toContain(DROP_QUESTION);
    expect(log).toEqual(['a']);
    await app.press('escape');
    expect(log).toEqual(['a', 'a']);
  });
});

it('a number typed over auto replaces it', async () => {
  const { app } = await renderForm();
  await app.press('enter');
  expect(app.frame()).toMatch(/Seed +auto/);
  await app.type('7\r');
  expect(app.frame()).toMatch(/Seed +7/);
});

it('the pointer stands where keys go, and only there', async () => {
  const list = (focus: boolean) => (
    <List count={1} height={1} width={20} selected={0} onSelect={() => {}} focus={focus} item={() => 'row'} />
  );
  const app = await render(list(true));
  expect(app.frame()).toContain('❯ row');
  await app.rerender(list(false));
  expect(app.frame()).toContain('› row');
});
