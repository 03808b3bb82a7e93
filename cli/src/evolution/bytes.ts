import {
  type DescField,
  FeatureSet_FieldPresence,
  fieldType,
  namePosition,
  type Position,
  ScalarType,
} from "@ego/protoc-gen-ego/model";
import type { Finding } from "../project/finding.ts";
import { type Change, type EvolutionCode, found, quoted } from "./change.ts";
import { retypedIds } from "./entities.ts";
import type { Breakage } from "./wire.ts";
import { fieldAt, numberedValues, reservedText } from "./wire-numbers.ts";
import { type EnumPair, fieldPairs, type MessagePair, type WirePair } from "./wire-pairs.ts";

/** buf's rules that are about one form only; the others are about both. */
const ofForm: Readonly<Record<string, MessagePair["form"]>> = {
  FIELD_WIRE_COMPATIBLE_TYPE: "binary",
  FIELD_WIRE_COMPATIBLE_CARDINALITY: "binary",
  FIELD_WIRE_JSON_COMPATIBLE_TYPE: "json",
  FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY: "json",
};

/** Rules about names: what is found by its name has a number of its own instead. */
const aboutNames = /_SAME_(?:JSON_)?NAME$|_UNLESS_NAME_RESERVED$/;

/** What buf says about what is stored or sent, for the user. */
export function breakageFindings(change: Change, breakages: readonly Breakage[]): readonly Finding[] {
  const retyped = retypedIds(change);
  return breakages
    .filter(({ pair, rule }) => (ofForm[rule] ?? pair.form) === pair.form && !aboutNames.test(rule))
    .filter((breakage) => !isSaidOtherwise(retyped, breakage))
    .map((breakage) => {
      const { pair } = breakage;
      return pair.kind === "enum" ? ofEnum(change, pair, breakage) : ofMessage(change, pair, breakage);
    });
}

function isSaidOtherwise(retyped: ReadonlyMap<string, string>, { pair, rule, number }: Breakage): boolean {
  if (pair.kind === "enum") return false;
  const { was } = fieldAt(pair, number);
  if (was === undefined) return false;
  if (rule.endsWith("_COMPATIBLE_TYPE")) return isRetypedId(retyped, pair, was);
  // A field with another number has one, and is not gone.
  return rule.startsWith("FIELD_NO_DELETE") && pair.form === "binary" && renumbered(pair, was) !== undefined;
}

/** That an id has another type is said of the entity, and not of all its messages again. */
function isRetypedId(retyped: ReadonlyMap<string, string>, { origin }: MessagePair, was: DescField): boolean {
  return was.name === retyped.get(origin.entity ?? "");
}

function ofMessage(change: Change, pair: MessagePair, { rule, number, text }: Breakage): Finding {
  const { was, is } = pair;
  const { was: old, is: now } = fieldAt(pair, number);
  const name = `${is.name}.${now?.name ?? old?.name ?? number}`;
  const key = reservedText(pair, number ?? 0);
  const say = (code: EvolutionCode, text: string, help: string) => {
    const at = [now && namePosition(now), namePosition(is)];
    return said(change, pair, code, at, text, help, namePosition(old ?? was));
  };
  switch (rule) {
    case "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED": {
      const renamed = pair.form === "json" ? is.fields.find((field) => field.number === old?.number) : undefined;
      if (renamed && old) {
        return said(
          change,
          pair,
          "EGO207",
          [namePosition(renamed)],
          `${is.name}.${renamed.name} was ${old.name}, and JSON is read by names: what is kept of it is not read any more.`,
          `Keep the name in JSON: \`[json_name = ${quoted(old.jsonName)}]\`.`,
          namePosition(old),
        );
      }
      const later = pair.form === "binary" ? `number ${key}` : `name ${key}`;
      return say(
        "EGO201",
        `${name} is gone, and a later field of the ${later} would read what it has left.`,
        `Write \`reserved ${key};\` in its place.`,
      );
    }
    case "FIELD_WIRE_COMPATIBLE_TYPE":
    case "FIELD_WIRE_JSON_COMPATIBLE_TYPE":
      return typeChanged(change, pair, old, now);
    case "FIELD_WIRE_COMPATIBLE_CARDINALITY":
    case "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY":
      return say(
        "EGO203",
        `${name} was \`${typeText(old)}\` and is \`${typeText(now)}\`: what was written as the one is read otherwise as the other.`,
        newField(pair),
      );
    case "FIELD_SAME_ONEOF":
      return say(
        "EGO203",
        `${name} was ${old?.oneof ? `in the oneof ${old.oneof.name}` : "in no oneof"} and is ${now?.oneof ? `in the oneof ${now.oneof.name}` : "in none"}: of several that were set, one is left.`,
        newField(pair),
      );
    case "RESERVED_MESSAGE_NO_DELETE":
      return say(
        "EGO205",
        `${is.name} does not reserve ${freedIn(pair, text)} any more: what a removed field has left would be read as a new one's.`,
        `Put it back: \`reserved ${freedIn(pair, text)};\`. A new field takes another one.`,
      );
    case "FIELD_SAME_DEFAULT":
      return say(
        "EGO206",
        `${name} has another default than it had: where it was not set, it is read as something else.`,
        "Take the default back.",
      );
    default:
      return say(
        "EGO209",
        `${is.name}: ${text.replaceAll(/"Pair\w+"/gi, JSON.stringify(is.typeName))}`,
        `That is buf's rule ${rule}.`,
      );
  }
}

