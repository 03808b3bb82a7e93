import { timeText, word } from "../journal/event-text.ts";
import type { Colour, Line } from "../terminal/line.ts";
import { printableName } from "../terminal/printable.ts";
import type { DeadLetter, PartLease, ProjectionRecord, ProjectionVersion, ShardLag } from "./tools.ts";
import { nodesOf, type Status, type VersionState } from "./version-state.ts";

const titles = ["name", "version", "role", "status", "behind", "oldest", "dead letters", "parts", "nodes"] as const;
/** Columns of words; the others are of numbers, and stand to the right. */
const ofWords: readonly string[] = ["name", "role", "status"];
/** Shards that are listed. */
const listed = 10;

const colours: Readonly<Record<Status, Colour>> = {
  running: "green",
  paused: "yellow",
  failed: "red",
  "no node": "dim",
};

/** A version in a sentence. */
export function versionText({ name, version }: ProjectionVersion): string {
  return `Version ${version} of ${word(name)}`;
}

/**
 * Versions of projections as a table, one line for each.
 *
 * @param now epoch milliseconds
 */
export function tableText(states: readonly VersionState[], now: number): readonly Line[] {
  const rows = states.map((state) => {
    const { record, status, lag, deadLetters } = state;
    return [
      printableName(word(record.name)),
      String(record.version),
      record.role,
      status,
      countText(lag.events),
      lag.oldest ? ageText(now - lag.oldest.getTime()) : "-",
      countText(deadLetters),
      String(record.parts),
      String(nodesOf(state).length),
    ];
  });
  const widths = titles.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const padded = (cells: readonly string[]) =>
    cells.map((cell, at) => {
      const width = widths[at] ?? 0;
      return ofWords.includes(titles[at] ?? "") ? cell.padEnd(width) : cell.padStart(width);
    });
  return [
    padded(titles).join("  ").trimEnd(),
    ...rows.map((row, at): Line => {
      const cells = padded(row);
      const { status = "running" } = states[at] ?? {};
      return [
        `${cells.slice(0, 3).join("  ")}  `,
        { text: cells[3] ?? "", colour: colours[status] },
        `  ${cells.slice(4).join("  ")}`,
      ];
    }),
  ];
}

/** Everything about a version. */
export function versionLines(state: VersionState, behind: readonly ShardLag[], now: number): readonly Line[] {
  const { record, status, lag, deadLetters, held } = state;
  const { name, version, role, failure, parts } = record;
  return [
    [`${word(name)}, version ${version}, ${role}: `, { text: status, colour: colours[status] }],
    ...(failure === undefined ? [] : [indented(failure), ...wayOn(record)]),
    lag.events === 0
      ? "  has done all events"
      : `  ${counted(lag.events, "event")} behind${oldestText(lag.oldest, now)}`,
    ...behind.slice(0, listed).map(shardText(now)),
    ...(behind.length > listed ? [`    … and ${counted(behind.length - listed, "shard")} more`] : []),
    ...(deadLetters > 0 ? [`  ${counted(deadLetters, "dead letter")}`] : []),
    ...Array.from({ length: parts }, (_, part) => partText(part, parts, held)),
  ];
}

/** How a version goes on that has failed; one that was live before has to be made live again first. */
function wayOn({ name, role }: ProjectionRecord): readonly string[] {
  const mended = `  When what failed is mended: ego projections resume ${word(name)}`;
  const passOver = `  To pass over the event: ego projections skip ${word(name)} --shard … --position …`;
  if (role === "live") return [mended, passOver];
  return role === "building" ? [`${mended} --building`] : [];
}

/** A dead letter as a block of two lines, or more. */
export function letterLines(letter: DeadLetter): readonly Line[] {
  const { shard, position, entityType, entityId, revision, eventType, failure, attempts, failedAt } = letter;
  const event = `${word(entityType)} ${word(entityId)} #${revision}  ${word(eventType)}`;
  return [
    [
      { text: `shard ${shard} position ${position}`, colour: "bold" },
      `  ${event}  ${counted(attempts, "attempt")}, ${timeText(failedAt)}`,
    ],
    indented(failure),
  ];
}

/** A time span, in the largest unit of which there is one: `3 s`; `?` for one that is none. */
export function ageText(ms: number): string {
  if (Number.isNaN(ms)) return "?";
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${countText(Math.floor(seconds / 86_400))} d`;
}

/** A text of the database's, in lines of its own. */
export function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** A number of things, with their name. */
export function counted(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? "" : "s"}`;
}

function countText(count: number): string {
  return count.toLocaleString("en");
}

function oldestText(oldest: Date | undefined, now: number): string {
  return oldest ? `, the oldest of ${ageText(now - oldest.getTime())} ago` : "";
}

function shardText(now: number): (behind: ShardLag) => string {
  return ({ shard, position, head, oldest }) =>
    `    shard ${shard}: at ${position} of ${head}${oldestText(oldest, now)}`;
}

function partText(part: number, parts: number, held: readonly PartLease[]): string {
  const lease = held.find((one) => one.part === part);
  const who = lease?.owner === undefined ? "nobody" : `${word(lease.owner)} until ${timeText(lease.expiresAt)}`;
  return `  part ${part} of ${parts}: ${who}`;
}
