import { positionOf } from "./bench.ts";
import { type ContractCase, casesOf, type Trial } from "./contract-case.ts";
import { expectSame } from "./expectations.ts";

/** What tells one id from another: every byte of it. */
const pairs: Readonly<Record<string, readonly [string, string]>> = {
  case: ["ann", "Ann"],
  "the case of a letter outside ASCII": ["ärger", "Ärger"],
  "an accent": ["ann", "änn"],
  "the composition of an accent": ["änn", "a\u0308nn"],
  "a trailing space": ["ann", "ann "],
  "a leading space": ["ann", " ann"],
  "a trailing tab": ["ann", "ann\t"],
  "a trailing line feed": ["ann", "ann\n"],
  "sharp s": ["straße", "strasse"],
  "the dot of an i": ["istanbul", "ıstanbul"],
  "the width of a letter": ["a", "ａ"],
  "a character without a width": ["ann", "an\u200bn"],
  "an emoji": ["😀", "😁"],
  "zeros in front": ["7", "007"],
  "the form of a number": ["10", "1e1"],
  "the last of 255 bytes": [`${"x".repeat(254)}a`, `${"x".repeat(254)}b`],
};

/** Ids that mean something somewhere else. */
const ordinary: Readonly<Record<string, string>> = {
  "the name __proto__": "__proto__",
  "the name constructor": "constructor",
  "the name toString": "toString",
  "the name hasOwnProperty": "hasOwnProperty",
  "the text null": "null",
  "the text undefined": "undefined",
  "'; drop table": "'; drop table ego_events; --",
  "a quote": "'",
  "a double quote": '"',
  "a backslash": "\\",
  "a backslash and a quote": "\\'",
  "a percent sign": "%",
  "an underscore": "_",
  "a question mark": "?",
  "a dollar parameter": "$1",
  "a colon": "a:b",
  "a slash and dots": "../../etc/passwd",
  "an array's text": "{a,b}",
  "a control character": "\u0001",
  "a line separator": "\u2028",
  "the last code point": "\u{10ffff}",
  "one character": "x",
  "255 bytes of ASCII": "x".repeat(255),
  "255 bytes of three-byte characters": "あ".repeat(85),
  "252 bytes of emoji": "😀".repeat(63),
};

/** Ids of entities: no two are mistaken for each other, and nothing in one is special. */
export const idCases: readonly ContractCase[] = casesOf("ids", {
  ...Object.fromEntries(
    Object.entries(pairs).map(([what, ids]): [string, Trial] => [
      `ids that differ in ${what} are different entities`,
      async (bench) => {
        for (const [n, id] of ids.entries()) {
          positionOf((await bench.events.append([bench.append(id, 0, { count: n + 1, commandId: `c-${n}` })]))[0]);
        }
        for (const [n, id] of ids.entries()) {
          const stored = (await bench.load(id)).map((event) => [event.entityId, event.commandId]);
          expectSame(stored[0], [id, `c-${n}`], "the first event");
          expectSame(stored.length, n + 1, "events");
        }
        const results = await bench.events.append(ids.map((id) => bench.append(id, 9)));
        expectSame(
          results,
          [1, 2].map((head) => ({ stored: false, head })),
          "heads",
        );
      },
    ]),
  ),

  ...Object.fromEntries(
    Object.entries(ordinary).map(([what, id]): [string, Trial] => [
      `${what} is an id as any other`,
      async (bench) => {
        const append = bench.append(id, 0, { count: 2, commandId: id });
        const before = await bench.mark(append.shard);
        await bench.events.append([append]);
        expectSame(await bench.events.append([bench.append(id, 0)]), [{ stored: false, head: 2 }], "a stale append");
        const stored = await bench.load(id);
        expectSame(
          stored.map((event) => [event.entityId, event.commandId]),
          [
            [id, id],
            [id, null],
          ],
          "ids and command ids",
        );
        expectSame(await bench.events.read(append.shard, before, 10), stored, "read");
      },
    ]),
  ),

  "all of them in one batch are different entities": async (bench) => {
    const ids = [...new Set([...Object.values(pairs).flat(), ...Object.values(ordinary)])];
    const results = await bench.events.append(ids.map((id) => bench.append(id, 0)));
    for (const result of results) positionOf(result);
    for (const id of ids) {
      const stored = await bench.load(id);
      expectSame(
        stored.map((event) => [event.entityId, event.commandId]),
        [[id, `${id}-0`]],
        "the events",
      );
    }
  },

  "entity types that differ in case only are different": async (bench) => {
    const entityTypes = [bench.type, bench.type.toUpperCase()];
    for (const entityType of entityTypes) {
      positionOf((await bench.events.append([bench.append("a", 0, { entityType, commandId: entityType })]))[0]);
    }
    for (const entityType of entityTypes) {
      const stored = await bench.events.load(entityType, "a");
      expectSame(
        stored.map((event) => [event.entityType, event.commandId]),
        [[entityType, entityType]],
        "the events",
      );
    }
  },

  "an entity type that is the name of a property is one as any other": async (bench) => {
    for (const entityType of ["__proto__", "constructor"]) {
      const before = (await bench.events.load(entityType, bench.type)).length;
      expectSame(before, 0, `events of ${entityType}`);
      positionOf((await bench.events.append([bench.append(bench.type, 0, { entityType })]))[0]);
      expectSame((await bench.events.load(entityType, bench.type)).length, 1, `events of ${entityType}`);
    }
  },

  "type and id are not joined: where one ends counts": async (bench) => {
    const entityType = `${bench.type}a`;
    await bench.events.append([bench.append("ab", 0), bench.append("b", 0, { count: 2, entityType })]);
    expectSame((await bench.load("ab")).length, 1, "events of the first");
    expectSame((await bench.events.load(entityType, "b")).length, 2, "events of the second");
  },
});
