package io.meridian.ledger.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The mix: every second request is a transfer between the two accounts of some user, the others read a user's accounts. */
final class Requests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long AMOUNT_AT_MOST = 100;

    private final List<UserStory> stories;
    private final Random random;
    private final Recorder recorder;
    private final Report report;
    private long number;

    Requests(List<UserStory> stories, Random random, Recorder recorder, Report report) {
        this.stories = stories;
        this.random = random;
        this.recorder = recorder;
        this.report = report;
    }

    interface Next {
        Message message();

        /** Records what the reply means. */
        void judge(Reply reply);
    }

    /** Called by one thread. */
    Next next() {
        UserStory story = stories.get(random.nextInt(stories.size()));
        if (random.nextBoolean()) {
            return new Reading(story, story.newestNumbers());
        }
        int from = random.nextInt(2);
        var write = new Write(
                "r-" + number++,
                UserStory.ACCOUNTS.get(from),
                UserStory.ACCOUNTS.get(1 - from),
                1 + random.nextLong(AMOUNT_AT_MOST));
        story.asks(write);
        return new Writing(story, write);
    }

    /** What the ledger says of a write that it made. @throws IOException it says something else */
    static Acknowledgement acknowledgement(Write write, byte[] body) throws IOException {
        JsonNode told = JSON.readTree(body);
        var made = new Write(
                told.path("request").asText(),
                told.path("from").asText(),
                told.path("to").asText(),
                told.path("amount").asLong());
        if (!made.equals(write)) {
            throw new IOException("asked for " + write + ", answered " + made);
        }
        return new Acknowledgement(
                write, told.path("fromNumber").asLong(), told.path("toNumber").asLong());
    }

    private final class Writing implements Next {
        private final UserStory story;
        private final Write write;

        Writing(UserStory story, Write write) {
            this.story = story;
            this.write = write;
        }

        @Override
        public Message message() {
            return Message.transfer(story.user(), write);
        }

        @Override
        public void judge(Reply reply) {
            Optional<byte[]> body = reply.body(201);
            if (body.isEmpty()) {
                recorder.failed(reply.kind());
                return;
            }
            try {
                var told = acknowledgement(write, body.get());
                story.hears(told);
                report.acknowledged(story.user(), told);
            } catch (IOException wrong) {
                recorder.failed("wrong answer");
            }
        }
    }

    /** A read must show at least what was acknowledged before it was sent. */
    private final class Reading implements Next {
        private final UserStory story;
        private final Map<String, Long> newestNumbers;

        Reading(UserStory story, Map<String, Long> newestNumbers) {
            this.story = story;
            this.newestNumbers = newestNumbers;
        }

        @Override
        public Message message() {
            return Message.get(story.user(), "/accounts");
        }

        @Override
        public void judge(Reply reply) {
            Optional<byte[]> body = reply.body(200);
            if (body.isEmpty()) {
                recorder.failed(reply.kind());
                return;
            }
            try {
                int seen = 0;
                for (JsonNode account : JSON.readTree(body.get()).path("accounts")) {
                    long newest =
                            newestNumbers.getOrDefault(account.path("name").asText(), 0L);
                    seen += account.path("entries").asLong() >= newest ? 1 : 0;
                }
                if (seen != UserStory.ACCOUNTS.size()) {
                    recorder.failed("stale read");
                }
            } catch (IOException wrong) {
                recorder.failed("wrong answer");
            }
        }
    }
}
