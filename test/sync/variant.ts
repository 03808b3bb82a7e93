/** A source file as somebody might have written it, and which methods of its behavior are not in it. */
export interface Variant {
  readonly name: string;
  readonly text: string;
  /** The methods that have to be inserted, in order. */
  readonly missing: readonly string[];
  /** Where the braces of the behavior, and of its sections, begin. */
  readonly places: Readonly<Partial<Record<Mark, number>>>;
}

/** The braces that something may be inserted into. */
export type Mark = "root" | "commands" | "events";

/** What stands before these braces until a file is done: characters that nobody writes. */
const marks: Readonly<Record<Mark, string>> = { root: "\ue000", commands: "\ue001", events: "\ue002" };

/** A source of choices: the same number makes the same choices. */
export interface Choices {
  /** A whole number below `count`. */
  below(count: number): number;
  of<T>(list: readonly T[]): T;
  chance(percent: number): boolean;
}

/** Choices that follow from a number. */
export function choices(seed: number): Choices {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count: number) => next() % count;
  return {
    below,
    of: (list) => list[below(list.length)] as (typeof list)[number],
    chance: (percent) => below(100) < percent,
  };
}

/** How a file is written. */
interface Writing {
  readonly unit: string;
  readonly semicolon: string;
  readonly trailing: boolean;
  /** Whether braces are broken into lines. */
  readonly lines: boolean;
  readonly comments: boolean;
}

const commands = ["openAccount", "creditAccount", "debitAccount", "closeAccount"] as const;
const events = ["accountCredited", "accountDebited", "accountClosed"] as const;
type Name = (typeof commands)[number] | (typeof events)[number];

/** What each method does, as an expression; it has a type without its context too. */
const returns: Readonly<Record<Name, string>> = {
  openAccount: "emit.accountOpened({ ownerEmail: command.ownerEmail })",
  creditAccount: "emit.accountCredited({ amountCents: command.amountCents })",
  debitAccount: "emit.accountDebited({ amountCents: command.amountCents })",
  closeAccount: "emit.accountClosed(command.accountId === 'x' ? {} : undefined)",
  accountCredited: "void (state.balanceCents += event.amountCents)",
  accountDebited: "void (state.balanceCents -= event.amountCents)",
  accountClosed: "void (state.closed = event.accountId !== '')",
};

const blockComments = [
  "/* } */",
  "/* 🎉 größer: {[( */",
  "/* `${ */",
  "/* a\n   b */",
  "/* a\u2028b */",
  "/** @ts-ignore */",
  "/* // */",
];
const lineComments = ["// }, ]", '// "open', "// 'it', `$ {x}", "// größer 🎉", "// ,", "// */ /*", "//"];

/** The variant of a number, of the behavior `V<number>Behavior` in `./gen/v<number>_ego.ts`. */
export function variantOf(number: number): Variant {
  const choose = choices(number);
  const type = `V${number}Behavior`;
  const writing: Writing = {
    unit: choose.of(["  ", "    ", "\t", "   "]),
    semicolon: choose.chance(75) ? ";" : "",
    trailing: choose.chance(65),
    lines: choose.chance(75),
    comments: choose.chance(60),
  };
  const hasCommands = choose.chance(92);
  const hasEvents = choose.chance(92);
  const present = {
    commands: hasCommands ? commands.filter(() => choose.chance(50)) : [],
    events: hasEvents ? events.filter(() => choose.chance(50)) : [],
  };
  const form = choose.of(Object.keys(forms));
  const parts = (forms[form] ?? constant)(
    choose,
    writing,
    {
      ...(hasCommands ? { commands: present.commands } : {}),
      ...(hasEvents ? { events: present.events } : {}),
    },
    number,
  );
  const [imports, used] = importsOf(choose, writing, parts.imports, type, number);
  const body = parts.body.replaceAll("TYPE", used);
  const head = headOf(choose, writing);
  const tail = choose.of([
    "",
    "\n",
    "\n\n\n",
    "\n// the end",
    `\n\nexport const behind${number}: { a: number } = { a: 1 }${writing.semicolon}\n`,
    "\n/* the\n end */\n",
    "\n  ",
  ]);
  let text = `${head}${imports}\n${choose.of(["", "\n", "// behaviors\n"])}${body}${tail}`;
  if (choose.chance(30)) text = withSingleQuotes(text);
  const eol = choose.of(["\n", "\n", "\r\n", "\r\n", "mixed"]);
  if (eol === "\r\n") text = text.replaceAll("\n", "\r\n");
  if (eol === "mixed") text = text.replace(/\n/g, () => choose.of(["\n", "\r\n"]));
  if (choose.chance(20) && !text.startsWith("#!")) text = `\ufeff${text}`;
  return {
    name: `v${number}: ${form}`,
    ...withoutMarks(text),
    missing: [
      ...commands.filter((name) => !(present.commands as readonly string[]).includes(name)),
      ...events.filter((name) => !(present.events as readonly string[]).includes(name)),
    ],
  };
}

