package io.meridian.conflict.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.conflict.orphan.Dispute.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OrphanPolicyTest {
    private static final Map<String, Optional<String>> BEFORE =
            row("id", "1", "name", "ann", "city", "rome", "age", "9");
    private static final Map<String, Optional<String>> THEIRS =
            row("id", "1", "name", "eve", "city", "oslo", "age", "9");

    @Test
    void whatIsThereStaysUnlessTheTableSaysOtherwise() {
        assertThat(rule("", update(BEFORE))).isInstanceOf(Ruling.Ours.class);
        assertThat(rule("reject", update(BEFORE))).isInstanceOf(Ruling.Ours.class);
        assertThat(rule("salvage", update(BEFORE))).isInstanceOf(Ruling.Theirs.class);
    }

    @Test
    void theLaterCommitStandsAndWhatIsThereWhenNobodyKnows() {
        assertThat(rule(
                        "newest",
                        dispute(Operation.UPDATE, THEIRS, BEFORE, Optional.of(BEFORE), 20, OptionalLong.of(10))))
                .isInstanceOf(Ruling.Theirs.class);
        assertThat(rule(
                        "newest",
                        dispute(Operation.UPDATE, THEIRS, BEFORE, Optional.of(BEFORE), 10, OptionalLong.of(10))))
                .isInstanceOf(Ruling.Ours.class);
        assertThat(rule(
                        "newest",
                        dispute(Operation.UPDATE, THEIRS, BEFORE, Optional.of(BEFORE), 20, OptionalLong.empty())))
                .isInstanceOf(Ruling.Ours.class);
    }

    @Test
    void columnsThatTheOrphanChangedAndNobodySinceAreTaken() {
        Ruling ruling = rule("column-wise", update(row("id", "1", "name", "bob", "city", "rome", "age", "10")));

        assertThat(ruling).isEqualTo(new Ruling.Merged(row("city", "oslo"), "it sets city; name was written since"));
    }

    @Test
    void nothingIsTakenWhereAllWasWrittenSinceOrIsThereAlready() {
        assertThat(rule("column-wise", update(row("id", "1", "name", "bob", "city", "bern", "age", "9"))))
                .isEqualTo(new Ruling.Ours("all that it changed was written since"));
        assertThat(rule("column-wise", update(THEIRS))).isEqualTo(new Ruling.Ours("the row has all of it already"));
    }

    @Test
    void aNullIsAValueLikeAnyOther() {
        var theirs = new TreeMap<>(THEIRS);
        theirs.put("age", Optional.empty());

        Ruling ruling = rule(
                "column-wise", dispute(Operation.UPDATE, theirs, BEFORE, Optional.of(BEFORE), 1, OptionalLong.empty()));

        assertThat(ruling)
                .isInstanceOfSatisfying(
                        Ruling.Merged.class,
                        merged -> assertThat(merged.row())
                                .containsEntry("age", Optional.empty())
                                .containsOnlyKeys("age", "city", "name"));
    }

    @Test
    void whatCannotBeTakenApartStaysAsItIs() {
        var rekeyed = new Dispute(
                "a.b", Operation.UPDATE, THEIRS, BEFORE, true, Optional.of(BEFORE), 1, OptionalLong.empty());

        assertThat(rule("column-wise", rekeyed)).isInstanceOf(Ruling.Ours.class);
        assertThat(rule(
                        "column-wise",
                        dispute(Operation.INSERT, THEIRS, Map.of(), Optional.of(BEFORE), 1, OptionalLong.empty())))
                .isInstanceOf(Ruling.Ours.class);
        assertThat(rule(
                        "column-wise",
                        dispute(Operation.UPDATE, THEIRS, BEFORE, Optional.empty(), 1, OptionalLong.empty())))
                .isEqualTo(new Ruling.Ours("the row was deleted since"));
        assertThat(rule(
                                "column-wise",
                                dispute(
                                        Operation.UPDATE,
                                        THEIRS,
                                        row("id", "1"),
                                        Optional.of(BEFORE),
                                        1,
                                        OptionalLong.empty()))
                        .reason())
                .contains("REPLICA IDENTITY FULL");
    }

    @Test
    void aPolicyOfTheUsersOwnIsFoundByItsNameAndAnUnknownOneIsNotGuessed() {
        assertThat(rule("custom:test-sum", update(BEFORE)).reason()).isEqualTo("asked");
        assertThat(OrphanPolicy.of("custom:none")).isEmpty();
        assertThat(OrphanPolicy.of("of-a-later-version")).isEmpty();
    }

    public static final class TestSum implements OrphanPolicy {
        @Override
        public String name() {
            return "test-sum";
        }

        @Override
        public Ruling rule(Dispute dispute) {
            return new Ruling.Ours("asked");
        }
    }

    private static Ruling rule(String option, Dispute dispute) {
        return OrphanPolicy.of(option).orElseThrow().rule(dispute);
    }

    private static Dispute update(Map<String, Optional<String>> ours) {
        return dispute(Operation.UPDATE, THEIRS, BEFORE, Optional.of(ours), 1, OptionalLong.empty());
    }

    private static Dispute dispute(
            Operation operation,
            Map<String, Optional<String>> theirs,
            Map<String, Optional<String>> before,
            Optional<Map<String, Optional<String>>> ours,
            long committed,
            OptionalLong touched) {
        return new Dispute("a.b", operation, theirs, before, false, ours, committed, touched);
    }

    private static Map<String, Optional<String>> row(String... columns) {
        var row = new TreeMap<String, Optional<String>>();
        for (int index = 0; index < columns.length; index += 2) {
            row.put(columns[index], Optional.of(columns[index + 1]));
        }
        return row;
    }
}
