package io.meridian.ledger.books;

/**
 * @param openedWith what it held when it was opened; {@code balance} is this and the sum of its entries
 * @param entries how many it has, so the number of its last one
 */
public record Account(String name, long openedWith, long balance, long entries) {}