/** The text, and where the marks were. */
function withoutMarks(marked: string): Pick<Variant, "text" | "places"> {
  const places: Partial<Record<Mark, number>> = {};
  let found = 0;
  const text = marked.replace(/[\ue000-\ue002]/g, (character, index: number) => {
    for (const mark of ["root", "commands", "events"] as const)
      if (marks[mark] === character) places[mark] = index - found;
    found++;
    return "";
  });
  return { text, places };
}

type Sections = Readonly<{ commands?: readonly Name[]; events?: readonly Name[] }>;
interface Form {
  readonly body: string;
  /** What the file needs besides the type of the behavior. */
  readonly imports: readonly ("constant" | "handlers" | "appliers")[];
}
type MakeForm = (choose: Choices, writing: Writing, sections: Sections, number: number) => Form;

const constant: MakeForm = (choose, writing, sections, n) => ({
  body: `export const b${n}: TYPE = ${objectOf(choose, writing, sections)}${writing.semicolon}`,
  imports: [],
});

const forms: Readonly<Record<string, MakeForm>> = {
  constant,
  parentheses: (choose, writing, sections, n) => ({
    body: `export const b${n}: TYPE = (${objectOf(choose, writing, sections)})${writing.semicolon}`,
    imports: [],
  }),
  arrow: (choose, writing, sections, n) => ({
    body: `export const make${n} = (rate: number): TYPE => (${objectOf(choose, writing, sections)})${writing.semicolon}\nexport const one${n}: TYPE = make${n}(1)${writing.semicolon}`.replace(
      "(rate: number)",
      choose.of(["(_rate: number)", "(_rate = 1)", "<T>(_rate: T)"]),
    ),
    imports: [],
  }),
  function: (choose, writing, sections, n) => ({
    body: `export function make${n}(): TYPE {\n${writing.unit}return ${indented(objectOf(choose, writing, sections), writing.unit)}${writing.semicolon}\n}`,
    imports: [],
  }),
  satisfies: (choose, writing, sections, n) => ({
    body: `export const b${n} = ${objectOf(choose, writing, sections)} satisfies TYPE${writing.semicolon}`,
    imports: [],
  }),
  defaultExport: (choose, writing, sections) => ({
    body: `export default ${objectOf(choose, writing, sections)} satisfies TYPE${writing.semicolon}`,
    imports: [],
  }),
  implement: (choose, writing, sections, n) => ({
    body: `export const done${n} = v${n}.implement(${objectOf(choose, writing, sections)})${writing.semicolon}\nexport type Type${n} = TYPE${writing.semicolon}`,
    imports: ["constant"],
  }),
  list: (choose, writing, sections, n) => ({
    body: `export const all${n}: TYPE[] = [\n${writing.unit}${indented(objectOf(choose, writing, sections), writing.unit)},\n]${writing.semicolon}`,
    imports: [],
  }),
  property: (choose, writing, sections, n) => ({
    body: `export class Bank${n} {\n${writing.unit}readonly account: TYPE = ${indented(objectOf(choose, writing, sections), writing.unit)};\n}`,
    imports: [],
  }),
  frozen: (choose, writing, sections, n) => ({
    body: `export const b${n}: TYPE = Object.freeze<TYPE>(${objectOf(choose, writing, sections)})${writing.semicolon}`,
    imports: [],
  }),
  sectionConstants(choose, writing, sections, n) {
    const { commands: own, events: appliers } = sections;
    const shorthand = choose.chance(50);
    const lines = [
      ...(own
        ? [
            `const ${shorthand ? "commands" : `handlers${n}`}: V${n}Handlers = ${membersOf(choose, writing, own, "commands")}`,
          ]
        : []),
      ...(appliers
        ? [
            `export const ${shorthand ? "events" : `appliers${n}`}: V${n}Appliers = ${membersOf(choose, writing, appliers, "events")}`,
          ]
        : []),
      `export const b${n}: TYPE = ${marks.root}${braces(choose, writing, [
        ...(own ? [shorthand ? "commands" : `commands: handlers${n}`] : []),
        ...(appliers ? [shorthand ? "events" : `events: appliers${n}`] : []),
      ])}`,
    ];
    return {
      body: lines.map((line) => line + writing.semicolon).join("\n"),
      imports: [...(own ? ["handlers" as const] : []), ...(appliers ? ["appliers" as const] : [])],
    };
  },
  spread(choose, writing, sections, n) {
    const [first, second, ...rest] = sections.commands ?? [];
    if (first === undefined || second === undefined) return constant(choose, writing, sections, n);
    const shared = `const shared${n} = ${membersOf(choose, writing, [first])} satisfies Partial<TYPE["commands"]>`;
    const own = [second, ...rest].map((name) => methodOf(choose, writing, name));
    const members = [
      `commands: ${marks.commands}${braces(choose, writing, choose.chance(50) ? [`...shared${n}`, ...own] : [...own, `...shared${n}`])}`,
      ...(sections.events ? [`events: ${membersOf(choose, writing, sections.events, "events")}`] : []),
    ];
    const { semicolon } = writing;
    return {
      body: `${shared}${semicolon}\nexport const b${n}: TYPE = ${marks.root}${braces(choose, writing, members)}${semicolon}`,
      imports: [],
    };
  },
};

