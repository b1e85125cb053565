package io.meridian.ledger.books;

/**
 * What a client asks for.
 *
 * @param request the client's own id: repeating it repeats the answer, not the effect
 */
public record TransferOrder(String request, String from, String to, long amount) {}
