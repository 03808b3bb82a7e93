import type { Domain, Message } from "@ego/protoc-gen-ego/model";

type Proto = Domain["files"][number]["desc"]["proto"];
type MessageProto = Proto["messageType"][number];

/** All that the protos say, piece by piece: what a piece is called, and what is said of it. */
export type Facts = ReadonlyMap<string, string>;

/**
 * What of the descriptors of protos can be lost or changed when one of them is changed: comments too, places not.
 *
 * @param isMeant whether a proto is meant, by the name that imports have for it
 */
export function factsOf({ files }: Domain, isMeant: (file: string) => boolean): Facts {
  const facts = new Map<string, string>();
  for (const { desc } of files) {
    const { proto } = desc;
    if (!isMeant(proto.name)) continue;
    const { messageType, enumType, service, extension, dependency, sourceCodeInfo, ...rest } = proto;
    // Which of the imports is public is said by their numbers, and an import more shifts those.
    const { publicDependency, weakDependency, ...file } = rest;
    facts.set(fileFact(proto.name), said(file));
    for (const [index, path] of dependency.entries()) {
      const kind = publicDependency.includes(index) ? "public" : weakDependency.includes(index) ? "weak" : "plain";
      facts.set(importFact(proto.name, path), kind);
    }
    const scope = proto.package === "" ? "" : `${proto.package}.`;
    for (const message of messageType) addMessage(facts, scope + message.name, message);
    for (const one of [...enumType, ...service, ...extension])
      facts.set(`${one.$typeName} ${scope}${one.name}`, said(one));
    addComments(facts, proto);
  }
  return facts;
}

export function fileFact(path: string): string {
  return `file ${path}`;
}

export function importFact(file: string, path: string): string {
  return `import of ${path} in ${file}`;
}

export function messageFact(typeName: string): string {
  return `message ${typeName}`;
}

/** What the option of ego says of a message. */
export function markFact(typeName: string): string {
  return `mark of ${typeName}`;
}

export function fieldFact(typeName: string, name: string): string {
  return `field ${typeName}.${name}`;
}

export function commentFact(of: string): string {
  return `comment of ${of}`;
}

/** The option of a message as it is read, without the places. */
export function markOf({ mark }: Pick<Message & { readonly mark: object }, "mark">): unknown {
  return withoutPlaces(mark);
}

/** The same text for the same value. */
export function said(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (typeof one === "bigint") return String(one);
    if (one instanceof Uint8Array) return Buffer.from(one).toString("hex");
    if (key === "$typeName" || typeof one !== "object" || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const extensionNumber = 50346;

function addMessage(facts: Map<string, string>, typeName: string, message: MessageProto): void {
  const { field, nestedType, oneofDecl, options, ...rest } = message;
  const unknown = options?.$unknown ?? [];
  // An optional field is in a oneof of its own, which nobody wrote.
  const written = oneofDecl.filter((_, index) => !field.some((one) => one.proto3Optional && one.oneofIndex === index));
  const others = { ...options, $unknown: unknown.filter(({ no }) => no !== extensionNumber) };
  facts.set(messageFact(typeName), said({ ...rest, oneofDecl: written, options: others }));
  facts.set(markFact(typeName), said(unknown.filter(({ no }) => no === extensionNumber)));
  const entries = nestedType.filter(({ options: of }) => of?.mapEntry);
  for (const one of field) {
    const { oneofIndex, ...plain } = one;
    const entry = entries.find(({ name }) => one.typeName === `.${typeName}.${name}`);
    facts.set(fieldFact(typeName, one.name), said([one.proto3Optional ? plain : one, entry]));
  }
  for (const one of nestedType) if (!entries.includes(one)) addMessage(facts, `${typeName}.${one.name}`, one);
}

function addComments(facts: Map<string, string>, proto: Proto): void {
  for (const { path, leadingComments, trailingComments, leadingDetachedComments } of proto.sourceCodeInfo?.location ??
    []) {
    const { length } = leadingDetachedComments;
    if (leadingComments === "" && trailingComments === "" && length === 0) continue;
    const key = commentFact(nameOf(proto, path));
    const comment = said([leadingComments, trailingComments, leadingDetachedComments]);
    facts.set(key, `${facts.get(key) ?? ""}${comment}`);
  }
}

/** Numbers of descriptor.proto. */
const numbers = { dependency: 3, message: 4, enum: 5, service: 6, extension: 7, field: 2, nested: 3 } as const;

/** What a path of source info leads to, by names: numbers change when something is put in before. */
function nameOf(proto: Proto, path: readonly number[]): string {
  const [kind, index = -1, ...rest] = path;
  const scope = proto.package === "" ? "" : `${proto.package}.`;
  const behind = (name: string | undefined) => [name, ...rest].join(" ");
  switch (kind) {
    case numbers.dependency:
      return importFact(proto.name, proto.dependency[index] ?? "");
    case numbers.message:
      return nameInMessage(scope, proto.messageType[index], rest);
    case numbers.enum:
      return behind(scope + proto.enumType[index]?.name);
    case numbers.service:
      return behind(scope + proto.service[index]?.name);
    case numbers.extension:
      return behind(scope + proto.extension[index]?.name);
    default:
      return [fileFact(proto.name), ...path].join(" ");
  }
}

function nameInMessage(scope: string, message: MessageProto | undefined, path: readonly number[]): string {
  const name = scope + message?.name;
  const [kind, index = -1, ...rest] = path;
  if (kind === numbers.nested) return nameInMessage(`${name}.`, message?.nestedType[index], rest);
  if (kind === numbers.field) return [fieldFact(name, message?.field[index]?.name ?? ""), ...rest].join(" ");
  return [messageFact(name), ...path].join(" ");
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "at");
  if (entries.length === 1 && "value" in value) return value.value;
  return Object.fromEntries(entries.map(([key, one]) => [key, isPlace(one) ? true : withoutPlaces(one)]));
}

/** Of what is there or not, as `derived`, there is only the place. */
function isPlace(value: unknown): boolean {
  return typeof value === "object" && value !== null && "line" in value && "column" in value;
}
