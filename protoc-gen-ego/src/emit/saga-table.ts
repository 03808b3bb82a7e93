import type { Printable } from "@bufbuild/protoplugin";
import { idOf, type Member as OfEntity } from "../model/domain.ts";
import { sagaTypeName } from "../model/exported-names.ts";
import { correlationOf, type Trigger, timerMethod } from "../model/saga.ts";
import { constantName } from "../naming.ts";
import { commentOf, docComment } from "./comment.ts";
import { schemaSymbol, shapeSymbol } from "./message-symbols.ts";
import { type Member, objectLiteral, printMember } from "./object-literal.ts";
import { quoted } from "./printing.ts";
import type { SagaPrinting } from "./saga.ts";
import { seam, seamFunction, seamType } from "./seam.ts";
import { sensitiveMember } from "./sensitive-fields.ts";

/** Prints the constant of a saga: its table as data. */
export function printSagaTable(printing: SagaPrinting): void {
  const { file, saga } = printing;
  const comment = commentOf(saga.desc);
  file.print();
  file.print(
    docComment(`The saga \`${saga.name}\`.${comment === "" ? "" : ` ${comment}`}`),
    file.export("const", constantName(saga.name)),
    ": ",
    seamType(file, "Saga"),
    `<${sagaTypeName(saga, "Behavior")}, `,
    shapeSymbol(file, saga.desc),
    "> = /*@__PURE__*/ ",
    seamFunction(file, "saga"),
    "({",
  );
  for (const member of members(printing)) printMember(file, member);
  file.print("});");
}

function members(printing: SagaPrinting): Member[] {
  const { file, saga } = printing;
  const timers = saga.timers.map((timer): Member => [timerMethod(timer), quoted(timer.value)]);
  const sends = saga.sends.flatMap(({ target }): Member[] => (target ? [[target.method, row(printing, target)]] : []));
  return [
    ["seam", seam],
    ["name", quoted(saga.name)],
    ["state", schemaSymbol(file, saga.desc)],
    ["id", quoted(idOf(saga)?.localName ?? "")],
    ...list("startsOn", triggers(printing, saga.startsOn)),
    ...list("reactsTo", triggers(printing, saga.reactsTo)),
    ...list("sends", sends),
    ...list("timers", timers),
    ...sensitiveMember([saga]),
  ];
}

/** A member that is an object, or none where that would be empty. */
function list(key: string, rows: readonly Member[]): Member[] {
  return rows.length === 0 ? [] : [[key, objectLiteral(rows)]];
}

function triggers(printing: SagaPrinting, all: readonly Trigger[]): Member[] {
  const { domain, saga } = printing;
  const id = idOf(saga);
  return all.flatMap((trigger): Member[] => {
    if (!trigger.target || !id) return [];
    const correlation = correlationOf(domain, id, trigger);
    const by = correlation.in === "field" ? `, by: ${quoted(correlation.field.localName)}` : "";
    return [[trigger.target.method, row(printing, trigger.target, by)]];
  });
}

/** One event or command, in one line however long: the table reads as one. */
function row({ file }: SagaPrinting, { entity, desc }: OfEntity, more = ""): Printable {
  return [`{ entity: ${quoted(entity?.value ?? "")}, message: `, schemaSymbol(file, desc), `${more} }`];
}
