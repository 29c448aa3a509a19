import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../../../src/domain/evaluation/report/html.ts';
import { dataVersion } from '../../../../src/domain/evaluation/report/made-of.ts';
import { escapeMarkdown, markdownReport } from '../../../../src/domain/evaluation/report/markdown.ts';
import { summarise } from '../../../../src/domain/evaluation/summary.ts';
import type { Vote } from '../../../../src/domain/evaluation/types.ts';
import type { JobRecord } from '../../../../src/domain/training/types.ts';
import { BASE, evaluated, right, TUNED, wrong } from '../evaluated-items.ts';
import { PLAN, reportInput } from './report-input.ts';

const ATTACK = '<script>alert(1)</script><img src=x onerror=alert(1)>" onload="x \u001b]0;title\u0007';
const KEY = 'sk-live1234567890abcdef';

const ITEMS = Array.from({ length: 24 }, (_, index) =>
  index === 0
    ? evaluated(index, 'Yes', [wrong(ATTACK), wrong(`| cell ![x](http://y) ${KEY} verysecret`)], { topic: ATTACK })
    : evaluated(index, index % 2 === 0 ? 'Yes' : 'No', [index < 12 ? wrong('x') : 'failed', right('No')], {
        topic: index % 3 === 0 ? 'a|b' : 'c',
      }),
);
const VOTES: readonly Vote[] = [{ itemId: 'item-1', first: BASE, second: TUNED, choice: 'second', at: 0 }];
const JOB: JobRecord = {
  projectId: 'p',
  providerId: 'engine',
  trainRows: 40,
  validationRows: 8,
  quoteUsd: 0,
  data: { training: 'train-0123.jsonl', validation: null },
  job: {
    id: 'ftjob-1',
    model: 'base',
    status: 'succeeded',
    fineTunedModel: TUNED.model,
    trainingFile: 'file-1',
    validationFile: null,
    resultFiles: [],
    hyperparameters: { nEpochs: 3, batchSize: 4, learningRateMultiplier: 1.8 },
    choices: { weights: 'lora' },
    trainedTokens: null,
    suffix: null,
    seed: 7,
    error: null,
    createdAt: 1,
    finishedAt: 2,
    estimatedFinish: null,
  },
};
const INPUT = reportInput(ITEMS, { name: `Clauses ${ATTACK}`, votes: VOTES, secrets: ['verysecret'] });

