import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { ModelPickerBody, pointedAt, useModelSearch } from '../../../src/components/dialogs/model-picker.tsx';
import { render } from '../../harness/render.tsx';

const OPTIONS = [
  { id: 'base', note: 'base' },
  { id: 'tuned', note: 'tuned from base' },
];

interface PickerProps {
  readonly options?: typeof OPTIONS;
  readonly marked: readonly number[];
  readonly numbered?: boolean;
  readonly problem?: string | null;
}

function Picker({ options = OPTIONS, marked, numbered = false, problem = null }: PickerProps): ReactNode {
  const search = useModelSearch();
  return (
    <ModelPickerBody
      search={search}
      options={options}
      status="2 models"
      problem={problem}
      marked={marked}
      numbered={numbered}
      width={50}
      height={8}
    />
  );
}

describe('the list of models to choose from', () => {
  it('numbers what is chosen where the order counts, and else only marks it', async () => {
    const ordered = await render(<Picker marked={[1, 0]} numbered />);
    expect(ordered.frame()).toMatch(/◆2 +base +base\n.*◆1 +tuned +tuned from base/);
    const plain = await render(<Picker marked={[1]} />);
    expect(plain.frame()).toMatch(/❯ +base +base\n.*◆ tuned +tuned from base/);
    expect(plain.frame()).toContain('2 models');
  });

  it('mounts only the rows in sight of three hundred models', async () => {
    const options = Array.from({ length: 300 }, (_, index) => ({ id: `model-${index}`, note: 'base' }));
    const app = await render(<Picker marked={[]} options={options} />, { screenReader: true });
    await app.press('end');
    expect(app.frame().match(/model-\d+/g)).toEqual(['model-296', 'model-297', 'model-298', 'model-299']);
  });

  it('says why the list of the provider is not there', async () => {
    const app = await render(<Picker marked={[]} problem="Nothing answers." />);
    expect(app.frame()).toContain('Nothing answers.');
  });

  it('points at a row that is there when a search leaves fewer', () => {
    const search = { query: '', searching: false, setQuery() {}, setSearching() {}, setSelected() {} };
    expect([5, 1, 0].map((selected) => pointedAt({ ...search, selected }, 2))).toEqual([1, 1, 0]);
    expect(pointedAt({ ...search, selected: 3 }, 0)).toBe(0);
  });
});
