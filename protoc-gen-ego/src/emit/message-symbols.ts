import type { DescMessage } from "@bufbuild/protobuf";
import type { GeneratedFile, ImportSymbol } from "@bufbuild/protoplugin";

// protoplugin works out the names of all types of a file each time it is asked for one, and a message is named in a
// dozen places. Descriptors live as long as the request, so that nothing outlives it.
const shapes = new WeakMap<DescMessage, ImportSymbol>();
const schemas = new WeakMap<DescMessage, ImportSymbol>();

/** The type of a message, imported from the code of protoc-gen-es. */
export function shapeSymbol(file: GeneratedFile, desc: DescMessage): ImportSymbol {
  return remember(shapes, desc, () => file.importShape(desc));
}

/** The descriptor of a message, imported from the code of protoc-gen-es. */
export function schemaSymbol(file: GeneratedFile, desc: DescMessage): ImportSymbol {
  return remember(schemas, desc, () => file.importSchema(desc));
}

function remember(
  symbols: WeakMap<DescMessage, ImportSymbol>,
  desc: DescMessage,
  ask: () => ImportSymbol,
): ImportSymbol {
  let symbol = symbols.get(desc);
  if (!symbol) {
    symbol = ask();
    symbols.set(desc, symbol);
  }
  return symbol;
}
