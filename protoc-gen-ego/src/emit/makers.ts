import type { Event, Rejection } from "../model/domain.ts";
import { commentOf, docComment } from "./comment.ts";
import { shapeSymbol } from "./message-symbols.ts";
import { openInterface, type Printing } from "./printing.ts";
import { seamType } from "./seam.ts";

/** Prints the interfaces of the makers of events and of rejections, as far as there are some. */
export function printMakers(printing: Printing): void {
  const { entity } = printing;
  if (entity.events.length > 0) {
    openInterface(printing, "Events", `Makes the events of \`${entity.name}\`.`);
    printMembers(printing, entity.events);
  }
  if (entity.rejections.length > 0) {
    openInterface(printing, "Rejections", `Makes the rejections of \`${entity.name}\`.`);
    printMembers(printing, entity.rejections);
  }
}

function printMembers({ file }: Printing, messages: readonly (Event | Rejection)[]): void {
  for (const { desc, method } of messages) {
    file.print(
      docComment(commentOf(desc), "  "),
      `  readonly ${method}: `,
      seamType(file, "Make"),
      "<",
      shapeSymbol(file, desc),
      ">;",
    );
  }
  file.print("}");
}
