// The types of keys and queries, which follow from those of a table.

/** The names of fields, in order. */
export type Fields = readonly string[];

/** The key of a row: the value of its field, or an object with those of several. */
export type KeyOf<Row, Key extends Fields> = Key extends readonly [infer Only extends string]
  ? ValueOf<Row, Only>
  : { readonly [Field in Key[number]]: ValueOf<Row, Field> };

/**
 * What rows are asked for: values of the first fields of the key or of an index, one or more. Null is a field that is
 * not set.
 */
export type Where<Row, Key extends Fields, Index extends Fields> = WhereOneOf<
  Row,
  Prefix<Key> | Prefix<Index>,
  Key[number] | Index[number]
>;

type WhereOneOf<Row, Chosen extends Fields, All extends string> = Chosen extends Fields
  ? { readonly [Field in Chosen[number]]: ValueOf<Row, Field> | Unset<Row, Field> } & {
      readonly [Field in Exclude<All, Chosen[number]>]?: never;
    }
  : never;

/** `["a"] | ["a", "b"]` of `["a", "b"]`. */
type Prefix<Of extends Fields> = Of extends readonly [...infer Start extends string[], string]
  ? Of | Prefix<Start>
  : never;

/** A member of a oneof is no property of its message. */
type ValueOf<Row, Field extends string> = Field extends keyof Row
  ? Exclude<Row[Field], undefined>
  : string | number | bigint | boolean;

type Unset<Row, Field extends string> = Field extends keyof Row ? (undefined extends Row[Field] ? null : never) : null;
