import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { htmlReport } from '../../../../src/domain/evaluation/report/html.ts';
import { summarise } from '../../../../src/domain/evaluation/summary.ts';
import { findChromium, openPage } from '../../../harness/chromium.ts';
import { evaluated, right, wrong } from '../evaluated-items.ts';
import { PLAN, reportInput } from './report-input.ts';

/** What stands outside of what holds it: the page's width, or the drawing it is in. */
const OUTSIDE = `(() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width) found.push('page ' + document.documentElement.scrollWidth + ' > ' + width);
  for (const element of document.querySelectorAll('h1, h2, p')) {
    const { right } = element.getBoundingClientRect();
    if (right > width + 1 || element.scrollWidth > element.clientWidth + 1) found.push(element.textContent.slice(0, 40));
  }
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (frame.right > width + 1 && !svg.closest('.scroll')) found.push('svg');
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        found.push('svg text ' + text.textContent);
    }
  }
  for (const heading of document.querySelectorAll('th')) {
    const range = document.createRange();
    for (const word of heading.textContent.matchAll(/[A-Z0-9][a-z%]+/g)) {
      const node = [...heading.childNodes].find((one) => one.nodeType === 3 && one.data.includes(word[0]));
      if (node === undefined) continue;
      range.setStart(node, node.data.indexOf(word[0]));
      range.setEnd(node, node.data.indexOf(word[0]) + word[0].length);
      if (range.getClientRects().length > 1) found.push('heading cut in ' + word[0]);
    }
  }
  if (matchMedia('print').matches)
    for (const cell of document.querySelectorAll('td, th'))
      if (cell.getBoundingClientRect().right > width + 1) found.push('cell ' + cell.textContent.slice(0, 40));
  return found;
})()`;

const LONG = 'ft:Qwen/Qwen2.5-0.5B-Instruct:luthier:clauses-of-non-disclosure-agreements:aI4RJoHH';
const MODELS = ['practice-small', LONG].map((model) => ({ providerId: 'engine', model }));
const LABELS = ['Definition of confidential information', 'Term', 'Return of materials', 'Governing law'];
const ITEMS = Array.from({ length: 40 }, (_, index) => {
  const target = LABELS[index % LABELS.length] ?? '';
  const answers = [index % 3 === 0 ? right(target) : wrong('Term'), right(target)];
  return evaluated(index, target, answers, { [`a column with ${'a long name '.repeat(3)}`]: 'x'.repeat(90) }, MODELS);
});

function reportHtml(): string {
  const summary = summarise(ITEMS, { ...PLAN, models: MODELS, graders: [{ kind: 'labels', labels: LABELS }] });
  const input = reportInput(ITEMS, { name: `Clauses of ${'non-disclosure agreements, '.repeat(8)}${'w'.repeat(120)}` });
  return htmlReport({ ...input, summary: summary ?? input.summary, project: 'NDA clauses' });
}

const chromium = findChromium();

it.skipIf(chromium === null)(
  chromium === null
    ? 'the report overflows nowhere (skipped: there is no Chromium on this machine; Debian has it as chromium)'
    : 'the report overflows nowhere, on a phone, a laptop and paper',
  async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'luthier-report-'));
    const path = join(folder, 'report.html');
    writeFileSync(path, reportHtml());
    const page = await openPage(chromium ?? '', pathToFileURL(path).href);
    onTestFinished(async () => {
      await page.close();
      rmSync(folder, { recursive: true, force: true });
    });
    // In CSS pixels; 690 is what A4 leaves between margins of 14 mm.
    for (const [width, media] of [
      [390, 'screen'],
      [820, 'screen'],
      [1280, 'screen'],
      [690, 'print'],
    ] as const) {
      await page.call('Emulation.setDeviceMetricsOverride', {
        width,
        height: 900,
        deviceScaleFactor: 1,
        mobile: false,
      });
      await page.call('Emulation.setEmulatedMedia', { media });
      expect(await page.evaluate(OUTSIDE), `${media} ${width}`).toEqual([]);
    }
  },
  60_000,
);
