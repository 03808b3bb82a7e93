import { Failure } from "../failure.ts";
import { nearest } from "../terminal/nearest.ts";
import { fieldName, quoted } from "./typed-name.ts";

/** What is said of a field besides its type. */
export type FieldFlag = "sensitive" | "subject";

/** A field as it is typed: `amount_cents:int64`, `email:string:sensitive`, `email`. */
export interface FieldSpec {
  readonly name: string;
  /** As typed. Undefined where it is that of another field of this name. */
  readonly type: string | undefined;
  readonly flags: ReadonlySet<FieldFlag>;
}

const flags: readonly FieldFlag[] = ["sensitive", "subject"];

/**
 * Reads fields: `name`, `name:type` or `name:type:sensitive`, with commas between several.
 *
 * @throws Failure for a name that cannot be one, for one that is there twice, and for an unknown flag
 */
export function fieldSpecs(typed: readonly string[]): readonly FieldSpec[] {
  const specs = typed.flatMap(split).map(specOf);
  const twice = specs.find(({ name }, index) => specs.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) throw new Failure("input", `The field ${twice.name} is given twice.`);
  return specs;
}

function specOf(typed: string): FieldSpec {
  const [name = "", type, ...rest] = typed.split(":").map((part) => part.trim());
  if (type === "")
    throw new Failure("input", `${quoted(typed)} has no type. Write it behind the colon: ${quoted(`${name}:string`)}.`);
  return { name: fieldName(name), type, flags: new Set(rest.map(flagOf)) };
}

function flagOf(typed: string): FieldFlag {
  const flag = flags.find((one) => one === typed);
  if (flag !== undefined) return flag;
  const meant = nearest(typed, flags);
  const advice =
    meant === undefined ? `Behind the type of a field can be: ${flags.join(", ")}.` : `Did you mean ${meant}?`;
  throw new Failure("input", `${quoted(typed)} is not known of a field. ${advice}`);
}

/** At commas, but for that of `map<string, int64>`. */
function split(typed: string): readonly string[] {
  return typed.split(/,(?![^<]*>)/).map((part) => part.trim());
}
