import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@ego/protoc-gen-ego/model";
import { beforeAll, describe, expect, test } from "vitest";
import { breakageFindings } from "../../cli/src/evolution/bytes.ts";
import type { Change, Rule, Version } from "../../cli/src/evolution/change.ts";
import { rules } from "../../cli/src/evolution/rules.ts";
import { type WirePair, wirePairs } from "../../cli/src/evolution/wire-pairs.ts";
import { isUnchanged } from "../../cli/src/evolution/wire-same.ts";
import { findingLines } from "../../cli/src/project/finding.ts";
import { before } from "./before.ts";
import { accepted, refused, type SchemaChange } from "./changes-table.ts";
import { type Compared, changesOf, compared, findingsOf } from "./compared.ts";

const table: readonly SchemaChange[] = [...accepted, ...refused];
let whole: readonly Compared[];
let said: readonly (readonly string[])[];

/** What is said of each row. */
function judged(all: readonly Compared[], some: readonly Rule[] = rules): readonly (readonly string[])[] {
  return findingsOf(all, some).map(findingLines);
}

/** The rows of which something else is said than there should be, if other pairs are compared. */
async function wrongWith(pairsOf: (change: Change) => readonly WirePair[]): Promise<readonly string[]> {
  return wrong(
    judged(
      await compared(
        whole.map(({ change }) => change),
        pairsOf,
      ),
    ),
  );
}

function wrong(findings: readonly (readonly string[])[]): readonly string[] {
  return table.filter((_, index) => String(findings[index]) !== String(said[index])).map(({ change }) => change);
}

beforeAll(async () => {
  whole = await compared(changesOf(table));
  said = judged(whole);
});

describe("a change is", () => {
  test.each(accepted.map(({ change }, index) => [change, index] as const))("accepted: %s", (_, index) => {
    expect(said[index]).toEqual([]);
  });

  test.each(refused.map(({ change, says }, index) => [change, says, index] as const))("told: %s", (_, says, index) => {
    expect(said[accepted.length + index]).toEqual(says);
  });
});

test("messages that are as they were are not compared", () => {
  const changed = {
    ...before,
    "bank/v1/account.proto": `${before["bank/v1/account.proto"]}`.replace("remark = 4;", "remark = 5;"),
  };
  const [same, one] = changesOf([
    { before, now: before },
    { before, now: changed },
  ]).map((change) => wirePairs(change).filter((pair) => pair.kind === "message" && !isUnchanged(pair)));
  expect(same).toEqual([]);
  expect(one?.map(({ is }) => is.name)).toEqual(["OpenAccount"]);
});

test("what buf may refuse in a version to come is told in its words, by the names of the user's messages", () => {
  const [change = expect.fail()] = changesOf([{ before, now: before }]);
  const told = (kind: WirePair["kind"]) => {
    const pair = wirePairs(change).find((one) => one.kind === kind) ?? expect.fail();
    const text = `"1" of "Pair7" has another colour.`;
    const [line, ...more] = findingLines(breakageFindings(change, [{ pair, rule: "SAME_COLOUR", number: 1, text }]));
    expect(more).toEqual([]);
    expect(line).toContain(`error EGO209: ${pair.is.name}: "1" of "${pair.is.typeName}" has another colour.`);
    expect(line).toContain("That is buf's rule SAME_COLOUR.");
  };
  told("message");
  told("enum");
});

describe("the table notices", () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))("that the rule %s is not there", (_, rule) => {
    const others = rules.filter((other) => other !== rule);
    expect(wrong(judged(whole, others))).not.toEqual([]);
  });

  const codes = [...new Set(refused.flatMap(({ says }) => says.flatMap((text) => /EGO\d{3}/.exec(text)?.[0] ?? [])))];
  test.each(codes.toSorted())("that nothing says %s: in one row, it is all that is said", (code) => {
    const only = refused.filter(({ says }) => says.length > 0 && says.every((text) => text.includes(` ${code}: `)));
    expect(only).not.toEqual([]);
  });

  test("that buf is not asked", () => {
    const unasked = whole.map((one) => ({ ...one, breakages: [] }));
    expect(wrong(judged(unasked))).toContain("a field gets another type");
  });

  test("that messages are compared by their names, and not by those under which they are stored", async () => {
    const byName = (change: Change): readonly WirePair[] =>
      wirePairs({ ...change, before: unnamed(change.before), now: unnamed(change.now) });
    expect(await wrongWith(byName)).toEqual(
      expect.arrayContaining([
        "an event gets another shape, by an upcast",
        "an event is renamed with an alias, and has another type in it",
      ]),
    );
  });

  test("that aliases do not count", () => {
    const forgetful = whole.map((one) => {
      const now = withEvents(one.change.now, withoutAliases);
      return { ...one, change: { ...one.change, now } };
    });
    expect(wrong(judged(forgetful))).toContain("an event is renamed, with an alias");
  });

  test("that what is kept as JSON is taken for bytes", async () => {
    const asBytes = (change: Change): readonly WirePair[] =>
      wirePairs(change).map((pair) => ({ ...pair, form: "binary" }));
    expect(await wrongWith(asBytes)).toEqual(
      expect.arrayContaining([
        "a field of what is kept as JSON gets another number",
        "a value of an enum in JSON is renamed",
      ]),
    );
  });

  test("that all messages are taken for stored ones", () => {
    const asStored = (pair: WirePair) => ({ ...pair, origin: { ...pair.origin, stored: true } });
    const stored = whole.map((one) => ({
      ...one,
      breakages: one.breakages.map((breakage) => ({ ...breakage, pair: asStored(breakage.pair) })),
    }));
    expect(wrong(judged(stored))).toContain("a field of a command is removed");
  });
});

function withEvents(version: Version, change: (event: Event) => Event): Version {
  const { domain } = version;
  const entities = domain.entities.map((entity) => ({ ...entity, events: entity.events.map(change) }));
  return { ...version, domain: { ...domain, entities } };
}

function withoutAliases(event: Event): Event {
  return { ...event, mark: { ...event.mark, aliases: [] } };
}

/** As if there were no stored names, but those of the messages. */
function unnamed(version: Version): Version {
  return withEvents(version, (event) => {
    const { type: _, ...mark } = event.mark;
    return { ...event, mark: { ...mark, aliases: [] } };
  });
}

test("each code of evolution has a row in docs/evolution.md, and a change in the table", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/evolution.md"), "utf8");
  const documented = [...page.matchAll(/^\| (EGO2\d\d) \|/gm)].map(([, code = ""]) => code);
  const shown = refused.flatMap(({ says }) => says.flatMap((text) => /EGO2\d\d/.exec(text)?.[0] ?? []));
  // What buf may refuse in a version to come: see above.
  expect(documented).toEqual([...new Set([...shown, "EGO209"])].toSorted());
});

test("each code of generated files has a row in docs/cli.md", () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
  const inSource = read("cli/src/project/freshness.ts").match(/(?<=")EGO\d{3}(?=")/g) ?? [];
  const documented = read("docs/cli.md").match(/(?<=^\| )EGO30\d(?= \|)/gm);
  expect(documented).toEqual([...new Set(inSource)].toSorted());
});
