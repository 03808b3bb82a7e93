// Every name that generated code has and the proto has not is made here.

/** Members of every object, and what would make a client look like a promise or hide its own members. */
const reservedMembers = new Set([
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "outcome",
  "propertyIsEnumerable",
  "then",
  "toJSON",
  "toLocaleString",
  "toString",
  "valueOf",
  "__proto__",
]);

/** What may not be the name of an exported constant. */
const reservedConstants = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports " +
    "extends false finally for function globalThis if implements import in instanceof interface let new null package " +
    "private protected public require return static super switch this throw true try typeof undefined var void while " +
    "with yield"
  ).split(" "),
);

/** The method of a message in behaviors and clients: `HTTPRequested` → `httpRequested`, `Open_Account` → `openAccount`. */
export function methodName(messageName: string): string {
  const [first = "", ...rest] = messageName.split("_").filter((part) => part !== "");
  const name = lowerFirstWord(first) + rest.map(upperFirst).join("");
  return reservedMembers.has(name) ? `${name}$` : startingWithLetter(name);
}

/** Whether a name can be that of an entity: it is part of every stored id. */
export function isEntityName(name: string): boolean {
  return /^[a-z][a-z0-9_-]{0,62}$/.test(name);
}

/** The constant of an entity: `inventory_item` → `inventoryItem`; a reserved word gets `$`. */
export function constantName(entityName: string): string {
  const [first = "", ...rest] = words(entityName);
  const name = first + rest.map(upperFirst).join("");
  return reservedConstants.has(name) ? `${name}$` : startingWithLetter(name);
}

/** A type of an entity, as `InventoryItem` + `Behavior`. */
export function typeName(entityName: string, suffix: string): string {
  return startingWithLetter(words(entityName).map(upperFirst).join("")) + suffix;
}

/** The interface of the tables of a file: `shop/v1/inventory.proto` → `InventoryDatabase`. */
export function databaseName(protoPath: string): string {
  const base = protoPath.replace(/^.*\//, "").replace(/\.proto$/, "");
  return typeName(base, "Database");
}

/** The default table of an entity: SQL names have no hyphens. */
export function tableName(entityName: string): string {
  return entityName.replaceAll("-", "_");
}

/** The column of a field: `snake_case` of its name in the proto. */
export function columnName(fieldName: string): string {
  return snakeCase(fieldName);
}

/** `TransferProcess` → `transfer_process`, `HTTPRequest` → `http_request`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

function words(name: string): string[] {
  return name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
}

/** `HTTPRequested` → `httpRequested`, `URL` → `url`, `OpenAccount` → `openAccount`. */
function lowerFirstWord(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

function upperFirst(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function startingWithLetter(name: string): string {
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}
