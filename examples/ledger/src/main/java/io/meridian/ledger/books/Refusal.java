package io.meridian.ledger.books;

/** Why the ledger itself says no, decided by the owner and with nothing changed. */
public record Refusal(Kind kind, String detail) {
    public enum Kind {
        NO_SUCH_ACCOUNT,
        NO_SUCH_REQUEST,
        OVERDRAFT,
        REQUEST_USED_OTHERWISE,
        ACCOUNT_OPENED_OTHERWISE
    }
}
