// Urheberrecht © 2026 Bäckerei Müller. Alle Rechte vorbehalten.

import type { AccountBehavior } from "./gen/golden/bank/v1/account_ego.ts"; // erzeugt, nicht ändern

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
    }, // Ende der Befehle
    // Ereignisse
    events: {
        // „Übertrag“
        accountCredited: (ereignis, zustand) => {
            zustand.balanceCents += ereignis.amountCents; // Guthaben
        } // ohne Komma
        // und noch ein Satz
    }
    // Schluss
};
// Ende der Datei
