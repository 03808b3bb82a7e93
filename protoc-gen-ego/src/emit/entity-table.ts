import type { DescMessage } from "@bufbuild/protobuf";
import type { Printable } from "@bufbuild/protoplugin";
import { type Command, currentEvents, type Event, idOf } from "../model/domain.ts";
import { tableConstantName } from "../model/exported-names.ts";
import { constantName } from "../naming.ts";
import { commentOf, docComment } from "./comment.ts";
import { schemaSymbol, shapeSymbol } from "./message-symbols.ts";
import { type Member, type ObjectLiteral, objectLiteral, printMember } from "./object-literal.ts";
import { joined, nameOf, type Printing, quoted, texts } from "./printing.ts";
import { seam, seamFunction, seamType } from "./seam.ts";
import { sensitiveMember } from "./sensitive-fields.ts";

/** Prints the constant of an entity: its table as data. */
export function printEntityTable(printing: Printing): void {
  const { file, entity } = printing;
  const comment = commentOf(entity.state.desc);
  file.print();
  file.print(
    docComment(`The entity \`${entity.name}\`.${comment === "" ? "" : ` ${comment}`}`),
    file.export("const", constantName(entity.name)),
    ": ",
    entityType(printing),
    " = /*@__PURE__*/ ",
    seamFunction(file, "entity"),
    "({",
  );
  for (const member of members(printing)) printMember(file, member);
  file.print("});");
}

function entityType(printing: Printing): Printable[] {
  const { file, entity } = printing;
  const types: Printable[] = [
    nameOf(printing, "Behavior"),
    nameOf(printing, "Client"),
    entity.events.length > 0 ? nameOf(printing, "Events") : seamType(file, "Nothing"),
    entity.rejections.length > 0 ? nameOf(printing, "Rejections") : seamType(file, "Nothing"),
    shapeSymbol(file, entity.state.desc),
  ];
  return [seamType(file, "Entity"), "<", joined(types, ", "), ">"];
}

function members(printing: Printing): Member[] {
  const { file, entity } = printing;
  const { commands, events, rejections, replacements, state, table } = entity;
  const id = idOf(state);
  const derived = currentEvents(entity).filter(({ mark }) => mark.derived);
  const stored = events.filter(({ mark }) => mark.type || mark.aliases.length > 0);
  return [
    ["seam", seam],
    ["kind", quoted(entity.durable ? "durable" : "event-sourced")],
    ["name", quoted(entity.name)],
    ["state", schemaSymbol(file, state.desc)],
    ...(id ? [["id", quoted(id.localName)] satisfies Member] : []),
    ["commands", objectLiteral(commands.map((command) => [command.method, commandRow(printing, command)]))],
    ...(events.length > 0 ? [["events", schemas(printing, events)] satisfies Member] : []),
    ...(derived.length > 0 ? [["derived", texts(derived.map(({ method }) => method))] satisfies Member] : []),
    ...(stored.length > 0
      ? [["stored", objectLiteral(stored.map((event) => [event.method, storedRow(event)]))] satisfies Member]
      : []),
    ...(replacements.length > 0
      ? [
          [
            "upcasts",
            objectLiteral(replacements.map(({ old, by }) => [old.method, quoted(by.method)])),
          ] satisfies Member,
        ]
      : []),
    ...(rejections.length > 0 ? [["rejections", schemas(printing, rejections)] satisfies Member] : []),
    ...(table ? [["table", tableConstantName(table)] satisfies Member] : []),
    ...sensitiveMember([state, ...commands, ...events]),
  ];
}

/** One command, in one line however long: the table reads as one. */
function commandRow({ file }: Printing, { desc, mark, emits, rejects }: Command): Printable {
  const names = (references: Command["emits"] | Command["rejects"]) =>
    texts(references.flatMap(({ target }) => target?.method ?? []));
  return [
    "{ message: ",
    schemaSymbol(file, desc),
    emits.length === 0 ? "" : `, emits: ${names(emits)}`,
    rejects.length === 0 ? "" : `, rejects: ${names(rejects)}`,
    mark.precondition ? `, precondition: ${quoted(mark.precondition)}` : "",
    " }",
  ];
}

/** The names under which one event is stored, in one line. */
function storedRow({ mark: { type, aliases } }: Event): Printable {
  const parts = type ? [`type: ${quoted(type.value)}`] : [];
  if (aliases.length > 0) parts.push(`aliases: ${texts(aliases.map(({ value }) => value))}`);
  return `{ ${parts.join(", ")} }`;
}

function schemas(
  { file }: Printing,
  messages: readonly { readonly method: string; readonly desc: DescMessage }[],
): ObjectLiteral {
  return objectLiteral(messages.map(({ method, desc }) => [method, schemaSymbol(file, desc)]));
}
