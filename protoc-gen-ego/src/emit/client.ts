import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { type Command, idOf } from "../model/domain.ts";
import { commentOf } from "./comment.ts";
import { shapeSymbol } from "./message-symbols.ts";
import { joined, openInterface, type Printing } from "./printing.ts";
import { seamType } from "./seam.ts";
import { printSignature } from "./signature.ts";

/** Prints the interface through which commands are sent to one entity. */
export function printClient(printing: Printing): void {
  const { file, entity } = printing;
  openInterface(printing, "Client", `Sends commands to one \`${entity.name}\`.`);
  for (const command of entity.commands) {
    printSignature(file, {
      comment: commentOf(command.desc),
      head: command.method,
      parameters: [
        [
          `command${hasOwnFields(command) ? "" : "?"}: `,
          seamType(file, "Fields"),
          "<",
          shapeSymbol(file, command.desc),
          ">",
        ],
        ["options?: ", seamType(file, "SendOptions")],
      ],
      arrow: ": ",
      result: sent(printing, command),
    });
  }
  file.print("}");
}

/** Something to say besides the id, which is filled in. */
export function hasOwnFields(command: Command): boolean {
  const id = idOf(command);
  return command.desc.fields.some((field) => field !== id);
}

function sent({ file, entity }: Printing, command: Command): Printable[] {
  const cases = rejectionCases(file, command);
  return [
    seamType(file, "Sent"),
    "<",
    shapeSymbol(file, entity.state.desc),
    ...(cases.length === 0 ? [] : [", ", ...cases]),
    ">",
  ];
}

/** `{ accountIsClosed: AccountIsClosed }`: what a command may be refused with; empty if with nothing. */
export function rejectionCases(file: GeneratedFile, command: Command): Printable[] {
  const rejections = command.rejects.flatMap(({ target }) => target ?? []);
  const cases = rejections.map(({ method, desc }) => [`${method}: `, shapeSymbol(file, desc)]);
  return cases.length === 0 ? [] : ["{ ", joined(cases, "; "), " }"];
}
