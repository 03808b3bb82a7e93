import { type Event, newestOf, type Rejection } from "../model/domain.ts";
import { commentOf, docComment, withRemarks } from "./comment.ts";
import { shapeSymbol } from "./message-symbols.ts";
import { openInterface, type Printing } from "./printing.ts";
import { seamType } from "./seam.ts";
import { sensitiveRemark } from "./sensitive-fields.ts";

/** Prints the interfaces of the makers of events and of rejections, as far as there are some. */
export function printMakers(printing: Printing): void {
  const { file, entity } = printing;
  if (entity.events.length > 0) {
    openInterface(printing, "Events", `Makes the events of \`${entity.name}\`.`);
    for (const event of entity.events) {
      const newest = newestOf(entity, event);
      const old = `Old: no command emits it, and it is read as \`${newest.method}\`. For histories in tests.`;
      printMaker(printing, event, ...(newest === event ? [] : [old]), ...sensitiveRemark(event));
    }
    file.print("}");
  }
  if (entity.rejections.length > 0) {
    openInterface(printing, "Rejections", `Makes the rejections of \`${entity.name}\`.`);
    for (const rejection of entity.rejections) printMaker(printing, rejection);
    file.print("}");
  }
}

function printMaker({ file }: Printing, { desc, method }: Event | Rejection, ...remarks: readonly string[]): void {
  file.print(
    docComment(withRemarks(commentOf(desc), ...remarks), "  "),
    `  readonly ${method}: `,
    seamType(file, "Make"),
    "<",
    shapeSymbol(file, desc),
    ">;",
  );
}
