import type { MarkedFile } from "../options/marked-file.ts";
import type { MarkedMessage } from "../options/marked-message.ts";

/** Finds messages by name. */
export interface Scope {
  /**
   * Resolves a name as protobuf resolves the types of fields: from the innermost scope outward; a leading dot is
   * absolute. The innermost scope that has the first part of the name decides.
   */
  resolve(name: string, from: string): MarkedMessage | undefined;
}

/** The scope of all messages in some files. */
export function createScope(files: readonly MarkedFile[]): Scope {
  const messages = new Map<string, MarkedMessage>();
  const packages = new Set<string>();
  for (const file of files) {
    for (const message of file.messages) messages.set(message.desc.typeName, message);
    const parts = file.desc.proto.package.split(".");
    for (let length = 1; length <= parts.length; length++) packages.add(parts.slice(0, length).join("."));
  }
  return {
    resolve(name, from) {
      if (name.startsWith(".")) return messages.get(name.slice(1));
      const [first = "", ...rest] = name.split(".");
      for (const scope of outward(from)) {
        const head = scope === "" ? first : `${scope}.${first}`;
        if (rest.length === 0 ? messages.has(head) : messages.has(head) || packages.has(head)) {
          return messages.get([head, ...rest].join("."));
        }
      }
      return undefined;
    },
  };
}

/** `a.b.C` → `a.b.C`, `a.b`, `a`, and the root. */
function* outward(from: string): Generator<string> {
  let scope = from;
  while (scope !== "") {
    yield scope;
    const dot = scope.lastIndexOf(".");
    scope = dot < 0 ? "" : scope.slice(0, dot);
  }
  yield "";
}
