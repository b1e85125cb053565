package io.meridian.ledger.web;

import io.meridian.ledger.books.Books;
import io.meridian.ledger.books.Branches;
import java.util.List;
import java.util.Map;

/** Finds the meaning of a request and answers it. Blocks: the books do. */
final class Api {
    private final String zone;
    private final Branches branches;

    Api(String zone, Branches branches) {
        this.zone = zone;
        this.branches = branches;
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
                Answers.of(
                        books(call).accounts(call.user()), accounts -> Answer.json(200, Map.of("accounts", accounts)));
            case "POST transfers" ->
                Answers.of(
                        books(call).transfer(call.user(), Bodies.transfer(call.body())),
                        made -> Answer.json(201, made));
            case "GET requests/" ->
                Answers.of(
                        books(call).request(call.user(), Bodies.name(item, "/requests/{id}")),
                        made -> Answer.json(200, made));
            case "GET entries" ->
                Answers.of(
                        books(call).statementOfAccount(call.user(), call.parameter("account")),
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
        var opening =
                books(call).open(call.user(), Bodies.name(name, "/accounts/{name}"), Bodies.openingAmount(call.body()));
        return Answers.of(opening, done -> Answer.json(done.opened() ? 201 : 200, done.account()));
    }

    private Books books(Call call) throws BadCall {
        return branches.of(call.user());
    }

    private Answer health() {
        List<Branches.Branch> silent = branches.silent();
        if (silent.isEmpty()) {
            return Answer.json(200, Map.of("status", "UP", "zone", zone));
        }
        String which = branches.branches().size() == 1
                ? "the store"
                : "the store of shards " + silent.getFirst().first() + "-"
                        + silent.getFirst().last();
        return Answer.json(503, Map.of("status", "DOWN", "zone", zone, "reason", which + " does not answer"));
    }
}
