import type { Logger } from "../entity/host.ts";

/** One thing that was logged. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A logger that keeps what it is told, and prints nothing. */
export interface RecordingLogger extends Logger {
  /** What was logged, in order. */
  readonly entries: readonly LogEntry[];
}

/** Makes a logger for tests. */
export function recordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const at = (level: LogEntry["level"]) => (message: string, facts: LogEntry["facts"]) => {
    entries.push({ level, message, facts });
  };
  return { entries, error: at("error"), warn: at("warn") };
}
