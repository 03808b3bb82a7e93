import type { Message } from "@bufbuild/protobuf";
import type { RecordedOf } from "@ego/runtime";
import type { account } from "./gen/bank/v1/account_ego.ts";

/** An event of an account, as the stream and the history show it. */
export type AccountRecord = RecordedOf<typeof account>;

/** Cents as money: `75000n` is `750.00`. */
export function money(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${cents < 0n ? "-" : ""}${whole}.${digits.slice(-2)}`;
}

/** The fields of an event, but for the id: `amountCents 25000`. */
export function fieldsOf(event: Message): string {
  return Object.entries(event)
    .filter(([name]) => !name.startsWith("$") && name !== "accountId")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Rows under a head, in columns as wide as they must be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `   ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd();
  return [line(head), `   ${widths.map((width) => "─".repeat(width)).join("  ")}`, ...rows.map(line)].join("\n");
}
