/**
 * The ledger over HTTP: {@link io.meridian.ledger.web.ZoneServers} listens, {@link io.meridian.ledger.web.Api} answers,
 * {@link io.meridian.ledger.web.Answers} says what each result of the books is in HTTP: the 421 of the contract with the edge is there.
 */
@NullMarked
package io.meridian.ledger.web;

import org.jspecify.annotations.NullMarked;
