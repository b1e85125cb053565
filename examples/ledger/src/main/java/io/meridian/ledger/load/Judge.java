package io.meridian.ledger.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compares what a user was told with what the books hold. Pure. */
final class Judge {
    private final UserStory story;
    private final UserBooks books;
    private final List<String> lost = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();

    private Judge(UserStory story, UserBooks books) {
        this.story = story;
        this.books = books;
    }

    /** One line for each acknowledged write that is lost, and for each effect too many. */
    record Verdict(List<String> lost, List<String> doubled) {}

    static Verdict judge(UserStory story, UserBooks books) {
        var judge = new Judge(story, books);
        judge.acknowledgedWritesAreThereOnce();
        judge.nothingElseIsThere();
        judge.booksAgreeWithThemselves();
        return new Verdict(List.copyOf(judge.lost), List.copyOf(judge.doubled));
    }

    private void acknowledgedWritesAreThereOnce() {
        Map<String, List<UserBooks.Entry>> entries =
                books.entries().stream().collect(Collectors.groupingBy(UserBooks.Entry::request));
        Map<String, Long> transfers = books.transfers().stream()
                .collect(Collectors.groupingBy(UserBooks.Transfer::request, Collectors.counting()));
        story.asked().forEach((request, write) -> {
            List<UserBooks.Entry> found = entries.getOrDefault(request, List.of());
            long made = Math.max(
                    transfers.getOrDefault(request, 0L),
                    Math.max(count(found, write.from()), count(found, write.to())));
            if (made > 1) {
                doubled.add(says(request, "is there " + made + " times: " + found));
            }
            Acknowledgement told = story.acknowledged().get(request);
            boolean whole = transfers.containsKey(request)
                    && found.stream().anyMatch(e -> e.account().equals(write.from()) && e.amount() == -write.amount())
                    && found.stream().anyMatch(e -> e.account().equals(write.to()) && e.amount() == write.amount());
            if (told != null && !whole) {
                lost.add(says(request, "was acknowledged and is not there: " + found));
            } else if (told != null && !keptAs(told, found)) {
                lost.add(says(request, "was acknowledged as " + told + " and is there as " + found));
            } else if (told == null && made > 0 && !whole) {
                lost.add(says(request, "is there in part: " + found));
            }
        });
    }

    private static boolean keptAs(Acknowledgement told, List<UserBooks.Entry> found) {
        return found.stream()
                        .anyMatch(entry ->
                                entry.account().equals(told.write().from()) && entry.number() == told.fromNumber())
                && found.stream()
                        .anyMatch(entry ->
                                entry.account().equals(told.write().to()) && entry.number() == told.toNumber());
    }

    private static long count(List<UserBooks.Entry> entries, String account) {
        return entries.stream().filter(entry -> entry.account().equals(account)).count();
    }

    private void nothingElseIsThere() {
        Map<String, Write> asked = story.asked();
        books.transfers().stream()
                .filter(transfer -> !asked.containsKey(transfer.request()))
                .forEach(transfer -> doubled.add(says(transfer.request(), "was never asked for")));
        books.entries().stream()
                .filter(entry -> !asked.containsKey(entry.request()))
                .forEach(entry -> doubled.add(says(entry.request(), "was never asked for: " + entry)));
    }

    private void booksAgreeWithThemselves() {
        for (String name : UserStory.ACCOUNTS) {
            var account = books.accounts().stream()
                    .filter(found -> found.name().equals(name))
                    .findFirst();
            if (account.isEmpty()) {
                lost.add("account " + name + " of " + story.user() + " was opened and is not there");
            } else {
                agrees(account.get());
            }
        }
        long sum = books.entries().stream().mapToLong(UserBooks.Entry::amount).sum();
        if (sum != 0) {
            lost.add("the entries of " + story.user() + " sum to " + sum + ", not to 0");
        }
    }

    private void agrees(UserBooks.Account account) {
        long number = 0;
        long balance = UserStory.OPENED_WITH;
        for (var entry : books.entries().stream()
                .filter(entry -> entry.account().equals(account.name()))
                .sorted(java.util.Comparator.comparingLong(UserBooks.Entry::number))
                .toList()) {
            number++;
            balance += entry.amount();
            if (entry.number() != number || entry.balance() != balance) {
                lost.add("entry " + number + " of " + story.user() + " should bring " + account.name() + " to "
                        + balance + " and is " + entry);
                return; // all that follow are off by the same
            }
        }
        var expected = new UserBooks.Account(account.name(), UserStory.OPENED_WITH, balance, number);
        if (!account.equals(expected)) {
            lost.add("by its entries an account of " + story.user() + " is " + expected + ", but it says " + account);
        }
    }

    private String says(String request, String what) {
        return "request " + request + " of " + story.user() + " " + what;
    }
}
