package io.meridian.ledger.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A ledger in memory that does one thing wrong, once. */
final class FakeLedger implements AutoCloseable {
    enum Fault {
        NONE,
        LOSES_A_WRITE,
        LOSES_A_WRITE_LATER,
        DOUBLES_A_WRITE,
        MOVES_MONEY_WITHOUT_ENTRY,
        INVENTS_A_WRITE,
        FORGETS_AN_ACCOUNT,
        READS_OLD_BOOKS,
        BREAKS_AFTER_EXECUTING,
        BREAKS_BEFORE_EXECUTING,
        ANSWERS_503,
        HOLDS,
        HIDES_THE_BOOKS_OF_A_USER
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    /** The write that meets the fault: late enough for its user to have others. */
    private static final int FAULTY_WRITE = 30;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Fault fault;
    private final Map<String, Books> users = new HashMap<>();
    private final Set<String> met = new HashSet<>();
    private int writes;

    /** One user's. */
    private static final class Books {
        final Map<String, UserBooks.Account> accounts = new HashMap<>();
        final List<UserBooks.Transfer> transfers = new ArrayList<>();
        final List<UserBooks.Entry> entries = new ArrayList<>();

        UserBooks.Account account(String name) {
            return Objects.requireNonNull(accounts.get(name));
        }

        long enter(String account, String request, long amount) {
            var before = account(account);
            var after = new UserBooks.Account(
                    account, before.openedWith(), before.balance() + amount, before.entries() + 1);
            accounts.put(account, after);
            entries.add(new UserBooks.Entry(account, after.entries(), request, amount, after.balance()));
            return after.entries();
        }
    }

    FakeLedger(Fault fault) throws Exception {
        this.fault = fault;
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    try {
                        answer(request, body);
                    } catch (IOException notJson) {
                        request.response().setStatusCode(400).end(notJson.toString());
                    }
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    private synchronized void answer(HttpServerRequest request, Buffer body) throws IOException {
        String user = request.getHeader("x-user-key");
        Books books = users.computeIfAbsent(user, _ -> new Books());
        String[] path = request.path().substring(1).split("/");
        switch (request.method().name() + " " + path[0]) {
            case "PUT accounts" -> {
                long amount = JSON.readTree(body.getBytes()).path("amount").asLong();
                books.accounts.put(path[1], new UserBooks.Account(path[1], amount, amount, 0));
                end(request, 201, books.accounts.get(path[1]));
            }
            case "GET accounts" -> {
                var shown = books.accounts.values().stream()
                        .map(account -> fault == Fault.READS_OLD_BOOKS
                                ? new UserBooks.Account(account.name(), account.openedWith(), account.openedWith(), 0)
                                : account)
                        .toList();
                end(request, 200, Map.of("accounts", shown));
            }
            case "POST transfers" -> transfer(request, books, JSON.readTree(body.getBytes()));
            case "GET requests" -> asked(request, books, path[1]);
            case "GET entries" -> entries(request, user, books);
            default -> end(request, 404, Map.of());
        }
    }

    private void transfer(HttpServerRequest request, Books books, JsonNode order) throws IOException {
        Fault now = ++writes == FAULTY_WRITE ? fault : Fault.NONE;
        String id = order.path("request").asText();
        String from = order.path("from").asText();
        String to = order.path("to").asText();
        long amount = order.path("amount").asLong();
        Consumer<Books> make = kept -> {
            long fromNumber = kept.enter(from, id, -amount);
            long toNumber = kept.enter(to, id, amount);
            kept.transfers.add(new UserBooks.Transfer(id, from, to, amount));
            reply(request, now, order, fromNumber, toNumber);
        };
        switch (now) {
            case LOSES_A_WRITE ->
                reply(
                        request,
                        now,
                        order,
                        books.account(from).entries() + 1,
                        books.account(to).entries() + 1);
            case LOSES_A_WRITE_LATER -> {
                make.accept(books);
                books.transfers.removeLast();
                books.entries.removeLast();
                books.entries.removeLast();
            }
            case DOUBLES_A_WRITE -> {
                make.accept(books);
                books.enter(from, id, -amount);
                books.enter(to, id, amount);
            }
            case MOVES_MONEY_WITHOUT_ENTRY -> {
                make.accept(books);
                var account = books.account(from);
                books.accounts.put(
                        from,
                        new UserBooks.Account(from, account.openedWith(), account.balance() - 1, account.entries()));
            }
            case INVENTS_A_WRITE -> {
                make.accept(books);
                books.enter(from, "nobody-asked", -1);
                books.enter(to, "nobody-asked", 1);
            }
            case FORGETS_AN_ACCOUNT -> {
                make.accept(books);
                met.add(request.getHeader("x-user-key"));
            }
            case BREAKS_BEFORE_EXECUTING -> request.connection().close();
            case ANSWERS_503 -> {
                request.response().putHeader("x-meridian-reason", "hold_failed");
                end(request, 503, Map.of());
            }
            case HOLDS ->
                vertx.setTimer(300, _ -> {
                    synchronized (this) {
                        make.accept(books);
                    }
                });
            case NONE, READS_OLD_BOOKS, BREAKS_AFTER_EXECUTING, HIDES_THE_BOOKS_OF_A_USER -> make.accept(books);
        }
    }

    private void reply(HttpServerRequest request, Fault now, JsonNode order, long fromNumber, long toNumber) {
        if (now == Fault.BREAKS_AFTER_EXECUTING) {
            request.connection().close();
            return;
        }
        if (now == Fault.HOLDS) {
            request.response().putHeader("x-meridian-via", "hold");
        }
        end(
                request,
                201,
                Map.of(
                        "request", order.path("request"),
                        "from", order.path("from"),
                        "to", order.path("to"),
                        "amount", order.path("amount"),
                        "fromNumber", fromNumber,
                        "toNumber", toNumber));
    }

    private void asked(HttpServerRequest request, Books books, String id) {
        var found = books.transfers.stream().filter(t -> t.request().equals(id)).findFirst();
        if (found.isEmpty()) {
            end(request, 404, Map.of());
            return;
        }
        Map<String, Long> numbers = books.entries.stream()
                .filter(entry -> entry.request().equals(id))
                .collect(Collectors.toMap(UserBooks.Entry::account, UserBooks.Entry::number));
        var transfer = found.get();
        end(
                request,
                200,
                Map.of(
                        "request", id,
                        "from", transfer.from(),
                        "to", transfer.to(),
                        "amount", transfer.amount(),
                        "fromNumber", numbers.getOrDefault(transfer.from(), 0L),
                        "toNumber", numbers.getOrDefault(transfer.to(), 0L)));
    }

    private void entries(HttpServerRequest request, String user, Books books) {
        if (fault == Fault.HIDES_THE_BOOKS_OF_A_USER && user.endsWith("-1")) {
            end(request, 503, Map.of());
            return;
        }
        var accounts = books.accounts.values().stream()
                .filter(account -> !(met.contains(user) && account.name().equals("saved")))
                .toList();
        end(request, 200, Map.of("accounts", accounts, "transfers", books.transfers, "entries", books.entries));
    }

    private static void end(HttpServerRequest request, int status, Object body) {
        try {
            request.response().setStatusCode(status).end(Buffer.buffer(JSON.writeValueAsBytes(body)));
        } catch (IOException defect) {
            throw new IllegalStateException(defect);
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
