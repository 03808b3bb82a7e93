import type { DescField, DescMessage, DescOneof, Message } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";

/**
 * What a kind of message looks like in memory, compiled once per descriptor: how to copy one, how to freeze one, and
 * how big it can get. Reflection per command would cost more than the command.
 */
export interface Shape {
  /**
   * A deep copy that may be changed. Keeps the prototype (editions, proto2) and unknown fields.
   *
   * @param sorted put the keys of maps in order, so that equal messages have equal binary forms; default false
   */
  copy<M extends Message>(message: M, sorted?: boolean): M;
  /** Freezes the message and what is in it, in place. Bytes cannot be frozen. */
  freeze<M extends Message>(message: M): M;
  /** At least as many bytes as the binary form has: far cheaper than encoding, for checks of a limit. */
  sizeBound(message: Message): number;
  /** Only scalars, and no bytes: a shallow copy is a deep one. */
  readonly flat: boolean;
  /** Bytes somewhere in it: what must not be changed has to be handed out as a copy. */
  readonly hasBytes: boolean;
}

type Record = { [name: string]: unknown };

/** One member that needs more than a shallow look: a field, or a oneof. */
interface DeepMember {
  readonly name: string;
  copy(value: unknown, sorted: boolean): unknown;
  freeze(value: unknown): void;
  sizeBound(value: unknown): number;
}

const shapes = new WeakMap<DescMessage, Shape>();

/** The shape of a kind of message. */
export function shapeOf(descriptor: DescMessage): Shape {
  const known = shapes.get(descriptor);
  if (known) return known;
  return compile(descriptor);
}

/** A copy that shares what is nested. Keeps the prototype and unknown fields. */
export function shallowCopy<M extends Message>(message: M): M {
  const prototype = Object.getPrototypeOf(message);
  return prototype === Object.prototype ? { ...message } : Object.assign(Object.create(prototype), message);
}

function compile(descriptor: DescMessage): Shape {
  const deep: DeepMember[] = [];
  const strings: string[] = [];
  // Registered before its members are looked at: a message may contain itself.
  const flags = { flat: true, hasBytes: false };
  const shape: Shape = {
    get flat() {
      return flags.flat;
    },
    get hasBytes() {
      return flags.hasBytes;
    },
    copy(message, sorted = false) {
      const copy = shallowCopy(message) as unknown as Record;
      for (const member of deep) {
        // Own properties only: what the prototype has is a default.
        const value = copy[member.name];
        if (value !== undefined && Object.hasOwn(copy, member.name)) copy[member.name] = member.copy(value, sorted);
      }
      return copy as never;
    },
    freeze(message) {
      for (const member of deep) {
        const value = (message as unknown as Record)[member.name];
        if (value !== undefined) member.freeze(value);
      }
      return Object.freeze(message);
    },
    sizeBound(message) {
      // A tag of 5 and a value of 10 bytes at most for whatever is not counted below.
      let bound = descriptor.fields.length * 15;
      for (const name of strings)
        bound += (((message as unknown as Record)[name] as string | undefined)?.length ?? 0) * 3;
      for (const member of deep) {
        const value = (message as unknown as Record)[member.name];
        if (value !== undefined) bound += member.sizeBound(value);
      }
      for (const field of message.$unknown ?? []) bound += field.data.length + 10;
      return bound;
    },
  };
  shapes.set(descriptor, shape);
  for (const member of descriptor.members) {
    const compiled = compileMember(member);
    if (compiled === "scalar") continue;
    if (compiled === "string") strings.push(member.localName);
    else deep.push(compiled);
  }
  flags.flat = deep.length === 0;
  flags.hasBytes = reachesBytes(descriptor, new Set());
  return shape;
}

function compileMember(member: DescField | DescOneof): "scalar" | "string" | DeepMember {
  if (member.kind === "oneof") return oneofMember(member);
  switch (member.fieldKind) {
    case "scalar":
      if (member.scalar === ScalarType.STRING) return "string";
      return member.scalar === ScalarType.BYTES ? { name: member.localName, ...bytesValue } : "scalar";
    case "enum":
      return "scalar";
    case "message":
      return { name: member.localName, ...messageValue(member.message) };
    case "list": {
      const element = elementValue(member);
      return {
        name: member.localName,
        copy: (value, sorted) =>
          element.plain ? [...(value as unknown[])] : (value as unknown[]).map((item) => element.copy(item, sorted)),
        freeze: (value) => {
          if (!element.plain) for (const item of value as unknown[]) element.freeze(item);
          Object.freeze(value);
        },
        sizeBound: (value) => (value as unknown[]).reduce<number>((sum, item) => sum + 15 + element.sizeBound(item), 0),
      };
    }
    case "map": {
      const element = elementValue(member);
      return {
        name: member.localName,
        copy: (value, sorted) => {
          const copy: Record = {};
          const keys = Object.keys(value as Record);
          if (sorted) keys.sort();
          for (const key of keys) set(copy, key, element.copy((value as Record)[key], sorted));
          return copy;
        },
        freeze: (value) => {
          if (!element.plain) for (const item of Object.values(value as Record)) element.freeze(item);
          Object.freeze(value);
        },
        sizeBound: (value) =>
          Object.entries(value as Record).reduce(
            (sum, [key, item]) => sum + 30 + key.length * 3 + element.sizeBound(item),
            0,
          ),
      };
    }
  }
}

