import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { egoOption } from "./ego-option.ts";
import type { ColumnMark, Mark } from "./marks.ts";
import { namePosition, optionPosition, type Position } from "./position.ts";
import { readColumn, readMark } from "./read-mark.ts";

/** A field with an option that is there or not. */
export interface FieldMark {
  readonly desc: DescField;
  readonly at: Position;
}

/** A field with a `column` option. */
export interface ColumnField extends FieldMark {
  readonly column: ColumnMark;
}

/** A message with what the options of ego say about it. */
export interface MarkedMessage {
  readonly desc: DescMessage;
  /** Where the message is named. */
  readonly at: Position;
  readonly mark?: Mark;
  readonly ids: readonly FieldMark[];
  /** Fields that are stored encrypted. */
  readonly sensitive: readonly FieldMark[];
  /** Fields that name the data subject. */
  readonly subjects: readonly FieldMark[];
  readonly columns: readonly ColumnField[];
  /** Every field with any option of ego, even an empty one. */
  readonly optioned: readonly FieldMark[];
}

/** Numbers of the options of a field. */
const numbers = { id: 1, sensitive: 2, subject: 3 } as const;

/** Reads the options of a message and of its fields. */
export function readMessage(desc: DescMessage): MarkedMessage {
  const marked = desc.fields.filter((field) => egoOption(field) !== undefined);
  const mark = readMark(desc);
  const fieldsWith = (option: keyof typeof numbers): FieldMark[] =>
    marked
      .filter((field) => egoOption(field)?.[option])
      .map((field) => ({ desc: field, at: optionPosition(field, numbers[option]) }));
  return {
    desc,
    at: namePosition(desc),
    ...(mark ? { mark } : {}),
    ids: fieldsWith("id"),
    sensitive: fieldsWith("sensitive"),
    subjects: fieldsWith("subject"),
    columns: marked.flatMap((field) => {
      const column = readColumn(field);
      return column ? [{ desc: field, at: column.at, column }] : [];
    }),
    optioned: marked.map((field) => ({ desc: field, at: optionPosition(field) })),
  };
}
