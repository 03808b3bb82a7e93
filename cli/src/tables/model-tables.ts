import { type JsonObject, readJson } from "./json-reader.ts";
import { fieldTypeText, messageName, ownerName, sqlName } from "./names.ts";
import type { ColumnKind, ColumnSchema, TableSchema } from "./table-schema.ts";

/** What `ego.schema.json` calls what a column holds. */
const modelKinds = [
  "text",
  "number",
  "unsigned32",
  "boolean",
  "integer64",
  "unsigned64",
  "bytes",
  "timestamp",
  "json",
] as const;

/** What a model says of tables. */
export interface ModelTables {
  /** Of its durable states, and then of its read models. */
  readonly tables: readonly TableSchema[];
  /** Entities whose states are stored without a table. */
  readonly tableless: readonly string[];
}

/**
 * The tables of a model.
 *
 * @param name what errors call it
 * @param text what `protoc-gen-ego` writes as ego.schema.json
 * @throws Failure if it is not that
 */
export function tablesOfModel(name: string, text: string): ModelTables {
  const { root } = readJson(name, text);
  const entities = root.objects("entities");
  return {
    tables: [
      ...entities
        .filter((entity) => entity.has("table"))
        .map((entity) => tableOf("state", entity, entity.object("state"))),
      ...root.objects("readModels").map((readModel) => tableOf("read-model", readModel, readModel.object("message"))),
    ],
    tableless: entities
      .filter((entity) => !entity.has("table") && entity.one("kind", ["durable", "event-sourced"]) === "durable")
      .map((entity) => entity.text("name", ownerName)),
  };
}

interface Field {
  readonly number: number;
  readonly type: string;
}

function tableOf(kind: TableSchema["kind"], owner: JsonObject, message: JsonObject): TableSchema {
  const table = owner.object("table");
  const fields = new Map<string, Field>(
    message
      .objects("fields")
      .map((field) => [
        field.text("name", messageName),
        { number: field.number("number"), type: field.text("type", fieldTypeText) },
      ]),
  );
  const key = table.texts("key", sqlName);
  const columns = table.objects("columns").map((column): ColumnSchema => {
    const field = fields.get(column.text("field", messageName));
    const name = column.text("name", sqlName);
    return {
      name,
      field: field?.number ?? 0,
      type: field?.type ?? "unknown",
      kind: kindOf(column.one("kind", modelKinds), field?.type ?? ""),
      nullable: column.flag("nullable"),
      key: key.includes(name),
      ...(column.flag("sensitive") ? { sensitive: true } : {}),
    };
  });
  const withColumn = new Set(columns.map(({ field }) => field));
  return {
    name: table.text("name", sqlName),
    kind,
    owner: owner.text("name", ownerName),
    message: message.text("type", messageName),
    columns,
    indexes: table.objects("indexes").map((index) => ({
      name: index.text("name", sqlName),
      columns: index.texts("columns", sqlName),
      unique: index.flag("unique"),
    })),
    omitted: [...fields.values()].map(({ number }) => number).filter((number) => !withColumn.has(number)),
  };
}

/** As the runtime has it: see `kindOf` of its field-value.ts. */
function kindOf(kind: (typeof modelKinds)[number], type: string): ColumnKind {
  switch (kind) {
    case "number":
      return /^(?:optional )?(?:float|double)\b/.test(type) ? "real" : "integer";
    case "boolean":
      return "integer";
    case "unsigned32":
      return "unsigned";
    case "integer64":
      return "bigint";
    case "unsigned64":
      return "digits";
    case "json":
      return type.startsWith("repeated ") ? "list" : type.startsWith("map<") ? "map" : "json";
    default:
      return kind;
  }
}
