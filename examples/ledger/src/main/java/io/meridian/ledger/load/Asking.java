package io.meridian.ledger.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What must get an answer: before the load and after it. Asks again, at the next edge, until it has one or patience is at its end. */
final class Asking {
    private static final int AT_ONCE = 16;
    /** For opening accounts, and again for judging. */
    static final Duration PATIENCE = patience(Duration.ofSeconds(60));

    private static final Duration BETWEEN = Duration.ofMillis(200);

    private final Edges edges;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Duration patience;
    private final long deadline;

    Asking(Edges edges, Duration patience) {
        this.edges = edges;
        this.patience = patience;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    private static Duration patience(Duration usual) {
        double slow = Double.parseDouble(System.getenv().getOrDefault("MERIDIAN_SLOW", "1"));
        return Duration.ofMillis((long) (usual.toMillis() * Math.max(1, slow)));
    }

    /**
     * Opens both accounts of each user, one user after the other.
     *
     * @param opened hears of each user whose accounts are open
     * @return the reply to the first account that could not be opened, which ends it
     */
    Optional<Reply> open(List<UserStory> stories, Consumer<UserStory> opened) throws InterruptedException {
        for (UserStory story : stories) {
            for (String account : UserStory.ACCOUNTS) {
                Reply reply = until(
                        Message.open(story.user(), account, UserStory.OPENED_WITH),
                        answer -> answer.is(201) || answer.is(200));
                if (!reply.is(201) && !reply.is(200)) {
                    return Optional.of(reply);
                }
            }
            opened.accept(story);
        }
        return Optional.empty();
    }

    /** Asks by request id for every write without an answer. What is absent stays unsettled: it may yet come, and then harms nobody. */
    void settle(List<UserStory> stories, Report report) throws InterruptedException {
        record Open(UserStory story, Write write) {}
        List<Open> open = stories.stream()
                .flatMap(story -> story.unsettled().stream().map(write -> new Open(story, write)))
                .toList();
        each(open, one -> {
            Reply reply = until(
                    Message.get(one.story().user(), "/requests/" + one.write().request()),
                    answer -> answer.is(200) || answer.is(404));
            Optional<byte[]> body = reply.body(200);
            if (body.isPresent()) {
                try {
                    var told = Requests.acknowledgement(one.write(), body.get());
                    one.story().hears(told);
                    report.acknowledged(one.story().user(), told);
                } catch (IOException anotherWrite) {
                    return reply; // the books hold it under this id, and the judge will say so
                }
            }
            return reply;
        });
    }

    sealed interface Asked {
        record Told(UserStory story, UserBooks books) implements Asked {}

        record Untold(UserStory story, String last) implements Asked {}
    }

    List<Asked> books(List<UserStory> stories) throws InterruptedException {
        return each(stories, story -> {
            Reply reply = until(Message.get(story.user(), "/entries"), answer -> answer.is(200));
            Optional<byte[]> body = reply.body(200);
            try {
                return body.isPresent()
                        ? new Asked.Told(story, UserBooks.read(body.get()))
                        : new Asked.Untold(story, reply.toString());
            } catch (IOException unreadable) {
                return new Asked.Untold(story, unreadable.toString());
            }
        });
    }

    /** @return the last reply, if none was good enough in time */
    private Reply until(Message message, Predicate<Reply> goodEnough) throws InterruptedException {
        while (true) {
            Reply reply;
            try {
                reply = edges.send(message).get();
            } catch (ExecutionException closed) {
                reply = new Reply.Broken("connection", closed.toString());
            }
            if (goodEnough.test(reply) || System.nanoTime() > deadline) {
                return reply;
            }
            Thread.sleep(BETWEEN);
        }
    }

    private interface Ask<A, B> {
        B ask(A about) throws InterruptedException;
    }

    private <A, B> List<B> each(List<A> all, Ask<A, B> ask) throws InterruptedException {
        Function<A, Callable<B>> call = about -> () -> {
            places.acquire();
            try {
                return ask.ask(about);
            } finally {
                places.release();
            }
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<B>> asked = threads.invokeAll(all.stream().map(call).toList());
            return asked.stream().map(Future::resultNow).toList();
        }
    }
}
