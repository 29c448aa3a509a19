import { Box } from 'ink';
import { describe, expect, it } from 'vitest';
import { FieldValue } from '../../../src/components/form/field-kinds.tsx';
import { NumberField } from '../../../src/components/inputs/number-field.tsx';
import { OptionList, Select } from '../../../src/components/inputs/select.tsx';
import { render } from '../../harness/render.tsx';

const OPTIONS = [
  { value: 'a', label: 'Alpha', note: 'the first' },
  { value: 'b', label: 'Beta' },
  { value: 'c', label: 'Gamma' },
];
const ignore = (): void => undefined;

it('fields say their values at rest, a key never', async () => {
  const app = await render(
    <Box flexDirection="column">
      <FieldValue field={{ id: 'f', label: 'F', kind: 'text', value: 'hello', onChange: ignore }} width={30} />
      <FieldValue
        field={{ id: 'f', label: 'F', kind: 'text', value: 'sk-secret', masked: true, onChange: ignore }}
        width={30}
      />
      <FieldValue field={{ id: 'f', label: 'F', kind: 'toggle', value: true, onChange: ignore }} width={30} />
      <FieldValue
        field={{ id: 'f', label: 'F', kind: 'toggle', value: false, words: ['yes', 'no'], onChange: ignore }}
        width={30}
      />
      <FieldValue field={{ id: 'f', label: 'F', kind: 'action', value: 'Enter saves', run: ignore }} width={30} />
      <NumberField value={3} rules={{ none: 'auto' }} width={30} unit="epochs" />
      <NumberField value={null} rules={{ none: 'auto' }} width={30} unit="epochs" />
      <Select options={OPTIONS} value="a" width={30} />
    </Box>,
  );
  const [text, key, on, off, action, number, none, select] = app.lines();
  expect(text).toContain('hello');
  expect(key).not.toContain('secret');
  expect(on).toContain('◉');
  expect(off).toContain('○ no');
  expect(action).toContain('Enter saves');
  expect(number).toBe('3 epochs');
  expect(none).toBe('auto');
  expect(select).toContain('Alpha ↓  the first');
});

describe('opened options', () => {
  async function open() {
    const said: string[] = [];
    const app = await render(
      <OptionList
        options={OPTIONS}
        value="b"
        width={30}
        height={5}
        focus
        onChoose={(value) => said.push(value)}
        onCancel={() => said.push('left')}
      />,
    );
    return { app, said };
  }

  it('begin at what is chosen, and Enter takes another', async () => {
    const { app, said } = await open();
    expect(app.frame()).toMatch(/❯ Beta/);
    await app.press('down', 'enter');
    expect(said).toEqual(['c']);
  });

  it('are left by Esc as they were', async () => {
    const { app, said } = await open();
    await app.press('down', 'escape');
    expect(said).toEqual(['left']);
  });
});
