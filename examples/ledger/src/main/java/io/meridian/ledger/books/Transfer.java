package io.meridian.ledger.books;

/**
 * A transfer that was made.
 *
 * @param fromNumber the number of its entry in {@code from}; unique in that account, so two answers with one number cannot both be kept
 */
public record Transfer(String request, String from, String to, long amount, long fromNumber, long toNumber) {
    boolean is(TransferOrder order) {
        return request.equals(order.request())
                && from.equals(order.from())
                && to.equals(order.to())
                && amount == order.amount();
    }
}
