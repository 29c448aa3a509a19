import fc from 'fast-check';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import { Form } from '../../../src/components/form/form.tsx';
import type { FormField } from '../../../src/components/form/form-state.ts';
import { type NumberRules, readNumber, showNumber, stepNumber } from '../../../src/components/inputs/number-field.tsx';
import { filterOptions, stepOption } from '../../../src/components/inputs/select.tsx';
import { useBindings } from '../../../src/keys/hooks.tsx';
import { render } from '../../harness/render.tsx';

describe('numbers', () => {
  const rules: NumberRules = { min: 0, max: 2, step: 0.1, none: 'auto' };

  it('are read within their rules, a decimal comma too', () => {
    expect(readNumber('0,7', rules)).toEqual({ ok: true, value: 0.7 });
    expect(readNumber('auto', rules)).toEqual({ ok: true, value: null });
    expect(readNumber('3', rules)).toEqual({ ok: false, reason: 'at most 2' });
    expect(readNumber('abc', { min: 0 })).toEqual({ ok: false, reason: 'type a number' });
    expect(readNumber('1.5', { integer: true })).toEqual({ ok: false, reason: 'type a whole number' });
    expect(readNumber('', {})).toEqual({ ok: false, reason: 'type a number' });
  });

  it('step within their rules and never drift', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1 as const, -1 as const), { maxLength: 60 }), (steps) => {
        let value: number | null = 1;
        for (const by of steps) {
          value = stepNumber(value, by, rules);
          expect(readNumber(showNumber(value, rules), rules)).toEqual({ ok: true, value });
          if (value !== null) expect(Number.isInteger(Math.round(value * 1e9) / 1e8)).toBe(true);
        }
      }),
    );
  });

  it('start from "none" where the rules say to', () => {
    expect(stepNumber(null, 1, { min: 1, start: 3, none: 'auto' })).toBe(3);
    expect(stepNumber(null, 1, { min: 1, none: 'auto' })).toBe(1);
    expect(stepNumber(1, -1, { min: 1, start: 3, none: 'auto' })).toBeNull();
  });
});

describe('options', () => {
  const options = [
    { value: 'a', label: 'Alpha', note: 'cheap' },
    { value: 'b', label: 'Beta' },
  ];

  it('go round and are found by any word', () => {
    expect(stepOption(options, 'b', 1)).toBe('a');
    expect(stepOption(options, 'gone', 1)).toBe('a');
    expect(filterOptions(options, 'CHEAP al').map((option) => option.value)).toEqual(['a']);
  });
});

function Settings({ log, rows = 8 }: { readonly log: string[]; readonly rows?: number }): ReactNode {
  const [name, setName] = useState('dnd');
  const [temperature, setTemperature] = useState<number | null>(1);
  const [model, setModel] = useState('small');
  const [tracking, setTracking] = useState(false);
  useBindings('screen', [{ id: 's', keys: ['s', 'escape'], label: 'screen' }], { s: () => log.push('screen') });
  const fields: readonly FormField[] = [
    {
      kind: 'text',
      id: 'name',
      label: 'Name',
      value: name,
      onChange: setName,
      error: name === '' ? 'give a name' : null,
    },
    {
      kind: 'number',
      id: 'temperature',
      label: 'Temperature',
      value: temperature,
      rules: { min: 0, max: 2, step: 0.1 },
      onChange: setTemperature,
    },
    {
      kind: 'select',
      id: 'model',
      label: 'Model',
      value: model,
      options: [
        { value: 'small', label: 'practice-small' },
        { value: 'writer', label: 'practice-writer' },
      ],
      onChange: setModel,
    },
    { kind: 'toggle', id: 'tracking', label: 'Tracking', value: tracking, onChange: setTracking },
    { kind: 'text', id: 'key', label: 'Key', value: 'sk-secret', onChange: () => undefined, masked: true },
    { kind: 'action', id: 'go', label: 'Go', value: 'start now', run: () => log.push('go') },
    {
      kind: 'action',
      id: 'stop',
      label: 'Stop',
      value: 'stop',
      run: () => log.push('stop'),
      disabledReason: 'nothing runs',
    },
  ];
  return <Form fields={fields} width={60} height={rows} focus />;
}

describe('Form', () => {
  it('types text with Enter, takes it with Enter, drops it with Esc', async () => {
    const log: string[] = [];
    const app = await render(<Settings log={log} />);
    await app.press('enter');
    await app.type(' 1s');
    await app.press('escape', 'escape');
    expect(app.frame()).toMatch(/❯ Name +dnd$/m);
    await app.press('enter');
    await app.type(' 1s\r');
    expect(app.frame()).toMatch(/❯ Name +dnd 1s$/m);
    expect(log).toEqual([]);
    await app.press('s', 'escape');
    expect(log).toEqual(['screen', 'screen']);
  });

  it('shows what is wrong and keeps the old value', async () => {
    const app = await render(<Settings log={[]} />);
    await app.press('down', 'enter', 'ctrl-u');
    await app.type('9\r');
    expect(app.frame()).toContain('Temperature: at most 2');
    await app.press('escape', 'escape', 'right', 'right');
    expect(app.frame()).toMatch(/Temperature +1\.2$/m);
    await app.press('up', 'enter', 'ctrl-u', 'enter');
    expect(app.frame()).toContain('Name: give a name');
  });

  it('steps, opens and toggles', async () => {
    const log: string[] = [];
    const app = await render(<Settings log={log} />);
    await app.press('down', 'down', 'right');
    expect(app.frame()).toMatch(/Model +practice-writer/);
    await app.press('enter', 'up', 'enter');
    expect(app.frame()).toMatch(/Model +practice-small/);
    await app.press('down', 'space');
    expect(app.frame()).toMatch(/Tracking +◉ on/);
    await app.press('down', 'down', 'enter', 'down', 'enter');
    expect(log).toEqual(['go']);
    expect(app.frame()).toContain('nothing runs');
    expect(app.raw()).not.toContain('sk-secret');
  });

  it.each([
    [80, /Cap +none +for the whole project, earlier runs included$/m],
    [40, /Cap +none$/m],
  ])(
    'cuts no note at %i columns: it stands beside the value, or under the fields while it is selected',
    async (width, row) => {
      const note = 'for the whole project, earlier runs included';
      const fields: readonly FormField[] = [
        { id: 'cap', kind: 'number', label: 'Cap', value: null, rules: { none: 'none' }, note, onChange: () => {} },
        { id: 'go', kind: 'action', label: '', value: 'go', run: () => {} },
      ];
      const app = await render(<Form fields={fields} width={width} height={8} focus />);
      expect(app.frame()).toMatch(row);
      expect(app.frame().replace(/\s+/g, ' ')).toContain(note);
      await app.press('down');
      expect(app.frame()).not.toContain('…');
    },
  );

  it('scrolls where it is short', async () => {
    const app = await render(<Settings log={[]} rows={4} />);
    expect(app.frame()).not.toContain('Tracking');
    await app.press('down', 'down', 'down');
    expect(app.frame()).toContain('Tracking');
    expect(app.lines().slice(4).join('')).toBe('');
  });
});
