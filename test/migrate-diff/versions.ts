import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Domain, readDomain, schemaJson, tablesOf } from "@ego/protoc-gen-ego/model";
import type { TableData } from "@ego/runtime/codegen";
import { type ModelTables, tablesOfModel } from "../../cli/src/tables/model-tables.ts";
import type { TableSchema } from "../../cli/src/tables/table-schema.ts";
import { buildProtos } from "../golden/harness.ts";

/** A version of a project: its tables, to the command line and to the runtime. */
export interface Version {
  readonly tables: readonly TableSchema[];
  readonly model: ModelTables;
  readonly data: readonly TableData[];
  /** What `Row` is. */
  readonly row: DescMessage;
  readonly rowTable: TableData;
}

/** Versions of small projects, each of which has the messages of a text; all of them are compiled at once. */
export function versionsOf(projects: Readonly<Record<string, string>>): ReadonlyMap<string, Version> {
  const protos = Object.entries(projects).map(([name, messages]) => [`${name}.proto`, protoText(name, messages)]);
  const domain = readDomain(toBinary(FileDescriptorSetSchema, buildProtos(Object.fromEntries(protos))));
  return new Map(Object.keys(projects).map((name) => [name, versionOf(domain, name)]));
}

function protoText(name: string, messages: string): string {
  return `syntax = "proto3";
package ${name};
import "ego/v1/ego.proto";
import "google/protobuf/timestamp.proto";
message Touch {
  option (ego.v1.message).command = {entity: "${name}"};
  google.protobuf.Timestamp at = 1;
}
${messages}
`;
}

function versionOf(whole: Domain, name: string): Version {
  const isOwn = ({ typeName }: DescMessage) => typeName.startsWith(`${name}.`);
  const domain: Domain = {
    ...whole,
    entities: whole.entities.filter(({ state }) => isOwn(state.desc)),
    readModels: whole.readModels.filter(({ desc }) => isOwn(desc)),
    sagas: [],
    services: [],
  };
  const tabled = tablesOf(domain);
  const data = tabled.map(
    ({ table: { kind, name: table, desc, columns, indexes } }): TableData => ({
      seam: 1,
      name: table,
      kind,
      message: desc,
      key: columns.filter(({ key }) => key).map(({ field }) => field.localName),
      columns: Object.fromEntries(columns.map((column) => [column.field.localName, column.name])),
      binary: columns.filter(({ binary }) => binary).map(({ field }) => field.localName),
      indexes: indexes.map((index) => ({
        name: index.name,
        fields: index.fields.flatMap(({ column }) => column?.field.localName ?? []),
        unique: index.unique,
      })),
    }),
  );
  const at = tabled.findIndex(({ message }) => message.desc.name === "Row");
  const [row, rowTable] = [tabled[at]?.message.desc, data[at]];
  if (row === undefined || rowTable === undefined) throw new Error(`${name} has no table of Row`);
  const model = tablesOfModel(name, schemaJson(domain));
  return { tables: model.tables, model, data, row, rowTable };
}
