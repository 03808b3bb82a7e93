// Urheberrecht © 2026 Bäckerei Müller. Alle Rechte vorbehalten.

import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts"; // erzeugt, nicht ändern
import { NotImplemented } from "@ego/runtime";

/**
 * Das Verhalten eines Kontos: größer, schöner, geschlossener.
 */
export const kontoVerhalten: AccountBehavior = {
    // Befehle
    commands: {
        // Eröffnet das Konto, falls die Adresse gültig ist.
        openAccount: (befehl, { emit }) => {
            // TODO: prüfen, ob „ß“ erlaubt ist
            return emit.accountOpened({ ownerEmail: befehl.ownerEmail });
        }, // fertig
        /* Einzahlung */ creditAccount: (befehl, { emit }) => emit.accountCredited({ amountCents: befehl.amountCents }),
        // Hier fehlt noch die Auszahlung: }, ]
        /** Takes money out, as far as there is some. */
        debitAccount() {
            // (command, { state, emit, reject }): emit.accountDebited, reject.accountIsClosed,
            //   reject.insufficientFunds
            throw new NotImplemented("golden.bank.v1.DebitAccount");
        },
        /** Pays the rest out and closes the account. */
        closeAccount() {
            // (command, { state, emit }): emit.accountDebited, emit.accountClosed
            throw new NotImplemented("golden.bank.v1.CloseAccount");
        },
    }, // Ende der Befehle
    // Ereignisse
    events: {
        // „Übertrag“
        accountCredited: (ereignis, zustand) => {
            zustand.balanceCents += ereignis.amountCents; // Guthaben
        }, // ohne Komma
        // und noch ein Satz
        accountDebited() {
            // (event, state): event.amountCents
            throw new NotImplemented("golden.bank.v1.AccountDebited");
        },
        accountClosed() {
            // (event, state)
            throw new NotImplemented("golden.bank.v1.AccountClosed");
        }
    }
    // Schluss
};
// Ende der Datei
