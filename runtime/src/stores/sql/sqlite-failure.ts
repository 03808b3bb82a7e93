import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { EgoError, type EgoErrorCode } from "../../error/ego-error.ts";
import { textOf } from "../../error/text-of.ts";

// Primary result codes, https://sqlite.org/rescode.html
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const TOOBIG = 18;
const CONSTRAINT = 19;
const NOTADB = 26;
// Extended ones.
const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;

/** By the names that better-sqlite3 gives, the extended ones without what follows. */
const codes: Readonly<Record<string, number>> = {
  BUSY,
  LOCKED,
  READONLY,
  IOERR,
  CORRUPT,
  FULL,
  CANTOPEN,
  TOOBIG,
  CONSTRAINT,
  NOTADB,
  CONSTRAINT_PRIMARYKEY,
  CONSTRAINT_UNIQUE,
};

/** What a driver throws for a failure of SQLite, on its way between threads, where classes and codes are lost. */
export interface SqliteFailure {
  readonly message: string;
  /** A name: that of the result by better-sqlite3, of node:sqlite's failures as such by that. */
  readonly code: string | undefined;
  /** The extended result code, by node:sqlite. */
  readonly errcode: number | undefined;
  readonly stack: string | undefined;
}

/** A failure of SQLite in a form that can be sent; undefined for other failures. */
export function sendableFailure(failure: unknown): SqliteFailure | undefined {
  if (!isSqliteFailure(failure)) return undefined;
  const { message, stack, code, errcode } = failure as Error & Partial<SqliteFailure>;
  return { message, stack, code, errcode };
}

/** The failure that was sent, with all that it can be told by. */
export function receivedFailure({ message, ...rest }: SqliteFailure): Error {
  return Object.assign(new Error(message), rest);
}

/** Whether it is a failure of SQLite, as a driver throws it. */
export function isSqliteFailure(failure: unknown): failure is Error {
  return errcodeOf(failure) !== undefined;
}

/** Whether the failure is that of a unique index or a primary key; its message then names the columns. */
export function isUniqueViolation(failure: unknown): failure is Error {
  const code = errcodeOf(failure);
  return code === CONSTRAINT_UNIQUE || code === CONSTRAINT_PRIMARYKEY;
}

/** Whether a row was refused by a constraint of its table. */
export function isConstraintViolation(failure: unknown): failure is Error {
  return primaryCodeOf(failure) === CONSTRAINT;
}

/** Whether the write lock was not to be had. */
export function isBusy(failure: unknown): boolean {
  return primaryCodeOf(failure) === BUSY;
}

/** Whether reading or writing the file failed, after which nothing is known of what the system still holds of it. */
export function isBrokenFile(failure: unknown): boolean {
  return primaryCodeOf(failure) === IOERR;
}

/** A failure of SQLite as an `EgoError` that names the file and says what to do. Other failures go through. */
export function sqliteFailure(failure: unknown, filename: string, readOnly = false): EgoError {
  const code = primaryCodeOf(failure);
  if (code === undefined) return EgoError.from(failure);
  const [egoCode, text] = described(code, JSON.stringify(filename), filename, readOnly);
  const message = textOf(failure);
  return new EgoError(egoCode, `${text} (SQLite: ${message})`, { cause: failure, details: { filename } });
}

function described(code: number, file: string, filename: string, readOnly: boolean): [EgoErrorCode, string] {
  switch (code) {
    case BUSY:
    case LOCKED:
      return [
        "unavailable",
        `Another program holds the lock of the database ${file}. Try again, end that program's long transaction, or raise busyTimeoutMs.`,
      ];
    case READONLY:
      return [
        "unavailable",
        `The database ${file} cannot be written. Let this user write the file, its directory, and the files beside it that end in -wal and -shm.`,
      ];
    case CANTOPEN:
      if (!existsSync(dirname(filename))) {
        return [
          "unavailable",
          `The database ${file} cannot be opened: its directory does not exist. Create the directory.`,
        ];
      }
      if (readOnly && !existsSync(filename)) {
        return ["unavailable", `The database ${file} does not exist. Start the engine once, which creates it.`];
      }
      return [
        "unavailable",
        `The database ${file} cannot be opened. It must be a file, not a directory, that this user may read and write, in a directory that this user may write.`,
      ];
    case FULL:
      return ["unavailable", `The disk of the database ${file} is full. Make room; nothing of this batch was stored.`];
    case IOERR:
      return ["unavailable", `Reading or writing the database ${file} failed. Look at the disk and the system's log.`];
    case CORRUPT:
      return [
        "data_loss",
        `The database ${file} is damaged. Keep a copy of it, run "pragma integrity_check", and restore a backup.`,
      ];
    case NOTADB:
      return ["data_loss", `The file ${file} is not a SQLite database. Give another filename, or restore a backup.`];
    case TOOBIG:
      return ["invalid_argument", `A value is larger than the database ${file} takes.`];
    default:
      return ["internal", `The database ${file} failed.`];
  }
}

function primaryCodeOf(failure: unknown): number | undefined {
  const code = errcodeOf(failure);
  return code === undefined ? undefined : code & 0xff;
}

function errcodeOf(failure: unknown): number | undefined {
  if (!(failure instanceof Error)) return undefined;
  // node:sqlite has a number, better-sqlite3 a name.
  const { errcode, code } = failure as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return errcode;
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return undefined;
  const name = code.slice("SQLITE_".length);
  return codes[name] ?? codes[name.replace(/_.*/, "")] ?? ERROR;
}