function ofEnum(change: Change, pair: EnumPair, { rule, number, text }: Breakage): Finding {
  const { was, is, form } = pair;
  const old = numberedValues(pair, "was").get(number ?? Number.NaN);
  const key = reservedText(pair, number ?? 0);
  const say = (code: EvolutionCode, text: string, help: string) =>
    said(change, pair, code, [namePosition(is)], text, help, namePosition(was));
  switch (rule) {
    case "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED":
      return say(
        "EGO204",
        `${is.name} has lost the value ${old ?? key}: what was written with it ${form === "binary" ? "is read as a number without a name, or as another value that gets it" : "cannot be read"}.`,
        `Put the value back, marked \`[deprecated = true]\`${form === "binary" ? `, or write \`reserved ${key};\` in its place if nothing has it` : ""}.`,
      );
    case "RESERVED_ENUM_NO_DELETE":
      return say(
        "EGO205",
        `${is.name} does not reserve ${freedIn(pair, text)} any more: what a removed value has left would be read as a new one.`,
        `Put it back: \`reserved ${freedIn(pair, text)};\`. A new value takes another one.`,
      );
    default:
      return say(
        "EGO209",
        `${is.name}: ${text.replaceAll(/"Pair\w+"/gi, JSON.stringify(is.typeName))}`,
        `That is buf's rule ${rule}.`,
      );
  }
}

/** Fields that buf lets pass, since their bytes are of the same kind, but that cannot hold all that the old one held. */
export function narrowedFields(change: Change, pairs: readonly WirePair[]): readonly Finding[] {
  const retyped = retypedIds(change);
  return pairs.flatMap((pair) => {
    // JSON has no bytes: there, buf lets none of them pass.
    if (pair.kind === "enum" || pair.form === "json") return [];
    return fieldPairs(pair).flatMap(({ was, is }) => {
      if (!was || was.fieldKind !== is?.fieldKind || !isNarrower(is.scalar, was.scalar)) return [];
      if (isRetypedId(retyped, pair, was)) return [];
      return [typeChanged(change, pair, was, is, "what does not fit into it is read as something else")];
    });
  });
}

/** Fields that have another number: to buf, one was removed, and another one added. */
export function renumberedFields(change: Change, pairs: readonly WirePair[]): readonly Finding[] {
  return pairs.flatMap((pair) => {
    if (pair.kind === "enum" || pair.form === "json") return [];
    return fieldPairs(pair).flatMap(({ was, is }) => {
      const now = was && !is && renumbered(pair, was);
      if (!now) return [];
      const text = `${pair.is.name}.${was.name} had the number ${was.number} and has ${now.number}: what was written of it is not read any more.`;
      const help = `Take the number back: \`${was.name} = ${was.number}\`.`;
      return [said(change, pair, "EGO208", [namePosition(now)], text, help, namePosition(was))];
    });
  });
}

