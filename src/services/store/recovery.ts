/** What was found corrupt and where it was put, gathered from every store until someone tells the person. */
export interface Recovery {
  note(line: string): void;
  /** The lines since the last call: each is told once. */
  take(): readonly string[];
}

export function createRecovery(): Recovery {
  let lines: string[] = [];
  return {
    note: (line) => {
      lines.push(line);
    },
    take: () => {
      const told = lines;
      lines = [];
      return told;
    },
  };
}
