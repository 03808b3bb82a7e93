import { isEntityName, snakeCase } from "@ego/protoc-gen-ego/model";
import { Failure } from "../failure.ts";
import { printableName } from "../terminal/printable.ts";

/** Longest name of a message or a field; with their package, all of them can be the stored type of an event. */
const maxLength = 100;

/**
 * Checks what was typed as the name of a message, such as `FreezeAccount`.
 *
 * @param what what it is the name of: `a command`
 * @throws Failure with what was probably meant
 */
export function messageName(typed: string, what: string): string {
  const grammar = /^[A-Z][A-Za-z0-9]*$/;
  return checked(typed, what, grammar, maxLength, pascalCase(typed), "letters and digits, first a capital");
}

/** As {@link messageName}, for a field: `amount_cents`. */
export function fieldName(typed: string, what = "a field"): string {
  const grammar = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
  return checked(typed, what, grammar, maxLength, snake(typed), 'lower case letters, digits and "_", first a letter');
}

/** As {@link messageName}, for an entity, a read model or a saga: `inventory_item`. */
export function entityName(typed: string, what: string): string {
  const rule = 'lower case letters, digits, "_" and "-", first a letter';
  if (isEntityName(typed) && pascalCase(typed) !== "") return typed;
  return checked(typed, what, /^[a-z][a-z0-9_-]*$/, 63, snake(typed), rule);
}

/** As {@link messageName}, for an SQL table: `all_balances`. */
export function tableName(typed: string): string {
  const rule = 'lower case letters, digits and "_", first a letter';
  return checked(typed, "a table", /^[a-z][a-z0-9_]*$/, 58, snake(typed), rule);
}

/** As {@link messageName}, for a package: `bank.v1`. */
export function packageName(typed: string): string {
  const rule = 'lower case letters, digits and "_", joined by dots';
  const meant = typed
    .split(/[./\\]+/)
    .map(snake)
    .filter(Boolean)
    .join(".");
  return checked(typed, "a package", /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/, maxLength, meant, rule);
}

/** What was typed, within quotes and in one line, for a message. */
export function quoted(typed: string): string {
  const most = 80;
  return `"${printableName(typed.length > most ? `${typed.slice(0, most)}…` : typed)}"`;
}

/** `freeze_account`, `freeze-account`, `freezeAccount` → `FreezeAccount`. */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

function snake(name: string): string {
  return snakeCase(name)
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .join("_");
}

function checked(typed: string, what: string, grammar: RegExp, most: number, meant: string, rule: string): string {
  if (typed === "") throw new Failure("input", `${upperFirst(what)} has to have a name: ${rule}.`);
  if (typed.length > most) {
    throw new Failure("input", `${quoted(typed)} is too long for ${what}: at most ${most} characters.`);
  }
  if (grammar.test(typed)) return typed;
  // Of a name with anything in it that no identifier has, it is not known what was meant.
  const question = /^[\w .-]+$/.test(typed) && grammar.test(meant) ? ` Did you mean ${meant}?` : "";
  throw new Failure("input", `${quoted(typed)} cannot be the name of ${what}.${question} Use ${rule}.`);
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
