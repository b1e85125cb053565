package io.meridian.ledger.load;

/** A transfer that the load asked for. */
record Write(String request, String from, String to, long amount) {}
