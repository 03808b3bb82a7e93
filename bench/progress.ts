/** Says how far a benchmark is: one line for each of its rows, to standard error. */
export interface Progress {
  begin(label: string): void;
  end(result: string): void;
}

/** Counts the rows of a benchmark. */
export function progressOf(rows: number): Progress {
  let at = 0;
  return {
    begin(label) {
      process.stderr.write(`${String(++at).padStart(2)}/${rows} ${label.padEnd(52)} `);
    },
    end(result) {
      process.stderr.write(`${result}\n`);
    },
  };
}

/** A rate for people. */
export function rateOf(perSecond: number): string {
  return Math.round(perSecond).toLocaleString("en").padStart(9);
}
