package io.meridian.agent.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ServerRulesTest {
    private static final Timeline THIRD = Timeline.parse(3, """
            # a comment

            1\t0/3000148\tno recovery target specified
            2\t1/0\tno recovery target specified
            """);

    @Test
    void aTimelineHasWhatWasWrittenBeforeItsForksAndNothingBehind() {
        assertThat(THIRD.lacks(3, Long.MAX_VALUE)).isEmpty();
        assertThat(THIRD.lacks(1, 0x3000148)).isEmpty();
        assertThat(THIRD.lacks(1, 0x3000149)).get().asString().contains("timeline 1 was left at 0/3000148");
        assertThat(THIRD.lacks(2, 0x100000000L)).isEmpty();
        assertThat(THIRD.lacks(2, 0x100000001L)).isPresent();
        assertThat(THIRD.lacks(4, 1)).hasValue("timeline 4 is no part of the history of timeline 3");
    }

    @Test
    void whatIsNoHistoryIsRefused() {
        assertThatThrownBy(() -> Timeline.parse(2, "1 somewhere"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("somewhere");
    }

    @Test
    void eachServerOfAnAddressHasAnAddressOfItsOwn() {
        assertThat(StoreServers.urlsOf("jdbc:postgresql://a:5433,b/shop?targetServerType=primary&ssl=true"))
                .containsExactly(
                        "jdbc:postgresql://a:5433/shop?targetServerType=primary&ssl=true",
                        "jdbc:postgresql://b/shop?targetServerType=primary&ssl=true");
        assertThat(StoreServers.urlsOf("jdbc:postgresql://a/shop")).containsExactly("jdbc:postgresql://a/shop");
        assertThat(StoreServers.urlsOf("jdbc:postgresql:shop")).containsExactly("jdbc:postgresql:shop");
    }

    record Case(String lacks, StandbyRule.Found found) {}

    static final List<Case> LACKING = List.of(
            new Case("synchronous_standby_names is empty", found("", 1, "on", "b", true)),
            new Case("none of b streams", found("b", 0, "on", "b", true)),
            new Case("synchronous_commit is local", found("b", 1, "local", "b", true)),
            new Case("synchronized_standby_slots is empty", found("b", 1, "on", "", true)),
            new Case("slot s is not copied to standbys", found("b", 1, "on", "b", false)));

    @ParameterizedTest
    @FieldSource("LACKING")
    void aRequiredStandbyThatWouldLackSomethingIsNone(Case c) {
        assertThat(StandbyRule.obstacle(c.found(), "s")).get().asString().contains(c.lacks());
    }

    @Test
    void aSynchronousStandbyWithACopyOfTheSlotIsEnough() {
        assertThat(StandbyRule.obstacle(found("b", 1, "on", "b", true), "s")).isEmpty();
        assertThat(StandbyRule.obstacle(found("ANY 1 (b, c)", 2, "remote_apply", "b", true), "s"))
                .isEmpty();
    }

    @Test
    void aStandbyTellsWhatAPromotionWouldMiss() {
        assertThat(new ServerWatch.StandbyFacts(true, false, true).lacks())
                .get()
                .asString()
                .contains("sync_replication_slots");
        assertThat(new ServerWatch.StandbyFacts(false, true, true).lacks())
                .get()
                .asString()
                .contains("hot_standby_feedback");
        assertThat(new ServerWatch.StandbyFacts(true, true, false).lacks())
                .get()
                .asString()
                .contains("not been copied");
        assertThat(new ServerWatch.StandbyFacts(true, true, true).lacks()).isEmpty();
    }

    private static StandbyRule.Found found(
            String names, int synchronous, String commit, String slots, boolean failover) {
        return new StandbyRule.Found(names, synchronous, commit, slots, Optional.of(failover));
    }
}
