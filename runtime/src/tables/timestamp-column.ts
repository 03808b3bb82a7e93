import { create, type DescField, type Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";

/** Whether a field is a point in time, which has a column of its own kind. */
export function isTimestamp(field: DescField): boolean {
  return field.fieldKind === "message" && field.message.typeName === TimestampSchema.typeName;
}

/** The years 1 to 9999: those that RFC 3339 can write. */
const minSeconds = -62_135_596_800n;
const maxSeconds = 253_402_300_799n;

/**
 * A point in time as text: RFC 3339 in UTC, always with nine digits behind the second, so that texts sort as times do.
 *
 * @throws RangeError if it is none that RFC 3339 can write
 */
export function timestampText(message: Message): string {
  const { seconds, nanos } = message as Timestamp;
  if (seconds < minSeconds || seconds > maxSeconds || nanos < 0 || nanos >= 1e9 || !Number.isInteger(nanos)) {
    throw new RangeError(`a timestamp of ${seconds} seconds and ${nanos} nanoseconds is not in the years 1 to 9999`);
  }
  const second = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${second}.${String(nanos).padStart(9, "0")}Z`;
}

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** The point in time that a text says; undefined if it says none. */
export function timestampOf(text: string): ReflectMessage | undefined {
  const [, second, digits = ""] = form.exec(text) ?? [];
  const milliseconds = second === undefined ? Number.NaN : Date.parse(`${second}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  const timestamp = create(TimestampSchema, {
    seconds: BigInt(milliseconds / 1_000),
    nanos: Number(digits.padEnd(9, "0")),
  });
  return reflect(TimestampSchema, timestamp);
}
