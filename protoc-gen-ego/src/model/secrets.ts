import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { MarkedMessage } from "../options/marked-message.ts";

/** What is sensitive in a message: fields of its own, and of the messages that it holds. */
export interface Secrets {
  /** The way to each field that is encrypted on its own: through singular fields, the field itself last. */
  readonly paths: readonly FieldPath[];
  /** Fields with something sensitive in them that cannot be encrypted apart from the rest. */
  readonly entangled: readonly Entangled[];
}

/** Fields, each of the message that the one before it holds. */
export type FieldPath = readonly [DescField, ...DescField[]];

/** A list, a map, a message inside of itself, or one too many, with a sensitive field somewhere in it. */
export interface Entangled {
  readonly path: FieldPath;
  readonly hides: DescField;
  /** Whether it is a message inside of itself. */
  readonly recursive: boolean;
}

/** Messages that hold others twice, level by level, have so many ways to one field that nobody could print them. */
const maxPaths = 1_000;

/** Finds what is sensitive in a message, once it is known of all messages which fields of theirs are. */
export function createSecrets(messages: readonly MarkedMessage[]): (desc: DescMessage) => Secrets {
  const sensitive = new Set(messages.flatMap((message) => message.sensitive.map(({ desc }) => desc)));
  const hiding = hidingMessages(messages);

  function walk(
    desc: DescMessage,
    before: readonly DescField[],
    inside: readonly DescMessage[],
    count: { paths: number },
  ): Secrets {
    const paths: FieldPath[] = [];
    const entangled: Entangled[] = [];
    for (const field of desc.fields) {
      const path = (before.length === 0 ? [field] : [...before, field]) as unknown as FieldPath;
      const { message } = field;
      if (sensitive.has(field)) {
        count.paths++;
        paths.push(path);
      } else if (message && hiding.has(message)) {
        const recursive = field.fieldKind === "message" && inside.includes(message);
        if (recursive || field.fieldKind !== "message" || count.paths >= maxPaths) {
          entangled.push({ path, hides: firstIn(message, sensitive) ?? field, recursive });
        } else {
          const inner = walk(message, path, [...inside, message], count);
          paths.push(...inner.paths);
          entangled.push(...inner.entangled);
        }
      }
    }
    return { paths, entangled };
  }
  return (desc) => (hiding.has(desc) ? walk(desc, [], [desc], { paths: 0 }) : { paths: [], entangled: [] });
}

/** The messages that have a sensitive field, and those that hold one of them, however deep. */
function hidingMessages(messages: readonly MarkedMessage[]): ReadonlySet<DescMessage> {
  const hiding = new Set(messages.flatMap(({ desc, sensitive }) => (sensitive.length > 0 ? [desc] : [])));
  if (hiding.size === 0) return hiding;
  const holders = new Map<DescMessage, DescMessage[]>();
  for (const { desc } of messages) {
    for (const { message } of desc.fields) {
      if (!message) continue;
      const known = holders.get(message);
      if (known) known.push(desc);
      else holders.set(message, [desc]);
    }
  }
  // A set that grows while it is gone through is gone through to its end.
  for (const desc of hiding) for (const holder of holders.get(desc) ?? []) hiding.add(holder);
  return hiding;
}

/** The nearest sensitive field in a message. */
function firstIn(message: DescMessage, sensitive: ReadonlySet<DescField>): DescField | undefined {
  for (const held of heldBy([message])) {
    const found = held.fields.find((field) => sensitive.has(field));
    if (found) return found;
  }
  return undefined;
}

/** Some messages, and all that they hold, however deep. */
export function heldBy(messages: Iterable<DescMessage>): ReadonlySet<DescMessage> {
  const held = new Set(messages);
  for (const desc of held) for (const { message } of desc.fields) if (message) held.add(message);
  return held;
}
