import { describe, expect, it } from 'vitest';
import { Form } from '../../../src/components/form/form.tsx';
import type { FormField } from '../../../src/components/form/form-state.ts';
import { FormWithQuote, rowsOfQuote } from '../../../src/components/form/form-with-quote.tsx';
import { boxesOf } from '../../harness/boxes.ts';
import { type Rendered, render } from '../../harness/render.tsx';

const fieldsOf = (count: number): readonly FormField[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `f${n}`,
    kind: 'action',
    label: `Field ${n}`,
    value: 'do',
    run: () => undefined,
  }));

const facts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ text: `fact ${n} of the quote`, tone: 'plain' as const }));

function show(columns: number, rows: number, fields: number, quote: number): Promise<Rendered> {
  return render(
    <FormWithQuote
      columns={columns}
      rows={rows}
      formTitle="Settings"
      quoteTitle="Quote"
      fields={fields}
      quote={facts(quote)}
      active
      form={(size) => <Form fields={fieldsOf(fields)} width={size.columns} height={size.rows} focus />}
    />,
    { columns, rows },
  );
}

const quoteOf = (app: Rendered): readonly string[] =>
  boxesOf(app.lines()).find(({ title }) => title.startsWith('Quote'))?.rows ?? [];

describe('a form with its quote', () => {
  it('gives the quote the rows it needs while the form keeps some', async () => {
    const app = await show(80, 21, 17, 8);
    expect(quoteOf(app).filter(Boolean)).toHaveLength(8);
    expect(app.frame()).toContain('Field 3');
    expect(app.frame()).toMatch(/↓ \d+ more below/);
  });

  it.each([
    [60, 13],
    [80, 21],
    [140, 37],
  ])('reads a longer one to its end by keys at %i x %i', async (columns, rows) => {
    const app = await show(columns, rows, 17, 50);
    expect(quoteOf(app).at(-1)).toMatch(/^1-\d+ of 50 lines: PgDn, PgUp$/);
    const seen = new Set<string>();
    const look = (): void => {
      for (const row of quoteOf(app)) seen.add(row);
    };
    look();
    for (let page = 0; page < 50 && !quoteOf(app).at(-1)?.includes('-50 of 50'); page += 1) {
      await app.press('pagedown');
      look();
    }
    for (const { text } of facts(50)) expect(seen).toContain(text);
    await app.press('down');
    expect(app.frame()).toContain('❯ Field 1');
    const last = quoteOf(app)[0];
    await app.press('pageup');
    expect(quoteOf(app)[0]).not.toBe(last);
  });

  it('shrinks no form below its least, nor a quote', () => {
    for (let rows = 8; rows < 60; rows += 1) {
      for (let wanted = 1; wanted < 40; wanted += 1) {
        const height = rowsOfQuote(wanted, rows, 12);
        expect(height).toBeGreaterThanOrEqual(5);
        if (rows >= 13) expect(rows - height).toBeGreaterThanOrEqual(8);
      }
    }
  });
});
