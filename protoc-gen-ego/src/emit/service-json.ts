import { compare } from "../compare.ts";
import type { Domain } from "../model/domain.ts";
import type { Service } from "../model/service.ts";

/** The services that are the API of an entity as JSON, in order of names. */
export function servicesJson({ services }: Domain): object[] {
  return services
    .filter(({ generate }) => generate)
    .sort((a, b) => compare(a.desc.typeName, b.desc.typeName))
    .map(serviceJson);
}

function serviceJson({ desc, entity, methods }: Service): object {
  return {
    name: desc.typeName,
    entity: entity?.value,
    methods: [...methods]
      .sort((a, b) => compare(a.desc.name, b.desc.name))
      .map(({ desc: { name, input, output }, query }) => ({
        name,
        ...(query ? { query: input.typeName } : { command: input.typeName }),
        returns: output.typeName,
      })),
  };
}
