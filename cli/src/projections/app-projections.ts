import { Failure } from "../failure.ts";
import { word } from "../journal/event-text.ts";
import type { AppEntity } from "../journal/open-journal.ts";
import { nearest } from "../terminal/nearest.ts";
import type { DeclaredProjection, ProjectionTools } from "./tools.ts";

/** A projection as the application exports it, and what that says. */
interface Given {
  readonly given: object;
  readonly declared: DeclaredProjection;
}

/** The projections of the project's application: who has their tables, and their handlers. */
export class AppProjections {
  readonly #tools: ProjectionTools;
  readonly #entities: readonly AppEntity[];
  readonly #given: readonly object[] | undefined;

  /** @param given what the application exports as `projections`; undefined where there is no application */
  constructor(tools: ProjectionTools, entities: readonly AppEntity[] = [], given: readonly object[] | undefined) {
    this.#tools = tools;
    this.#entities = entities;
    this.#given = given;
  }

  /**
   * What the application says of a projection. Runs nothing of it.
   *
   * @param why what it is needed for, as the end of a sentence
   * @param otherwise what to do if the application is not to have it, in sentences
   * @throws Failure if it does not have it
   */
  declared(name: string, why: string, otherwise = ""): DeclaredProjection {
    return this.#find(name, why, otherwise).declared;
  }

  /** Whether there is an application that has it. */
  has(name: string): boolean {
    return this.#declared.some(({ declared }) => declared.name === name);
  }

  /** Whether a table of this name is one of the application's: of a projection, or of a durable state. */
  fills(table: string): boolean {
    const own = [
      ...this.#declared.map(({ declared }) => declared.table),
      ...this.#entities.map((entity) => (entity.table as { readonly table?: object }).table),
    ];
    return own.some((one) => (one as { readonly name: string } | undefined)?.name === table);
  }

  /**
   * A projection with its handler, ready to run.
   *
   * @throws Failure if the application does not have it
   */
  runnable(name: string, why: string): object {
    const { given } = this.#find(name, why, "");
    const entities = this.#entities.map(({ implementation }) => implementation);
    return this.#tools.runnableProjection(given as never, entities as never);
  }

  get #declared(): readonly Given[] {
    return (this.#given ?? []).map((given) => ({ given, declared: this.#tools.declaredProjection(given) }));
  }

  #find(name: string, why: string, otherwise: string): Given {
    const end = otherwise === "" ? "" : ` ${otherwise}`;
    if (this.#given === undefined) {
      throw new Failure("input", `There is no ego.config.ts here that says where the application is: ${why}.${end}`);
    }
    const all = this.#declared;
    const found = all.find(({ declared }) => declared.name === name);
    if (found) return found;
    const names = all.map(({ declared }) => declared.name);
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : ` Did you mean ${word(meant)}?`;
    const known = names.length === 0 ? "exports no `projections`" : `exports ${names.map(word).join(", ")}`;
    throw new Failure(
      "input",
      `The application has no projection ${word(name)}: ${why}. What \`app\` of ego.config.ts loads ${known}.${hint}${end}`,
    );
  }
}
