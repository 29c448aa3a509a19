import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { ChoiceDialog } from '../../../src/components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../../src/components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../../src/components/dialogs/prompt-dialog.tsx';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { render } from '../../harness/render.tsx';

function Under({ log, children }: { readonly log: string[]; readonly children: ReactNode }): ReactNode {
  useBindings('screen', [{ id: 'u', keys: ['y', 'n', 'enter', 'escape', 'x'], label: 'under' }], {
    u: () => log.push('under'),
  });
  return (
    <Box flexDirection="column" width={80} height={22}>
      {Array.from({ length: 22 }, (_, row) => (
        <Text key={row}>{'小'.repeat(40)}</Text>
      ))}
      {children}
    </Box>
  );
}

describe('ConfirmDialog', () => {
  const ask = (log: string[], danger: boolean) => (
    <Under log={log}>
      <ConfirmDialog
        title="Delete"
        lines={['Takes 16 rows along.', 'There is no way back.']}
        confirmLabel="delete"
        danger={danger}
        onConfirm={() => log.push('yes')}
        onCancel={() => log.push('no')}
      />
    </Under>
  );

  it('asks over the screen, and alone gets the keys', async () => {
    const log: string[] = [];
    const app = await render(ask(log, false));
    expect(app.frame()).toMatch(/┏━ Delete ━+┓/);
    expect(app.frame()).toMatch(/小 ?┃ Takes 16 rows along\. +┃ ?小/);
    expect(app.frame()).toContain('y delete   n no');
    await app.press('x', 'y', 'n', 'enter', 'escape');
    expect(log).toEqual(['yes', 'no', 'yes', 'no']);
  });

  it('does not take Enter for yes where nothing brings it back', async () => {
    const log: string[] = [];
    const app = await render(ask(log, true));
    expect(app.frame()).toContain('▲ Delete');
    await app.press('enter', 'y');
    expect(log).toEqual(['yes']);
  });
});

describe('PromptDialog', () => {
  const prompt = (log: string[]) => (
    <Under log={log}>
      <PromptDialog
        title="Rename"
        label="New name"
        initial="old"
        validate={(text) => (text.includes('!') ? 'no marks' : null)}
        onSubmit={(text) => log.push(text)}
        onCancel={() => log.push('cancel')}
      />
    </Under>
  );

  it('gives the text on Enter, not before it is valid, and nothing on Esc', async () => {
    const log: string[] = [];
    const app = await render(prompt(log));
    await app.type(' name!');
    expect(app.frame()).toContain('no marks');
    await app.press('enter', 'backspace', 'enter', 'escape', 'escape');
    expect(log).toEqual(['old name', 'cancel']);
  });

  it('says to a screen reader what it asks', async () => {
    const app = await render(prompt([]), { screenReader: true });
    await app.waitFor(/Rename[\s\S]*New name/);
  });

  it('does not submit by a paste of many lines', async () => {
    const log: string[] = [];
    const app = await render(prompt(log));
    await app.paste('\nmore\n');
    expect(log).toEqual([]);
    expect(app.frame()).toContain('old more');
  });
});

describe('ChoiceDialog', () => {
  it('narrows, moves, chooses', async () => {
    const log: string[] = [];
    const options = ['alpha', 'beta', 'gamma', 'delta'].map((value) => ({
      value,
      label: value,
      note: `note ${value}`,
    }));
    const app = await render(
      <Under log={log}>
        <ChoiceDialog
          title="Model"
          options={options}
          value="gamma"
          searchable
          onChoose={(value) => log.push(value)}
          onCancel={() => log.push('cancel')}
        />
      </Under>,
    );
    expect(app.frame()).toContain('❯ gamma  note gamma');
    await app.press('enter');
    await app.type('ta');
    expect(app.frame()).not.toContain('gamma');
    await app.press('down', 'enter', 'escape');
    expect(log).toEqual(['gamma', 'delta', 'cancel']);
  });
});