describe('markdownReport', () => {
  const text = markdownReport(INPUT);

  it('shows the figures', () => {
    expect(text).toContain('| ft:tuned | 23 | 24 | 95.8% |');
    expect(text).toContain('| base | 0 | 12 | 0.0% | 0.0–24.2% | 0 | 12 | 0 |');
    expect(text).toContain('Always answering Yes would be right on 50.0%; chance, one of 2 labels, on 50.0%.');
    expect(text).toContain('ft:tuned: 95.8% (79.8–99.3%), above both.');
    expect(text).toContain('Best: ft:tuned, right on 91.7% of the 12 items all answered.');
    expect(text).toContain('ft:tuned is better than base by 91.7 points (p < 0.001, exact McNemar over 12 items)');
    for (const title of [
      'By label',
      'By topic',
      'Classes: base',
      'Preferred by a person',
      'Wrong answers',
      'Failed calls',
    ]) {
      expect(text).toContain(`## ${title}`);
    }
  });

  it('says which answers were cut, and that level models have no best', () => {
    const cut = ITEMS.map(({ item, predictions }) => ({
      item,
      predictions: predictions.map((one) => one && { ...one, finishReason: 'length' }),
    }));
    expect(markdownReport(reportInput(cut))).toContain('base: 12 answers cut at the limit of the model.');
    const level = reportInput([evaluated(1, 'Yes', [right('Yes'), right('Yes')])]);
    for (const report of [markdownReport(level), htmlReport(level)]) {
      expect(report).toContain('No best: base and ft:tuned are level on the 1 item all answered.');
      expect(report).not.toContain('Best: ');
      expect(report).toContain('1 item cannot measure anything');
    }
  });

  it('shows the mean of a grader without a pass mark', () => {
    const items = [0.25, 0.75].map((score, line) => {
      const { item, predictions } = evaluated(line, 'a story', [{ text: 'a tale', score }]);
      const mean = [{ value: score, passed: null, note: null }];
      return { item, predictions: predictions.map((one) => one && { ...one, scores: mean }) };
    });
    const input = reportInput(items);
    const summary = summarise(items, { models: [BASE], graders: [{ kind: 'similarity', threshold: null }] });
    expect(markdownReport({ ...input, summary: summary ?? input.summary })).toMatch(
      /\| similarity \(chrF\) \| base \| 0 \| 0 \| — \| — \| 0\.50 \|/,
    );
  });

  it('lets no text of others be a mark, and no key through', () => {
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('![x]');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('verysecret');
  });

  it('keeps every row of a table as wide as its head', () => {
    const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      const widths = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('escapes in one place what could start a table, tag, link or list', () => {
    expect(escapeMarkdown('a|b <i> [x](y) `c` *d* snake_case _e_ $1 @me')).toBe(
      'a\\|b &lt;i> \\[x\\](y) \\`c\\` \\*d\\* snake_case \\_e\\_ \\$1 &#64;me',
    );
    expect(escapeMarkdown('a < b & c &lt; d')).toBe('a < b & c &amp;lt; d');
    expect(escapeMarkdown('> no quote')).toBe('\\> no quote');
    expect(escapeMarkdown('# no heading')).toBe('\\# no heading');
    expect(escapeMarkdown('1. no list, 12.5%')).toBe('1\\. no list, 12.5%');
  });
});

describe('htmlReport', () => {
  const html = htmlReport(INPUT);

  it('is one file: no script, nothing fetched, light and dark', () => {
    const tags = html.match(/<[^>]*>/g)?.join('') ?? '';
    expect(tags).not.toMatch(/<script|<img|<link|<iframe|<a|\ssrc=|\shref=|\sstyle=/i);
    expect(html).not.toMatch(/@import|url\(/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('escapes text of others everywhere and masks keys', () => {
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('\u001b');
    expect(html).not.toContain(KEY);
    expect(html).not.toContain('verysecret');
  });

  it('says project, data, prompt and how each model was trained, in both formats', () => {
    const items = ITEMS.map(({ item, predictions }) => ({
      item: { ...item, prompt: [{ role: 'system' as const, content: 'Be brief.' }, ...item.prompt] },
      predictions,
    }));
    const input = { ...reportInput(items), project: 'NDA clauses', jobs: [JOB] };
    const version = dataVersion(items);
    for (const report of [htmlReport(input), markdownReport(input)]) {
      for (const said of ['NDA clauses', 'Be brief.', version, 'train-0123.jsonl', 'LoRA', '40 + 8 held out', '× 1.8'])
        expect(report).toContain(said);
    }
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(dataVersion(items.slice(1))).not.toBe(version);
    expect(htmlReport(reportInput(ITEMS))).not.toContain('How the models were trained');
  });

  it('has lines of chance and of the most frequent target across its bars, with their names, and a named axis', () => {
    expect(html.match(/class="guide"/g)).toHaveLength(2);
    for (const name of ['>chance 50.0%<', '>most frequent target 50.0%<', 'share of the graded answers that are right'])
      expect(html).toContain(name);
    for (const name of ['>answered →<', '>target ↓<']) expect(html).toContain(name);
  });

  it('names every model whole, in lines', () => {
    const model = `ft:${'a-long-name-'.repeat(8)}end`;
    const long = [BASE, { providerId: 'engine', model }];
    const items = [evaluated(1, 'Yes', [right('Yes'), right('Yes')], {}, long)];
    const summary = summarise(items, { ...PLAN, models: long });
    const drawn = htmlReport({ ...INPUT, items, ...(summary === null ? {} : { summary }) });
    const [chart = ''] = /<svg.*?<\/svg>/s.exec(drawn) ?? [];
    const texts = [...chart.matchAll(/text-anchor="end">([^<]*)</g)].map(([, text = '']) => text);
    expect(texts.join('')).toContain(model);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(34);
  });

  it('draws accuracy with intervals and a matrix of each model', () => {
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(html).toContain('ft:tuned: 95.8%, 95% interval 79.8–99.3%');
    expect(html).toContain('Yes answered as Yes: 11 of 12');
  });

  it('opens only tags of its own, and closes them, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(ATTACK, '</td>', "' onclick='", ']]>', '<!--'),
    );
    fc.assert(
      fc.property(text, text, (answer, target) => {
        const items = [evaluated(1, target, [wrong(answer), right(answer)], { [answer]: target }), ...ITEMS];
        const made = htmlReport(reportInput(items, { name: answer }));
        expect(unclosed(made)).toEqual([]);
        expect(made).not.toMatch(/\son[a-z]+=["']/i);
      }),
      { numRuns: 30 },
    );
  });

  it('stays small and named at 77 classes', () => {
    const many = Array.from({ length: 770 }, (_, index) => {
      const [target, said] = [`intent_${index % 77}`, `intent_${(index * 7) % 77}`];
      return evaluated(index, target, [wrong(said), right(target)]);
    });
    const large = htmlReport(reportInput(many));
    expect(large).toContain('aria-label="Confusion matrix');
    for (let label = 0; label < 77; label += 1) expect(large).toContain(`>intent_${label}</text>`);
    expect(large.length).toBeLessThan(1_000_000);
  });
});

/** Tags left open, or closed without being open, in order. */
function unclosed(html: string): readonly string[] {
  const open: string[] = [];
  for (const [, end, name = '', , closed] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*?)?)(\/?)>/gi)) {
    if (closed === '/' || name === 'meta' || name === 'wbr') continue;
    if (end !== '/') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}
