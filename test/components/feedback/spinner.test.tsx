import { describe, expect, it } from 'vitest';
import { Spinner } from '../../../src/components/feedback/spinner.tsx';
import { render } from '../../harness/render.tsx';

describe('Spinner', () => {
  it('turns while something runs', async () => {
    const app = await render(<Spinner label="connecting" />);
    const first = app.frame();
    await app.waitFor((frame) => frame !== first && frame.includes('connecting'));
  });

  it('stands still when idle', async () => {
    const app = await render(<Spinner label="connecting" active={false} />);
    expect(app.frame()).toContain('◐ connecting');
  });

  it('stands still for screen readers', async () => {
    const app = await render(<Spinner label="connecting" />, { screenReader: true });
    expect(app.frame()).toContain('◐ connecting');
  });

  it('stands still without animations', async () => {
    const app = await render(<Spinner label="connecting" />, { animated: false });
    expect(app.frame()).toContain('◐ connecting');
  });
});