/** The field of the same name and type. One of another type is another field, in place of the former. */
function renumbered({ is }: MessagePair, was: DescField): DescField | undefined {
  return is.fields.find((field) => field.name === was.name && typeText(field) === typeText(was));
}

/** Required fields that what was written before does not have. buf does not see them in editions. */
export function requiredFields(change: Change, pairs: readonly WirePair[]): readonly Finding[] {
  return pairs.flatMap((pair) => {
    if (pair.kind === "enum") return [];
    return fieldPairs(pair).flatMap(({ was, is }) => {
      if (was || is?.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) return [];
      const text = `${pair.is.name}.${is.name} is new and required: what was written without it cannot be read.`;
      const help = "Make it `optional`: a required field can be neither added nor removed.";
      return [said(change, pair, "EGO206", [namePosition(is)], text, help, undefined)];
    });
  });
}

/** Types in the order of what they hold; those in one group have bytes of the same kind. */
const groups = [
  [ScalarType.BOOL, ScalarType.UINT32, ScalarType.UINT64],
  [ScalarType.BOOL, ScalarType.INT32, ScalarType.INT64],
  [ScalarType.UINT32, ScalarType.INT64],
  [ScalarType.SINT32, ScalarType.SINT64],
  [ScalarType.STRING, ScalarType.BYTES],
];

/** Those that buf takes for compatible with each other. */
const compatible = [
  [ScalarType.BOOL, ScalarType.INT32, ScalarType.UINT32, ScalarType.INT64, ScalarType.UINT64],
  [ScalarType.SINT32, ScalarType.SINT64],
  [ScalarType.STRING, ScalarType.BYTES],
  [ScalarType.FIXED32, ScalarType.SFIXED32],
  [ScalarType.FIXED64, ScalarType.SFIXED64],
];

function isNarrower(now: ScalarType | undefined, old: ScalarType | undefined): boolean {
  if (now === undefined || old === undefined || now === old) return false;
  if (!compatible.some((group) => group.includes(now) && group.includes(old))) return false;
  return !groups.some((group) => group.includes(old) && group.indexOf(old) < group.indexOf(now));
}

function typeChanged(
  change: Change,
  pair: MessagePair,
  old: DescField | undefined,
  now: DescField | undefined,
  effect = "what was written as the one is not what is read as the other",
): Finding {
  const [then, is] = [old, now].map(typeText);
  return said(
    change,
    pair,
    "EGO202",
    [now && namePosition(now)],
    `${pair.is.name}.${now?.name} was \`${then}\` and is \`${is}\`: ${effect}.`,
    newField(pair),
    old && namePosition(old),
  );
}

function typeText(field: DescField | undefined): string {
  if (field === undefined) return "nothing";
  const required = field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED ? "required " : "";
  return `${required}${fieldType(field)}`;
}

function newField({ origin, is, was }: MessagePair): string {
  const event = origin.what === `the event ${is.name}` && was.typeName === is.typeName;
  return `Take that back, and add a field with a new number${event ? `, or a new event that \`upcasts: "${is.name}"\`` : ""}.`;
}

function said(
  change: Change,
  { origin, is }: WirePair,
  code: EvolutionCode,
  at: readonly (Position | undefined)[],
  text: string,
  help: string,
  was: Position | undefined,
): Finding {
  const self = origin.what.endsWith(` ${is.name}`);
  const whose = origin.stored
    ? `It is stored${self ? "" : ` in ${origin.what}`}.`
    : `It is sent${self ? "" : ` in ${origin.what}`}: clients and nodes of the version before mind, and nothing that is stored.`;
  return found(change, {
    code,
    severity: origin.stored ? "error" : "warning",
    at,
    text: `${text} ${whose}`,
    help,
    ...(was ? { was } : {}),
  });
}

/** As a user writes it, what is not reserved any more: `… is missing values: [5], [8,9] were removed`. */
function freedIn(pair: WirePair, text: string): string {
  const ranges = text.slice(text.indexOf("missing values:")).matchAll(/\[(-?\d+)(?:,(-?\d+|max))?\]/g);
  return [...ranges]
    .map(([, first = "", last]) => {
      const from = reservedText(pair, Number(first));
      return last === undefined ? from : `${from} to ${last}`;
    })
    .join(", ");
}
