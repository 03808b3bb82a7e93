import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Printable } from "@bufbuild/protoplugin";
import { contextTypes, readModelTypeName, tableConstantName } from "../model/exported-names.ts";
import { findsRow, isState, type ReadModel, type Source } from "../model/read-model.ts";
import { constantName } from "../naming.ts";
import { commentOf, docComment } from "./comment.ts";
import { schemaSymbol, shapeSymbol } from "./message-symbols.ts";
import { type Member, objectLiteral, printMember } from "./object-literal.ts";
import { type FilePrinting, picked, quoted } from "./printing.ts";
import { globalType, kyselyType, seam, seamFunction, seamType } from "./seam.ts";

const stateText = "The state after a command; `null` if the entity was removed.";

/**
 * Prints a read model, all but its table: what a user writes for it, and its constant. `database` is the interface of
 * the tables of its file.
 */
export function printReadModel(printing: FilePrinting, readModel: ReadModel, database: string): void {
  for (const type of contextTypes(readModel)) printContext(printing, readModel, type, database);
  printProjection(printing, readModel, database);
  printType(printing, readModel, database);
  printConstant(printing, readModel);
}

function printContext(
  printing: FilePrinting,
  readModel: ReadModel,
  type: "Context" | "RowContext",
  database: string,
): void {
  const { file, self } = printing;
  const is = type === "RowContext" ? "`row` is that of the event's key" : "`rowOf` leads to the row of a key";
  file.print();
  file.print(
    docComment(`What a method of \`${readModel.name}\` is given besides the event: ${is}.`),
    file.export("interface", readModelTypeName(readModel, type)),
    parameter(printing, database),
  );
  file.print(
    "  extends ",
    seamType(file, type === "RowContext" ? "RowContext" : "ProjectionContext"),
    "<",
    shapeSymbol(file, readModel.desc),
    ", ",
    keyType(printing, readModel),
    ", ",
    kyselyType(file, "Transaction"),
    "<",
    globalType(file, "Database", self),
    ">> {}",
  );
}

function printProjection(printing: FilePrinting, readModel: ReadModel, database: string): void {
  const { file, self } = printing;
  file.print();
  file.print(
    docComment(
      paragraphs(
        titled(`What you write for the read model \`${readModel.name}\`: ${wanted(readModel)}.`, readModel),
        "`Database` is that of your application, if that has more tables than this file.",
      ),
    ),
    file.export("interface", readModelTypeName(readModel, "Projection")),
    parameter(printing, database),
    " {",
  );
  for (const source of readModel.sources) {
    const { desc, method } = source.message;
    const comment = commentOf(desc);
    const context = readModelTypeName(readModel, findsRow(readModel, source) ? "RowContext" : "Context");
    file.print(
      docComment(isState(source) ? paragraphs(comment, stateText) : comment, "  "),
      `  readonly ${method}: `,
      seamType(file, "Project"),
      "<",
      shapeSymbol(file, desc),
      isState(source) ? " | null" : "",
      `, ${context}<`,
      globalType(file, "Database", self),
      ">>;",
    );
  }
  file.print("}");
}

function printType(printing: FilePrinting, readModel: ReadModel, database: string): void {
  const { file, self } = printing;
  file.print();
  file.print(
    docComment(`The type of the read model \`${readModel.name}\`.`),
    file.export("interface", readModelTypeName(readModel, "ReadModel")),
    " extends ",
    seamType(file, "ReadModel"),
    " {",
  );
  file.print(
    "  implement",
    parameter(printing, database),
    `(projection: ${readModelTypeName(readModel, "Projection")}<`,
    globalType(file, "Database", self),
    ">, tuning?: ",
    seamType(file, "ProjectionTuning"),
    "): ",
    seamType(file, "ProjectionImplementation"),
    ";",
  );
  file.print("}");
}

function printConstant({ file }: FilePrinting, readModel: ReadModel): void {
  file.print();
  file.print(
    docComment(titled(`The read model \`${readModel.name}\`.`, readModel)),
    file.export("const", constantName(readModel.name)),
    `: ${readModelTypeName(readModel, "ReadModel")} = /*@__PURE__*/ `,
    seamFunction(file, "readModel"),
    "({",
  );
  const { name, table, sources } = readModel;
  const consumed = (key: string, some: readonly Source[]): Member[] =>
    some.length === 0
      ? []
      : [
          [
            key,
            objectLiteral(
              some.map(({ message, entity }) => [
                message.method,
                [`[${quoted(entity.name)}, `, schemaSymbol(file, message.desc), "]"],
              ]),
            ),
          ],
        ];
  const members: Member[] = [
    ["seam", seam],
    ["name", quoted(name)],
    ["table", tableConstantName(table)],
    ...consumed(
      "events",
      sources.filter((source) => !isState(source)),
    ),
    ...consumed("states", sources.filter(isState)),
  ];
  for (const member of members) printMember(file, member);
  file.print("});");
}

/** `<Database extends BankDatabase = BankDatabase>` */
function parameter({ file, self }: FilePrinting, database: string): Printable[] {
  return ["<", globalType(file, "Database", self), ` extends ${database} = ${database}>`];
}

/** Of one field, its value; of several, an object of them. */
function keyType(printing: FilePrinting, { desc, ids }: ReadModel): Printable {
  const [only, ...more] = ids;
  if (only && more.length === 0) return idType(only.desc);
  return picked(
    printing,
    shapeSymbol(printing.file, desc),
    ids.map((id) => id.desc.localName),
  );
}

/** The type of the values of an id. */
function idType(field: DescField): string {
  if (field.scalar === ScalarType.STRING || ("longAsString" in field && field.longAsString)) return "string";
  return wide.has(field.scalar) ? "bigint" : "number";
}

const wide = new Set<ScalarType | undefined>([
  ScalarType.INT64,
  ScalarType.SINT64,
  ScalarType.SFIXED64,
  ScalarType.UINT64,
  ScalarType.FIXED64,
]);

function wanted({ sources }: ReadModel): string {
  const parts = [...(sources.every(isState) ? [] : ["event"]), ...(sources.some(isState) ? ["durable state"] : [])];
  return `one method per ${parts.join(", one per ")} that it consumes`;
}

/** A sentence, and what the proto says of the row. */
function titled(sentence: string, { desc }: ReadModel): string {
  return `${sentence} ${commentOf(desc)}`.trimEnd();
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}
