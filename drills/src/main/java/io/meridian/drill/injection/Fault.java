package io.meridian.drill.injection;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Something that is broken on purpose; stands in a {@link Journal} before it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fault.RegionKilled.class, name = "region-killed"),
    @JsonSubTypes.Type(value = Fault.RegionCutOff.class, name = "region-cut-off"),
    @JsonSubTypes.Type(value = Fault.LinkDown.class, name = "link-down"),
    @JsonSubTypes.Type(value = Fault.LinkSlow.class, name = "link-slow")
})
public sealed interface Fault {
    /** What is done, as one would ask a person for it. */
    String doing();

    String undoing();

    record RegionKilled(String region) implements Fault {
        @Override
        public String doing() {
            return "kill every process of " + region;
        }

        @Override
        public String undoing() {
            return "start every process of " + region;
        }
    }

    record RegionCutOff(String region) implements Fault {
        @Override
        public String doing() {
            return "cut every link from and to " + region;
        }

        @Override
        public String undoing() {
            return "heal every link from and to " + region;
        }
    }

    record LinkDown(String from, String to) implements Fault {
        @Override
        public String doing() {
            return "cut the link " + from + " -> " + to;
        }

        @Override
        public String undoing() {
            return "heal the link " + from + " -> " + to;
        }
    }

    record LinkSlow(String from, String to, long millis) implements Fault {
        @Override
        public String doing() {
            return "delay the link " + from + " -> " + to + " by " + millis + " ms";
        }

        @Override
        public String undoing() {
            return "take the delay from the link " + from + " -> " + to;
        }
    }
}
