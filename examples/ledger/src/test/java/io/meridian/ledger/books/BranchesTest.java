package io.meridian.ledger.books;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.Checkout;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class BranchesTest {
    private final Books low = new Books(new PGSimpleDataSource(), "");
    private final Books high = new Books(new PGSimpleDataSource(), "");

    @Test
    void shardsAreThoseOfTheOtherLanguages() throws Exception {
        List<String> vectors =
                Files.readAllLines(Checkout.root().resolve("topology/src/main/resources/meridian/shard-vectors.tsv"));

        for (String vector : vectors.subList(1, vectors.size())) {
            String[] fields = vector.split("\t", -1);
            int shards = Integer.parseInt(fields[1]);
            var branches = new Branches(shards, List.of(new Branches.Branch(0, shards - 1, low)));
            assertThat(branches.shardOf(fields[0])).as(vector).isEqualTo(Integer.parseInt(fields[2]));
        }
        assertThat(vectors).hasSizeGreaterThan(10);
    }

    @Test
    void aUserIsInTheBooksOfTheirShard() {
        var branches = new Branches(64, List.of(new Branches.Branch(5, 63, high), new Branches.Branch(0, 4, low)));

        assertThat(branches.shardOf(" ")).as("by the vectors").isEqualTo(5);
        assertThat(branches.of(" ")).isSameAs(high);
        assertThat(branches.of("")).isSameAs(low);
        assertThat(Branches.one(low).of("anybody")).isSameAs(low);
    }

    @Test
    void everyShardIsInOneBranch() {
        assertThatThrownBy(() ->
                        new Branches(64, List.of(new Branches.Branch(0, 5, low), new Branches.Branch(5, 63, high))))
                .hasMessageContaining("shard 6 is in no branch, or in two");
        assertThatThrownBy(() -> new Branches(64, List.of(new Branches.Branch(0, 62, low))))
                .hasMessageContaining("have 63 shards, not 64");
    }
}
