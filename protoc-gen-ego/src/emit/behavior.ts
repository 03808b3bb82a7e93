import type { Printable } from "@bufbuild/protoplugin";
import { type Command, currentEvents, type Event, type Replacement } from "../model/domain.ts";
import { commentOf, docComment, withRemarks } from "./comment.ts";
import { shapeSymbol } from "./message-symbols.ts";
import { joined, nameOf, openInterface, type Printing, picked } from "./printing.ts";
import { seamType } from "./seam.ts";
import { sensitiveRemark } from "./sensitive-fields.ts";
import { printSignature } from "./signature.ts";

const derivedText = "Derived: copies the fields of the event into the state. Write it only to do something else.";

/** Prints what a user writes for an entity: the behavior, its handlers, its appliers and its upcasters. */
export function printBehavior(printing: Printing): void {
  const { file, entity } = printing;
  const hasEvents = entity.events.length > 0;
  const hasOldEvents = entity.replacements.length > 0;
  const wanted = ["one method per command", ...(hasEvents ? ["one per event"] : [])];
  if (hasOldEvents) wanted.push("one per old event");
  openInterface(printing, "Behavior", `What you write for \`${entity.name}\`: ${wanted.join(", ")}.`);
  file.print("  readonly commands: ", nameOf(printing, "Handlers"), ";");
  if (hasEvents) file.print("  readonly events: ", nameOf(printing, "Appliers"), ";");
  if (hasOldEvents) file.print("  readonly upcasts: ", nameOf(printing, "Upcasters"), ";");
  file.print("}");

  openInterface(printing, "Handlers", `One method per command of \`${entity.name}\`.`);
  for (const command of entity.commands) {
    const types = entity.durable ? changeTypes(printing, command) : decisionTypes(printing, command);
    printSignature(file, {
      comment: commentOf(command.desc),
      head: `readonly ${command.method}: `,
      parameters: [
        ["command: ", shapeSymbol(file, command.desc)],
        ["context: ", types.context],
      ],
      arrow: " => ",
      result: types.result,
    });
  }
  file.print("}");

  if (!hasEvents) return;
  openInterface(printing, "Appliers", `One method per event of \`${entity.name}\`.`);
  for (const event of currentEvents(entity)) printApplier(printing, event);
  file.print("}");

  if (!hasOldEvents) return;
  openInterface(
    printing,
    "Upcasters",
    `One method per old event of \`${entity.name}\`: it makes the event that replaced it.`,
  );
  for (const replacement of entity.replacements) printUpcaster(printing, replacement);
  file.print("}");
}

function printApplier({ file, entity }: Printing, event: Event): void {
  const derived = event.mark.derived !== undefined;
  const remarks = [...(derived ? [derivedText] : []), ...sensitiveRemark(event)];
  file.print(
    docComment(withRemarks(commentOf(event.desc), ...remarks), "  "),
    `  readonly ${event.method}${derived ? "?" : ""}: `,
    seamType(file, "Apply"),
    "<",
    shapeSymbol(file, event.desc),
    ", ",
    shapeSymbol(file, entity.state.desc),
    ">;",
  );
}

function printUpcaster({ file }: Printing, { old, by }: Replacement): void {
  file.print(
    docComment(withRemarks(commentOf(old.desc), ...sensitiveRemark(old)), "  "),
    `  readonly ${old.method}: `,
    seamType(file, "Upcast"),
    "<",
    shapeSymbol(file, old.desc),
    ", ",
    shapeSymbol(file, by.desc),
    ">;",
  );
}

interface HandlerTypes {
  readonly context: Printable;
  readonly result: Printable;
}

function decisionTypes(printing: Printing, command: Command): HandlerTypes {
  const { file, entity } = printing;
  const events = command.emits.flatMap(({ target }) => target ?? []);
  const emit =
    events.length === 0
      ? seamType(file, "Nothing")
      : picked(
          printing,
          nameOf(printing, "Events"),
          events.map(({ method }) => method),
        );
  const made = events.length === 0 ? "never" : joined(shapes(printing, events), " | ");
  const { picks, union } = rejectionTypes(printing, command);
  return {
    context: [
      seamType(file, "DecideContext"),
      "<",
      joined([shapeSymbol(file, entity.state.desc), emit, ...picks], ", "),
      ">",
    ],
    result: [seamType(file, "Decision"), "<", joined([made, ...union], ", "), ">"],
  };
}

function changeTypes(printing: Printing, command: Command): HandlerTypes {
  const { file, entity } = printing;
  const { picks, union } = rejectionTypes(printing, command);
  return {
    context: [
      seamType(file, "ChangeContext"),
      "<",
      joined([shapeSymbol(file, entity.state.desc), ...picks], ", "),
      ">",
    ],
    result: union.length === 0 ? seamType(file, "Change") : [seamType(file, "Change"), "<", ...union, ">"],
  };
}

/** Type arguments for the rejections of a command: none, or one. */
function rejectionTypes(printing: Printing, command: Command): { picks: Printable[]; union: Printable[] } {
  const rejections = command.rejects.flatMap(({ target }) => target ?? []);
  if (rejections.length === 0) return { picks: [], union: [] };
  const names = rejections.map(({ method }) => method);
  return {
    picks: [picked(printing, nameOf(printing, "Rejections"), names)],
    union: [joined(shapes(printing, rejections), " | ")],
  };
}

function shapes({ file }: Printing, messages: readonly { readonly desc: Command["desc"] }[]): Printable[] {
  return messages.map(({ desc }) => shapeSymbol(file, desc));
}
