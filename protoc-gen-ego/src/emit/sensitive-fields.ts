import type { Message } from "../model/domain.ts";
import type { FieldPath } from "../model/secrets.ts";
import { type Member, type ObjectLiteral, objectLiteral } from "./object-literal.ts";
import { quoted, texts } from "./printing.ts";

/** What a doc comment says of a message with sensitive fields; nothing of one without. */
export function sensitiveRemark({ secrets }: Message): string[] {
  const { paths } = secrets;
  if (paths.length === 0) return [];
  const fields = paths.map((path) => `\`${localPath(path)}\``).join(", ");
  return [`Sensitive: ${fields}. Unset once ${paths.length === 1 ? "its" : "their"} key is deleted.`];
}

/** The sensitive fields of some messages as data: full name → paths, and whose key it is. None: no member. */
export function sensitiveMember(messages: readonly Message[]): Member[] {
  const rows = messages
    .filter(({ secrets }) => secrets.paths.length > 0)
    .map((message): Member => [message.desc.typeName, sensitiveRow(message)]);
  return rows.length > 0 ? [["sensitive", objectLiteral(rows)]] : [];
}

function sensitiveRow({ secrets, subjects }: Message): ObjectLiteral {
  const [subject] = subjects;
  return objectLiteral([
    ["fields", texts(secrets.paths.map(localPath))],
    ...(subject ? [["subject", quoted(subject.desc.localName)] satisfies Member] : []),
  ]);
}

function localPath(path: FieldPath): string {
  return path.map(({ localName }) => localName).join(".");
}