function objectOf(choose: Choices, writing: Writing, sections: Sections): string {
  const members = Object.entries(sections).map(([key, names]) => {
    const quotedKey = choose.chance(10) ? `"${key}"` : key;
    return `${quotedKey}: ${membersOf(choose, writing, names, key as Mark)}`;
  });
  return marks.root + braces(choose, writing, choose.chance(15) ? members.toReversed() : members);
}

function membersOf(choose: Choices, writing: Writing, names: readonly Name[], mark?: Mark): string {
  const members = names.map((name) => methodOf(choose, writing, name));
  return (mark === undefined ? "" : marks[mark]) + braces(choose, writing, members);
}

function methodOf(choose: Choices, writing: Writing, name: Name): string {
  const isCommand = (commands as readonly string[]).includes(name);
  const parameters = isCommand ? "(command, { emit })" : "(event, state)";
  const gap = writing.comments && choose.chance(15) ? ` ${choose.of(blockComments)} ` : " ";
  const value = returns[name];
  const statement = `${isCommand ? "return " : ""}${value.replace(/^void \((.*)\)$/, "$1")}`;
  const block = choose.chance(50)
    ? `{${gap}${statement}${writing.semicolon} }`
    : `{\n${writing.unit}${statement}${writing.semicolon}${gap === " " ? "" : gap}\n}`;
  const kinds = [
    `${name}:${gap}${parameters} =>${gap}${isCommand ? value : `${block}`}`,
    `${name}${parameters}${gap}${block}`,
    `"${name}"${parameters} ${block}`,
    `["${name}"]: ${parameters} => ${block}`,
    `${name}: function ${parameters} ${block}`,
    `${name}: (${parameters} => ${block})`,
    ...(isCommand ? [`async ${name}${parameters} ${block}`, `${name}: async ${parameters} => ${value}`] : []),
  ];
  return choose.of(kinds);
}

/** Members in braces, with comments in many places. */
function braces(choose: Choices, writing: Writing, members: readonly string[]): string {
  const { unit, trailing, comments } = writing;
  const lines = writing.lines || members.some((member) => member.includes("\n") || member.includes("//"));
  const comment = (list: readonly string[]) => (comments && choose.chance(25) ? choose.of(list) : "");
  if (members.length === 0)
    return choose.of([
      "{}",
      "{ }",
      "{\n}",
      ...(comments ? ["{ /* none */ }", "{\n  // none yet\n}", "{/* { */}"] : []),
    ]);
  if (!lines) {
    const inline = comments && choose.chance(30) ? ` ${choose.of(blockComments)}` : "";
    return `{ ${members.join(", ")}${trailing ? "," : ""}${inline} }`;
  }
  const written = members.map((member, index) => {
    const above = comment([...blockComments, ...lineComments]);
    const behind = comment([...blockComments, ...lineComments]);
    const comma = index < members.length - 1 || trailing ? "," : "";
    const early = comments && choose.chance(10) ? " /* before the comma */ " : "";
    return `${above === "" ? "" : `${above}\n`}${member}${early}${comma}${behind === "" ? "" : ` ${behind}`}`;
  });
  const last = comment([...blockComments, ...lineComments]);
  const inner = [...written, ...(last === "" ? [] : [last])].join(choose.chance(15) ? "\n\n" : "\n");
  const closing = comments && choose.chance(6) ? "/* here */ " : "";
  return `{\n${unit}${indented(inner, unit)}\n${closing}}`;
}

