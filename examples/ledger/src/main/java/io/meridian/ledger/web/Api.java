package io.meridian.ledger.web;

import io.meridian.ledger.books.Books;
import java.util.List;
import java.util.Map;

/** Finds the meaning of a request and answers it. Blocks: the books do. */
final class Api {
    private final String zone;
    private final Books books;

    Api(String zone, Books books) {
        this.zone = zone;
        this.books = books;
    }

    Answer answer(Call call) {
        try {
            return route(call);
        } catch (BadCall bad) {
            return bad.answer();
        }
    }

    private Answer route(Call call) throws BadCall {
        List<String> path = call.segments();
        String item = path.size() == 2 ? path.get(1) : "";
        return switch (call.method() + " " + path.getFirst() + (path.size() == 2 ? "/" : path.size() > 2 ? "//" : "")) {
            case "PUT accounts/" -> open(call, item);
            case "GET accounts" ->
                Answers.of(books.accounts(call.user()), accounts -> Answer.json(200, Map.of("accounts", accounts)));
            case "POST transfers" ->
                Answers.of(books.transfer(call.user(), Bodies.transfer(call.body())), made -> Answer.json(201, made));
            case "GET requests/" ->
                Answers.of(
                        books.request(call.user(), Bodies.name(item, "/requests/{id}")),
                        made -> Answer.json(200, made));
            case "GET entries" ->
                Answers.of(
                        books.statementOfAccount(call.user(), call.parameter("account")),
                        json -> Answer.jsonText(200, json));
            case "GET health" -> health();
            default ->
                Answer.problem(
                        404,
                        "no-such-resource",
                        "No such resource",
                        call.method() + " " + call.target() + " is not known here");
        };
    }

    private Answer open(Call call, String name) throws BadCall {
        var opening = books.open(call.user(), Bodies.name(name, "/accounts/{name}"), Bodies.openingAmount(call.body()));
        return Answers.of(opening, done -> Answer.json(done.opened() ? 201 : 200, done.account()));
    }

    private Answer health() {
        return books.answers()
                ? Answer.json(200, Map.of("status", "UP", "zone", zone))
                : Answer.json(503, Map.of("status", "DOWN", "zone", zone, "reason", "the store does not answer"));
    }
}
