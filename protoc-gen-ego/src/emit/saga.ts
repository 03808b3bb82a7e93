import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import { type Command, type Domain, type Entity, entityOf } from "../model/domain.ts";
import { type SagaType, sagaTypeName } from "../model/exported-names.ts";
import { type Saga, timerMethod } from "../model/saga.ts";
import { hasOwnFields, rejectionCases } from "./client.ts";
import { commentOf, docComment } from "./comment.ts";
import { shapeSymbol } from "./message-symbols.ts";
import { joined, quoted } from "./printing.ts";
import { seamType } from "./seam.ts";
import { printSignature } from "./signature.ts";

/** What every part of a saga's code needs. */
export interface SagaPrinting {
  readonly file: GeneratedFile;
  readonly domain: Domain;
  readonly saga: Saga;
}

/** Prints what a user writes for a saga, and what its methods are given. */
export function printSagaTypes(printing: SagaPrinting): void {
  const { saga } = printing;
  printBehavior(printing);
  printReactions(printing);
  if (saga.sends.length > 0) printOutcomes(printing);
  if (saga.timers.length > 0) printTimers(printing);
  if (saga.sends.length > 0) printSend(printing);
  printContext(printing);
}

function printBehavior({ file, saga }: SagaPrinting): void {
  const wanted = ["one method per event"];
  if (saga.sends.length > 0) wanted.push("one per command that it sends");
  if (saga.timers.length > 0) wanted.push("one per timer");
  openInterface({ file, saga }, "Behavior", `What you write for the saga \`${saga.name}\`: ${wanted.join(", ")}.`);
  file.print("  readonly events: ", sagaTypeName(saga, "Reactions"), ";");
  if (saga.sends.length > 0) file.print("  readonly outcomes: ", sagaTypeName(saga, "Outcomes"), ";");
  if (saga.timers.length > 0) file.print("  readonly timers: ", sagaTypeName(saga, "Timers"), ";");
  file.print("}");
}

function printReactions(printing: SagaPrinting): void {
  const { file, saga } = printing;
  openInterface(printing, "Reactions", `One method per event that the saga \`${saga.name}\` consumes.`);
  for (const trigger of [...saga.startsOn, ...saga.reactsTo]) {
    if (!trigger.target) continue;
    const { desc, method } = trigger.target;
    const texts = [commentOf(desc), saga.startsOn.includes(trigger) ? "Starts an instance." : ""];
    const comment = texts.filter((text) => text !== "").join("\n\n");
    printMethod(printing, method, comment, [["event: ", shapeSymbol(file, desc)]]);
  }
  file.print("}");
}

function printOutcomes(printing: SagaPrinting): void {
  const { file, saga } = printing;
  openInterface(printing, "Outcomes", `One method per command that the saga \`${saga.name}\` sends: what came of it.`);
  for (const { command, entity } of sentCommands(printing)) {
    const cases = rejectionCases(file, command);
    const outcome: Printable[] = [
      seamType(file, "Outcome"),
      "<",
      shapeSymbol(file, entity.state.desc),
      ", ",
      ...(cases.length > 0 ? cases : [seamType(file, "Nothing")]),
      "> | ",
      seamType(file, "Undeliverable"),
    ];
    const to: Printable = ["to: ", seamType(file, "Delivery")];
    printMethod(printing, command.method, commentOf(command.desc), [["outcome: ", outcome]], [to]);
  }
  file.print("}");
}

function printTimers(printing: SagaPrinting): void {
  const { saga } = printing;
  openInterface(printing, "Timers", `One method per timer of the saga \`${saga.name}\`.`);
  for (const timer of saga.timers) printMethod(printing, timerMethod(timer));
  printing.file.print("}");
}

function printSend(printing: SagaPrinting): void {
  const { file, saga } = printing;
  openInterface(printing, "Send", `Makes the commands that the saga \`${saga.name}\` sends.`);
  for (const { command } of sentCommands(printing)) {
    file.print(
      docComment(commentOf(command.desc), "  "),
      `  readonly ${command.method}: `,
      seamType(file, hasOwnFields(command) ? "SendTo" : "SendBareTo"),
      "<",
      shapeSymbol(file, command.desc),
      ">;",
    );
  }
  file.print("}");
}

/** An interface, so that the compiler says its name, and not what it is made of. */
function printContext({ file, saga }: SagaPrinting): void {
  const types: Printable[] = [shapeSymbol(file, saga.desc)];
  const timers = saga.timers.map((timer) => quoted(timerMethod(timer)));
  if (saga.sends.length > 0) types.push(sagaTypeName(saga, "Send"));
  else if (timers.length > 0) types.push(seamType(file, "Nothing"));
  if (timers.length > 0) types.push(timers.join(" | "));
  file.print();
  file.print(
    docComment(`What every method of the saga \`${saga.name}\` is given.`),
    file.export("interface", sagaTypeName(saga, "Context")),
    " extends ",
    seamType(file, "SagaContext"),
    "<",
    joined(types, ", "),
    "> {}",
  );
}

function printMethod(
  { file, saga }: SagaPrinting,
  method: string,
  comment = "",
  before: readonly Printable[] = [],
  behind: readonly Printable[] = [],
): void {
  printSignature(file, {
    comment,
    head: `readonly ${method}: `,
    parameters: [...before, `context: ${sagaTypeName(saga, "Context")}`, ...behind],
    arrow: " => ",
    result: seamType(file, "Steps"),
  });
}

function sentCommands({ domain, saga }: SagaPrinting): { readonly command: Command; readonly entity: Entity }[] {
  return saga.sends.flatMap(({ target: command }) => {
    const entity = command && entityOf(domain, command);
    return entity ? [{ command, entity }] : [];
  });
}

function openInterface({ file, saga }: Pick<SagaPrinting, "file" | "saga">, type: SagaType, text: string): void {
  file.print();
  file.print(docComment(text), file.export("interface", sagaTypeName(saga, type)), " {");
}