/** Sets a key that may be `__proto__`. */
function set(target: Record, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

type Value = Omit<DeepMember, "name"> & { readonly plain?: boolean };

const scalarValue: Value = {
  plain: true,
  copy: (value) => value,
  freeze: () => {},
  sizeBound: (value) => (typeof value === "string" ? value.length * 3 : 0),
};

const bytesValue: Value = {
  copy: (value) => (value as Uint8Array).slice(),
  freeze: () => {},
  sizeBound: (value) => (value as Uint8Array).length,
};

function elementValue(field: DescField & { fieldKind: "list" | "map" }): Value {
  const kind = field.fieldKind === "list" ? field.listKind : field.mapKind;
  if (kind === "message" && field.message) return messageValue(field.message);
  return kind === "scalar" && field.scalar === ScalarType.BYTES ? bytesValue : scalarValue;
}

function messageValue(descriptor: DescMessage): Value {
  // By its name: what stands for a Struct is JSON of the user's, with any keys.
  const isMessage = (value: unknown): value is Message =>
    typeof value === "object" && value !== null && "$typeName" in value && value.$typeName === descriptor.typeName;
  return {
    copy: (value, sorted) => (isMessage(value) ? shapeOf(descriptor).copy(value, sorted) : copyPlain(value, sorted)),
    freeze: (value) => {
      if (isMessage(value)) shapeOf(descriptor).freeze(value);
      else freezePlain(value);
    },
    sizeBound: (value) => (isMessage(value) ? shapeOf(descriptor).sizeBound(value) : plainBound(value)),
  };
}

function oneofMember(oneof: DescOneof): DeepMember {
  const values = new Map<string, Value>();
  for (const field of oneof.fields) {
    const bytes = field.fieldKind === "scalar" && field.scalar === ScalarType.BYTES;
    values.set(
      field.localName,
      field.fieldKind === "message" ? messageValue(field.message) : bytes ? bytesValue : scalarValue,
    );
  }
  type Chosen = { readonly case: string | undefined; readonly value?: unknown };
  const chosenValue = (chosen: Chosen) =>
    chosen.case === undefined ? scalarValue : (values.get(chosen.case) ?? scalarValue);
  return {
    name: oneof.localName,
    copy: (value, sorted) => {
      const chosen = value as Chosen;
      return chosen.case === undefined
        ? { case: undefined }
        : { case: chosen.case, value: chosenValue(chosen).copy(chosen.value, sorted) };
    },
    freeze: (value) => {
      const chosen = value as Chosen;
      chosenValue(chosen).freeze(chosen.value);
      Object.freeze(chosen);
    },
    sizeBound: (value) => chosenValue(value as Chosen).sizeBound((value as Chosen).value),
  };
}

// protobuf-es unwraps `google.protobuf.StringValue` and its like to scalars, and `google.protobuf.Struct` to JSON.

function copyPlain(value: unknown, sorted: boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map((item) => copyPlain(item, sorted));
  const copy: Record = {};
  const keys = Object.keys(value);
  if (sorted) keys.sort();
  for (const key of keys) set(copy, key, copyPlain((value as Record)[key], sorted));
  return copy;
}

function freezePlain(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const item of Object.values(value)) freezePlain(item);
  Object.freeze(value);
}

function plainBound(value: unknown): number {
  if (typeof value === "string") return value.length * 3;
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof Uint8Array) return value.length;
  return Object.entries(value).reduce((sum, [key, item]) => sum + 30 + key.length * 3 + plainBound(item), 0);
}

function reachesBytes(descriptor: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(descriptor)) return false;
  seen.add(descriptor);
  return descriptor.fields.some((field) => {
    if (field.message) return reachesBytes(field.message, seen);
    return field.scalar === ScalarType.BYTES;
  });
}