function indented(text: string, unit: string): string {
  return text.replace(/\n(?!\n)/g, `\n${unit}`);
}

function headOf(choose: Choices, { semicolon }: Writing): string {
  return choose.of([
    "",
    "",
    "#!/usr/bin/env node\n",
    "// Copyright 2026 Ann. SPDX-License-Identifier: MIT\n\n",
    "/*!\n * Licence: { } \n */\n\n",
    `"use strict"${semicolon}\n`,
    `// one\n"use strict"${semicolon} // strict\n`,
    "\n\n",
    "/** About what is imported. */\n",
  ]);
}

/** The imports, and the name of the behavior's type in this file. */
function importsOf(
  choose: Choices,
  writing: Writing,
  needs: Form["imports"],
  type: string,
  number: number,
): [string, string] {
  const { semicolon, unit } = writing;
  const from = `"./gen/v${number}_ego.ts"${semicolon}`;
  const types = [
    ...(needs.includes("handlers") ? [`V${number}Handlers`] : []),
    ...(needs.includes("appliers") ? [`V${number}Appliers`] : []),
  ];
  const alias = choose.chance(15);
  const named = alias ? `${type} as Contract` : type;
  const space = choose.chance(10) && types.length === 0;
  const own = [
    space ? `import type * as made from ${from}` : `import type { ${[named, ...types].join(", ")} } from ${from}`,
    ...(needs.includes("constant") ? [`import { v${number} } from ${from}`] : []),
  ];
  const runtime = choose.of([
    "",
    "",
    "",
    `import { NotImplemented } from "@ego/runtime"${semicolon}\nexport const unused = NotImplemented${semicolon}`,
    `import { NotImplemented as Todo } from "@ego/runtime"${semicolon}\nexport const unused = Todo${semicolon}`,
    `import { Engine } from "@ego/runtime"${semicolon}\nexport const engine = Engine${semicolon}`,
    `import {\n${unit}Engine, // starts\n${unit}memoryStore${writing.trailing ? "," : ""} // keeps\n} from "@ego/runtime"${semicolon}\nexport const engine = [Engine, memoryStore]${semicolon}`,
    `import { type Clock, Engine /* it */ } from "@ego/runtime"${semicolon}\nexport const engine: [typeof Engine, Clock?] = [Engine]${semicolon}`,
    `import type { Clock } from "@ego/runtime"${semicolon}\nexport type C = Clock${semicolon}`,
    `import type { NotImplemented } from "@ego/runtime"${semicolon}\nexport type C = NotImplemented${semicolon}`,
    `import * as ego from "@ego/runtime"${semicolon}\nexport const engine = ego.Engine${semicolon}`,
    `export class NotImplemented extends Error {}`,
    `import {} from "@ego/runtime"${semicolon}`,
  ]);
  const [first = "", ...rest] = runtime.split(/\n(?=export)/);
  const isImport = first.startsWith("import");
  const lines = [...own, ...(isImport ? [first] : [])];
  const ordered = choose.chance(40) ? lines.toReversed() : lines;
  const comment = choose.chance(15) ? " // the last import" : "";
  const after = [...(isImport ? rest : first === "" ? [] : [first]), ...(isImport ? [] : rest)];
  return [
    `${ordered.join("\n")}${comment}\n${after.map((line) => `${line}\n`).join("")}`,
    space ? `made.${type}` : alias ? "Contract" : type,
  ];
}

/** String literals in the other quotes, where nothing speaks against it. */
function withSingleQuotes(text: string): string {
  return text
    .split("\n")
    .map((line) => (/\/\/|\/\*|`|'/.test(line) ? line : line.replace(/"([^"']*)"/g, "'$1'")))
    .join("\n");
}
