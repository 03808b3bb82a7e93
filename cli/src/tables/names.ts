// What names and types of the protos look like: what reads a file takes no others.

/** A table, a column or an index. */
export const sqlName: RegExp = /^[a-z][a-z0-9_]{0,62}$/;

/** An entity or a read model. */
export const ownerName: RegExp = /^[a-z][a-z0-9_]*$/;

/** The full name of a message. */
export const messageName: RegExp = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** The type of a field: `optional string`, `repeated bank.v1.Line`, `map<string, int32>`, `int32 in oneof x`. */
export const fieldTypeText: RegExp = /^[\w.]+(?:[ ,<>][\w. ,<>]*)?$/;

/** A migration: what its file is called, without the extension. */
export const migrationName: RegExp = /^[0-9][\w.-]*$/;
