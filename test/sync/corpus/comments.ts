/* eslint-disable no-unused-vars -- { */
import type { AccountBehavior /* the contract */ } from "./gen/golden/bank/v1/account_ego.ts";
import { /* nothing yet */ } from "@ego/runtime"; // } from "@ego/runtime"

// prettier-ignore
export const accountBehavior: AccountBehavior = /* begins */ { // here
  /* c */ commands /* : */ : /* { */ {
    /** Opens it. */
    openAccount /* ( */ (command, { emit }) /* { */ { /* } */ return emit.accountOpened({ ownerEmail: command.ownerEmail }) }
    // biome-ignore lint/x: y
    /* credit: later */
  } /* , */ , // commands: { }
  events: {/*{*/}
  // "events": {}
} /* ends */ ; // };

/* `export const accountBehavior: AccountBehavior = {` */
