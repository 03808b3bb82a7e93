import type { Finding } from "../project/finding.ts";
import { printableName } from "../terminal/printable.ts";
import type { SyncPlan } from "./sync-plan.ts";

/** What a plan would insert and rename, as findings: for those who only look. */
export function unsynced({ edits, inserted, renamed }: SyncPlan): readonly Finding[] {
  const made = new Set(edits.filter(({ before }) => before === undefined).map(({ file }) => file));
  const contracts = Map.groupBy(
    inserted,
    ({ file, contract, at }) => `${file}\0${contract}\0${at?.line}:${at?.column}`,
  );
  return [
    ...[...contracts.values()].flatMap((members): Finding[] => {
      const [first] = members;
      if (!first) return [];
      const { file, contract, at: place } = first;
      const names = members.map(({ member }) => member).join(", ");
      const text = made.has(file)
        ? `${contract} is not written yet: ${printableName(file)} would be made`
        : `${contract} lacks ${names}`;
      const at = place ? { at: place } : {};
      return [{ code: made.has(file) ? "EGO103" : "EGO102", severity: "error", ...at, text, help: "Run `ego sync`." }];
    }),
    ...renamed.map(
      ({ at, contract, from, to }): Finding => ({
        code: "EGO102",
        severity: "error",
        at,
        text: `${from} of ${contract} is to become ${to}`,
        help: "Run `ego sync` with the same `--rename`.",
      }),
    ),
  ];
}

/** One line for each file: `src/account.ts  +2: freezeAccount, accountFrozen`. */
export function summaryLines(
  { edits, inserted, renamed, findings, refused }: SyncPlan,
  written: boolean,
): readonly string[] {
  const lines = edits.map(({ file, before }): [string, string] => {
    const added = inserted.filter((one) => one.file === file).map(({ member }) => member);
    const names = renamed.filter((one) => one.file === file).map(({ from, to }) => `${from} → ${to}`);
    const parts = [
      ...(added.length > 0 || before === undefined
        ? [`+${added.length}${added.length > 0 ? `: ${added.join(", ")}` : ""}`]
        : []),
      ...(names.length > 0 ? [`renamed: ${names.join(", ")}`] : []),
    ];
    return [printableName(file), `${before === undefined ? "new, " : ""}${parts.join("; ")}`];
  });
  const width = Math.max(0, ...lines.map(([file]) => file.length));
  if (lines.length === 0) return refused ? [] : [findings.length === 0 ? "In sync." : "Nothing to insert."];
  return [
    ...lines.map(([file, what]) => `${file.padEnd(width)}  ${what}`),
    ...(written ? [] : ["Nothing was written."]),
  ];
}
