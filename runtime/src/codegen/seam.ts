import { EgoError } from "../error/ego-error.ts";

/** Version of the seam between generated code and the runtime. A generated file says which one it was printed for. */
export const seam = 1;

/** @throws EgoError `unsupported` if something was printed for another version of the seam. */
export function checkSeam(printed: { readonly seam: number; readonly name: string }): void {
  if (printed.seam === seam) return;
  throw new EgoError(
    "unsupported",
    `"${printed.name}" was generated for seam ${printed.seam}, this runtime has seam ${seam}. Install @ego/protoc-gen-ego and @ego/runtime in one version, and generate again.`,
  );
}
