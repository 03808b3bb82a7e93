import { create, type DescMessage } from "@bufbuild/protobuf";

/** Makes one kind of message from its fields. */
export type Make<M> = (fields?: Fields<M>) => M;

/** The fields of a message, each optional: what `create` takes, without the detour over the descriptor's type. */
export type Fields<M> = {
  readonly [K in keyof M as K extends "$typeName" | "$unknown" ? never : K]?: Field<M[K]>;
};

type Field<F> = F extends Uint8Array | bigint | boolean | string | number | undefined
  ? F
  : F extends readonly (infer U)[]
    ? readonly Field<U>[]
    : F extends Typed
      ? Fields<F> | F
      : F extends { case: infer C extends string; value: infer V }
        ? { readonly case: C; readonly value: V extends Typed ? Fields<V> | V : V }
        : F extends { [key: string]: infer V extends Typed }
          ? { readonly [key: string]: Fields<V> | V }
          : F;

interface Typed {
  readonly $typeName: string;
}

/**
 * As much of a descriptor as a table shows to the type checker. Comparing a whole `DescMessage` costs it about
 * 90 instantiations each time.
 */
export interface Schema {
  readonly kind: "message";
  readonly typeName: string;
}

/** The descriptor that the schema in a table really is. */
export function descriptorOf(schema: Schema): DescMessage {
  return schema as DescMessage;
}

/** Makers of some messages, by name. */
export function makers(schemas: Readonly<Record<string, Schema>> = {}): Record<string, (fields?: object) => object> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const descriptor = descriptorOf(schema);
      return [name, (fields?: object) => create(descriptor, fields as never)];
    }),
  );
}
