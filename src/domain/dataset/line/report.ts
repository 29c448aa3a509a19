import type { DatasetFinding } from '../types.ts';

type Severity = DatasetFinding['severity'];

/** Collects what is wrong in one line. */
export class LineReport {
  readonly findings: DatasetFinding[] = [];
  private readonly line: number;

  constructor(line: number) {
    this.line = line;
  }

  /** `after` counts the line ends within a record that come before what is wrong. */
  error(code: string, message: string, fix: string, after = 0): void {
    this.add('error', code, message, fix, after);
  }

  warn(code: string, message: string, fix: string): void {
    this.add('warning', code, message, fix);
  }

  get hasErrors(): boolean {
    return this.findings.some((finding) => finding.severity === 'error');
  }

  private add(severity: Severity, code: string, message: string, fix: string, after = 0): void {
    this.findings.push({ code, severity, line: this.line + after, message, fix });
  }
}

/** A value of a file, short and in quotes, for a message. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
