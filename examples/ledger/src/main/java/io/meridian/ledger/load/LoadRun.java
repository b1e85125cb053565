package io.meridian.ledger.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A load in the background: opens the accounts of its first users, sends by schedule until its time is over or it is stopped while the other
 * users join, waits for what is on its way, asks for what it was not told, and judges.
 */
public final class LoadRun implements AutoCloseable {
    /** What a user of 300 requests a second may have waiting in a hold of 10 s. One that comes on top counts as failed, and none waits here. */
    private static final int ON_THEIR_WAY_AT_MOST = 4000;

    /** Enough to begin with: whoever starts a load wants to see it run, and opening all may take long on a busy machine. */
    private static final int USERS_AT_FIRST = 10;

    /** Few, so that joining hardly shows in the latencies. */
    private static final int JOINING_AT_ONCE = 4;

    private final LoadOptions options;
    private final Duration patience;
    private final Edges edges;
    private final Report report;
    private final List<UserStory> stories;
    /** Those who take part, so far. */
    private final List<UserStory> opened = new CopyOnWriteArrayList<>();

    private final Recorder recorder = new Recorder();
    private final Requests requests;
    private final AtomicInteger onTheirWay = new AtomicInteger();
    private final Thread schedule;
    private final List<Thread> joining;
    private final AtomicInteger joined = new AtomicInteger(USERS_AT_FIRST);
    private volatile boolean stopping;

    private LoadRun(LoadOptions options, Duration patience) throws IOException {
        this.options = options;
        this.patience = patience;
        this.edges = new Edges(options.edges());
        this.report = new Report(options.report());
        String run =
                "u" + Long.toString(System.currentTimeMillis(), 36) + Integer.toString(new Random().nextInt(1296), 36);
        this.stories = IntStream.range(0, options.users())
                .mapToObj(number -> new UserStory(run + "-" + number))
                .toList();
        this.requests = new Requests(opened, new Random(options.seed()), recorder, report);
        this.schedule = Thread.ofPlatform().daemon().name("load-schedule").unstarted(this::sendBySchedule);
        this.joining = IntStream.range(0, JOINING_AT_ONCE)
                .mapToObj(number ->
                        Thread.ofVirtual().name("load-joining-" + number).unstarted(this::openOthers))
                .toList();
    }

    /**
     * Opens the accounts of the first users, then returns with the load running.
     *
     * @throws LoadFailedException no ledger answers
     */
    public static LoadRun start(LoadOptions options) throws InterruptedException, IOException {
        return start(options, Asking.PATIENCE);
    }

    /** @param patience for opening accounts, and again for judging */
    static LoadRun start(LoadOptions options, Duration patience) throws InterruptedException, IOException {
        var run = new LoadRun(options, patience);
        var first = run.stories.subList(0, Math.min(USERS_AT_FIRST, run.stories.size()));
        Optional<Reply> refused = run.asking().open(first, run.opened::add);
        if (refused.isPresent()) {
            run.close();
            throw new LoadFailedException(
                    "accounts could not be opened within " + patience.toSeconds() + " s; last: " + refused.get());
        }
        run.schedule.start();
        run.joining.forEach(Thread::start);
        return run;
    }

    private void openOthers() {
        try {
            for (int next = joined.getAndIncrement();
                    next < stories.size() && !stopping;
                    next = joined.getAndIncrement()) {
                if (asking().open(stories.subList(next, next + 1), opened::add).isPresent()) {
                    recorder.failed("account not opened");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Asking asking() {
        return new Asking(edges, patience);
    }

    private void sendBySchedule() {
        long start = System.nanoTime();
        long all = options.rate() * options.duration().toMillis() / 1000;
        for (long number = 0; number < all && !stopping; number++) {
            long due = start + number * 1_000_000_000L / options.rate();
            for (long early = due - System.nanoTime(); early > 0 && !stopping; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            recorder.scheduled();
            send(requests.next(), due);
        }
    }

    private void send(Requests.Next next, long due) {
        if (onTheirWay.incrementAndGet() > ON_THEIR_WAY_AT_MOST) {
            onTheirWay.decrementAndGet();
            recorder.failed("not sent");
            return;
        }
        var _ = edges.send(next.message()).whenComplete((reply, _) -> {
            long nanos = System.nanoTime() - due;
            recorder.ended(nanos, reply instanceof Reply.Answered answered && answered.held());
            try {
                next.judge(reply);
            } finally {
                onTheirWay.decrementAndGet();
            }
        });
    }

    /** So far. */
    public long requests() {
        return recorder.requests();
    }

    /** So far. */
    public long failed() {
        return recorder.failed();
    }

    /** Waits until the load's time is over. */
    public void awaitSent() throws InterruptedException {
        schedule.join();
    }

    /** Waits until the load's time is over, then judges. */
    public LoadResult await() throws InterruptedException, IOException {
        awaitSent();
        return result();
    }

    /** Its time is over now: whoever awaits its end goes on. */
    void endSending() {
        stopping = true;
        LockSupport.unpark(schedule);
    }

    /** Sends no more, waits for what is on its way, and judges. */
    public LoadResult stop() throws InterruptedException, IOException {
        endSending();
        return await();
    }

    private LoadResult result() throws InterruptedException, IOException {
        long deadline =
                System.nanoTime() + Edges.TIMEOUT.plus(Duration.ofSeconds(5)).toNanos();
        while (onTheirWay.get() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        stopping = true;
        for (Thread thread : joining) {
            thread.join();
        }
        try (this) {
            Asking asking = asking();
            asking.settle(opened, report);
            return judged(asking.books(opened));
        }
    }

    private LoadResult judged(List<Asking.Asked> asked) {
        List<String> lost = new ArrayList<>();
        List<String> doubled = new ArrayList<>();
        List<String> unjudged = new ArrayList<>();
        for (Asking.Asked one : asked) {
            switch (one) {
                case Asking.Asked.Told(UserStory story, UserBooks books) -> {
                    Judge.Verdict verdict = Judge.judge(story, books);
                    lost.addAll(verdict.lost());
                    doubled.addAll(verdict.doubled());
                }
                case Asking.Asked.Untold(UserStory story, String last) -> {
                    unjudged.add("the books of " + story.user() + " could not be read: " + last);
                    recorder.failed("unjudged user");
                }
            }
        }
        List<String> findings = new ArrayList<>(lost);
        findings.addAll(doubled);
        findings.addAll(unjudged);
        report.findings(findings);
        long acknowledged =
                opened.stream().mapToLong(story -> story.acknowledged().size()).sum();
        return new LoadResult(
                recorder.requests(),
                recorder.failed(),
                recorder.failures(),
                acknowledged,
                lost.size(),
                doubled.size(),
                recorder.latency(),
                recorder.pauses(),
                findings);
    }

    /** Drops everything, unjudged, if it was not stopped before. */
    @Override
    public void close() throws IOException, InterruptedException {
        endSending();
        schedule.join(); // else it would send through closed clients
        edges.close();
        report.close();
    }
}
