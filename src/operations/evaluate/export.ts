import { type Answers, predictionLines, predictionTable } from '../../domain/evaluation/predictionFile.ts';
import { EndedEarly } from '../channel/ends.ts';

export type ExportFormat = 'jsonl' | 'csv' | 'markdown' | 'html';

/** What an evaluation is written as, piece by piece. Nothing of a key is in it: none ever reaches an evaluation. */
export function exportText(answers: Answers, format: ExportFormat): Iterable<string> {
  switch (format) {
    case 'jsonl':
      return predictionLines(answers);
    case 'csv':
      return predictionTable(answers);
    case 'markdown':
    case 'html':
      throw new EndedEarly('failed', { what: 'Reports are not there yet.', saved: '', next: 'Export JSONL or CSV.' });
  }
}
